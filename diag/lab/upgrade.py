"""Protocols that begin in the clear and go over to TLS, on the lab's side: spoken as far as that, and no farther.

Each is a coroutine that talks until it is agreed to go over (then it returns what was already heard of TLS) or not (None).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from diag.lab.stream import Stream, StreamService, silence
from diag.lab.tls import Replayed, Terms, over_tls

SSL_REQUEST_BYTES = 8
"""PostgreSQL's SSLRequest."""
MYSQL_REQUEST_BYTES = 36
"""MySQL's SSLRequest, its header included."""
_NOT_ALLOWED = b"\xff\x6a\x04Host is not allowed to connect to this server"
"""MySQL's error 1130."""


@dataclass(frozen=True)
class Manner:
    """What a server does of its part."""

    offer: bytes = b"STARTTLS"
    """The word of its list by which it offers TLS; empty: none."""
    agrees: bool = True
    lets_in: bool = True
    adds: bytes = b""
    """What it says in the clear behind its agreement."""


AGREEING = Manner()
_Talk = Callable[["UpgradeReader", Manner], Awaitable[bool]]


class UpgradeReader:
    """What a client says, piece by piece."""

    def __init__(self, stream: Stream) -> None:
        self.send = stream.send
        self._stream = stream
        self.ahead = b""

    async def exactly(self, count: int) -> bytes:
        """Return the next `count` bytes; fewer where the client has left."""
        while len(self.ahead) < count and (data := await self._stream.receive()):
            self.ahead += data
        taken, self.ahead = self.ahead[:count], self.ahead[count:]
        return taken

    async def line(self) -> bytes:
        """Return the next line, without its end; empty where the client has left."""
        while b"\n" not in self.ahead:
            data = await self._stream.receive()
            if not data:
                return b""
            self.ahead += data
        taken, _, self.ahead = self.ahead.partition(b"\n")
        return taken.rstrip(b"\r")


def going_over(talk: _Talk, terms: Terms, manner: Manner = AGREEING, inside: StreamService = silence) -> StreamService:
    """Return a service that speaks its protocol in this manner, and then TLS on these terms, and inside it `inside`."""
    secured = over_tls(terms, inside)

    async def service(stream: Stream) -> None:
        reader = UpgradeReader(stream)
        if await talk(reader, manner):
            await secured(Replayed(stream, reader.ahead))

    return service


async def postgres(client: UpgradeReader, manner: Manner) -> bool:
    """Return one request, one byte."""
    if len(await client.exactly(SSL_REQUEST_BYTES)) < SSL_REQUEST_BYTES:
        return False
    await client.send((b"S" if manner.agrees else b"N") + manner.adds)
    return manner.agrees


async def mysql(client: UpgradeReader, manner: Manner) -> bool:
    """Return a greeting with flags; the client's wish is not answered."""
    if not manner.lets_in:
        await client.send(_packet(_NOT_ALLOWED))
        return False
    flags = 0xFFFF if manner.agrees else 0xF7FF
    greeting = b"\x0a8.0.0-lab\0\x07\0\0\0saltsalt\0" + flags.to_bytes(2, "little") + b"\x2d\x02\0\xff\xc1\x15" + bytes(10)
    await client.send(_packet(greeting + b"saltsaltsalt\0mysql_native_password\0") + manner.adds)
    return manner.agrees and len(await client.exactly(MYSQL_REQUEST_BYTES)) == MYSQL_REQUEST_BYTES


async def smtp(client: UpgradeReader, manner: Manner) -> bool:
    """Return a greeting, a list, a wish (RFC 3207)."""
    await client.send(b"220 mail.lab.test ESMTP\r\n" if manner.lets_in else b"554 mail.lab.test\r\n")
    while word := (await client.line()).split(b" ")[0].upper():
        if word == b"EHLO":
            offer = b"250-" + manner.offer + b"\r\n" if manner.offer else b""
            await client.send(b"250-mail.lab.test\r\n" + offer + b"250 SIZE 1000000\r\n")
        elif word == b"STARTTLS":
            await client.send((b"220 Ready\r\n" if manner.agrees else b"454 Not now\r\n") + manner.adds)
            if manner.agrees:
                return True
        else:
            await client.send(b"502 What?\r\n")
    return False


async def imap(client: UpgradeReader, manner: Manner) -> bool:
    """Return a greeting, a list, a wish (RFC 9051, section 6.2.1)."""
    await client.send(b"* OK mail.lab.test\r\n" if manner.lets_in else b"* BYE mail.lab.test\r\n")
    while words := (await client.line()).split():
        command = [word.upper() for word in words[1:]]
        if command == [b"CAPABILITY"]:
            await client.send(b"* CAPABILITY IMAP4rev2 " + manner.offer + b"\r\n" + words[0] + b" OK\r\n")
        elif command == [b"STARTTLS"]:
            await client.send(words[0] + (b" OK Begin\r\n" if manner.agrees else b" NO Not now\r\n") + manner.adds)
            if manner.agrees:
                return True
        else:
            await client.send(words[0] + b" BAD What?\r\n")
    return False


async def ldap(client: UpgradeReader, manner: Manner) -> bool:
    """Return one request, one response (RFC 4511, section 4.14)."""
    head = await client.exactly(2)
    request = await client.exactly(head[1]) if len(head) == 2 else b""
    if not request:
        return False
    code = 0 if manner.agrees else 2
    await client.send(b"\x30\x0c" + request[:3] + b"\x78\x07\x0a\x01" + bytes([code]) + b"\x04\0\x04\0" + manner.adds)
    return manner.agrees


TALKS: dict[str, _Talk] = {"postgres": postgres, "mysql": mysql, "smtp": smtp, "imap": imap, "ldap": ldap}
"""By the schemes of their addresses."""


def _packet(payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "little") + b"\0" + payload
