"""What a TLS client asks for in its ClientHello (RFC 8446, 4.1.2): server name (RFC 6066, 3) and ALPN (RFC 7301, 3.1).

Services that behave by name or protocol need it before any TLS is spoken.
"""

from dataclasses import dataclass

from diag.lab.stream import Stream

HANDSHAKE_RECORD = 22
CLIENT_HELLO = 1
SERVER_NAME, PROTOCOLS = 0, 16
RECORD_HEADER = 5


@dataclass(frozen=True)
class Heard:
    """What a client sent first."""

    raw: bytes
    """All bytes read so far, to be handed on to whoever speaks TLS next."""
    server_name: str
    """Empty: none was asked for, or this is no ClientHello."""
    protocols: tuple[str, ...]
    """What ALPN offers; empty: none was offered."""
    suites: tuple[int, ...]
    """The cipher suites on offer, by number."""
    complete: bool
    """False: the client left, or it does not speak TLS."""


async def hear(stream: Stream) -> Heard:
    """Read until the ClientHello is whole, or it is clear that it is none."""
    raw = b""
    while True:
        message = _message(raw)
        if message is None:
            return Heard(raw, "", (), (), False)
        if len(message) >= 4 and len(message) >= 4 + int.from_bytes(message[1:4], "big"):
            return _understood(raw, message)
        data = await stream.receive()
        if not data:
            return Heard(raw, "", (), (), False)
        raw += data


def _message(raw: bytes) -> bytes | None:
    """The handshake bytes within the records heard so far; None when they are not handshake records."""
    message = b""
    while raw:
        if raw[0] != HANDSHAKE_RECORD:
            return None
        size = int.from_bytes(raw[3:RECORD_HEADER], "big") if len(raw) >= RECORD_HEADER else 0
        message += raw[RECORD_HEADER : RECORD_HEADER + size]
        raw = raw[RECORD_HEADER + size :]
    if message and message[0] != CLIENT_HELLO:
        return None
    return message


def _understood(raw: bytes, message: bytes) -> Heard:
    name, protocols = "", []
    rest = message[4 + 2 + 32 :]  # header, version, random
    fields = []
    for width in (1, 2, 1):  # session id, cipher suites, compression methods
        end = width + int.from_bytes(rest[:width], "big")
        fields.append(rest[width:end])
        rest = rest[end:]
    rest = rest[2:]
    while len(rest) >= 4:
        kind, size = int.from_bytes(rest[:2], "big"), int.from_bytes(rest[2:4], "big")
        body, rest = rest[4 : 4 + size], rest[4 + size :]
        if kind == SERVER_NAME:
            name = body[5:].decode("ascii", "replace")
        if kind == PROTOCOLS:
            body = body[2:]
            while body:
                protocols.append(body[1 : 1 + body[0]].decode("ascii", "replace"))
                body = body[1 + body[0] :]
    suites = tuple(int.from_bytes(fields[1][at : at + 2], "big") for at in range(0, len(fields[1]), 2))
    return Heard(raw, name, tuple(protocols), suites, True)
