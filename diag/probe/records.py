"""What the first bytes of an answer say by themselves: are they TLS, and which version did the server choose?

Read from the bytes and not from a library's error texts, which differ between its versions.
"""

from diag.model.wire.unreadable import guarded_as

TLS_CONTENT_TYPES = range(20, 25)
"""change_cipher_spec, alert, handshake, application_data, heartbeat (RFC 8446, section 5.1)."""
_HANDSHAKE, _SERVER_HELLO = 22, 2
_SUPPORTED_VERSIONS = 43
_NAMES = {0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "TLSv1.3"}
LONGEST_HELLO = 2_048
"""Bytes within which a ServerHello ends, a post-quantum key share (1,120 bytes) included."""


@guarded_as(False)
def may_be_tls(first: bytes) -> bool:
    """Return whether these bytes can begin a TLS record: a known content type, and major version 3.

    True as long as none has come.
    """
    return (not first or first[0] in TLS_CONTENT_TYPES) and (len(first) < 2 or first[1] == 3)


@guarded_as(0)
def chosen_cipher(first: bytes) -> int:
    """Return the number of the cipher suite that a ServerHello at the beginning of `first` chooses; 0: there is none."""
    if len(first) < 44 or first[0] != _HANDSHAKE or first[5] != _SERVER_HELLO:
        return 0
    at = 9 + 35 + first[43]  # headers, version, random, session id
    return int.from_bytes(first[at : at + 2], "big")


@guarded_as("")
def chosen_version(first: bytes) -> str:
    """Return the version that a ServerHello at the beginning of `first` chooses (RFC 8446, section 4.1.3); empty:
    there is none.
    """
    if len(first) < 44 or first[0] != _HANDSHAKE or first[5] != _SERVER_HELLO:
        return ""
    body = first[9 : 9 + int.from_bytes(first[6:9], "big")]
    version = int.from_bytes(body[:2], "big")
    at = 35 + body[34] + 3  # version, random, session id, cipher, compression
    end = at + 2 + int.from_bytes(body[at : at + 2], "big")
    at += 2
    while at + 4 <= min(end, len(body)):
        kind, size = int.from_bytes(body[at : at + 2], "big"), int.from_bytes(body[at + 2 : at + 4], "big")
        if kind == _SUPPORTED_VERSIONS and size == 2:
            version = int.from_bytes(body[at + 4 : at + 6], "big")
        at += 4 + size
    return _NAMES.get(version, "")
