"""Which protocol the first bytes of an answer belong to, where another one was expected."""

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
UNKNOWN = "unknown"


@guarded_as(UNKNOWN)
def protocol(first: bytes) -> str:
    """The protocol by its first bytes; `unknown` where they fit none that is known here."""
    if first[1:5] == _MYSQL:
        return "MySQL"
    return next((name for prefix, name in _GREETINGS if first.lstrip(b" \t\r\n").startswith(prefix)), UNKNOWN)
