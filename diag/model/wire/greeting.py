"""Which protocol the first bytes of an answer belong to, where another one was expected."""

from enum import StrEnum

from diag.model.wire.unreadable import guarded_as

TLS_RECORDS = (b"\x14\x03", b"\x15\x03", b"\x16\x03", b"\x17\x03")
"""How every TLS record begins: its kind, and the major version (RFC 8446, section 5.1)."""
_GREETINGS = (
    *((record, "TLS") for record in TLS_RECORDS),
    (b"HTTP/", "HTTP"),
    (b"SSH-", "SSH"),
    (b"220", "SMTP or FTP"),
    (b"* OK", "IMAP"),
    (b"+OK", "POP3"),
    (b"-ERR", "Redis or POP3"),
    (b"RFB ", "VNC"),
    (b"<", "HTML"),
)
_MYSQL = b"\x00\x00\x00\x0a"
"""Bytes 1 to 4 of MySQL's first packet: the rest of its length, its number, and protocol version 10."""
_SETTINGS, _GOAWAY = 4, 7
"""The frames with which an HTTP/2 server begins, or turns an HTTP/1.1 request away (RFC 9113, sections 3.4 and 6)."""
_FRAME_HEAD, _SETTING, _GOAWAY_LEAST = 9, 6, 8
"""Octets of a frame's header, of one setting, and of the shortest GOAWAY."""
_LONGEST = 16_384
"""Octets of the longest frame that may be sent unasked (RFC 9113, section 4.2)."""
UNKNOWN = "unknown"


class Greeting(StrEnum):
    """The protocols that are known by their first bytes, as words."""

    TLS = "tls"
    HTTP = "http"
    SSH = "ssh"
    SMTP_OR_FTP = "smtp_or_ftp"
    IMAP = "imap"
    POP3 = "pop3"
    REDIS_OR_POP3 = "redis_or_pop3"
    VNC = "vnc"
    HTML = "html"
    MYSQL = "mysql"
    HTTP_2 = "http_2"


GREETINGS = {
    "TLS": Greeting.TLS,
    "HTTP": Greeting.HTTP,
    "SSH": Greeting.SSH,
    "SMTP or FTP": Greeting.SMTP_OR_FTP,
    "IMAP": Greeting.IMAP,
    "POP3": Greeting.POP3,
    "Redis or POP3": Greeting.REDIS_OR_POP3,
    "VNC": Greeting.VNC,
    "HTML": Greeting.HTML,
    "MySQL": Greeting.MYSQL,
    "HTTP/2": Greeting.HTTP_2,
}
"""The words of the names that `protocol` gives."""


@guarded_as(UNKNOWN)
def protocol(first: bytes) -> str:
    """Return the protocol by its first bytes; `unknown` where they fit none that is known here."""
    if first[1:5] == _MYSQL:
        return "MySQL"
    if _is_http_2(first):
        return "HTTP/2"
    return next((name for prefix, name in _GREETINGS if first.lstrip(b" \t\r\n").startswith(prefix)), UNKNOWN)


def _is_http_2(first: bytes) -> bool:
    """Whether this is the head of a frame about the connection itself, of a length that such a frame has."""
    if len(first) < _FRAME_HEAD or int.from_bytes(first[5:_FRAME_HEAD], "big"):
        return False
    length, kind = int.from_bytes(first[:3], "big"), first[3]
    if length > _LONGEST:
        return False
    return (kind == _SETTINGS and length % _SETTING == 0) or (kind == _GOAWAY and length >= _GOAWAY_LEAST)
