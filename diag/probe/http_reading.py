"""One HTTP/1.1 request over a wire, and its answer event by event (RFC 9112): what becomes of the body is its reader's affair.

The request carries no cookie and no credentials but those for a proxy, and asks to close afterwards, unless a login goes on.
"""

import asyncio
from typing import Protocol

import h11

from diag.model.address import Authority
from diag.model.answer import LOGIN_WANTED
from diag.model.failure import Failure
from diag.model.question import Exchange, Handshake, Transfer
from diag.model.secret import Secret
from diag.probe.streams import ByteStream, Ended

LONGEST_HEAD = 64 * 1024
_KEPT = 1024
"""How many of the first bytes are kept of an answer that is no HTTP."""


class Body(Protocol):
    """Who takes the body."""

    @property
    def full(self) -> bool:
        """Whether no more of it is wanted."""

    def take(self, data: bytes) -> None:
        """Take more of it."""


class HttpReading:
    """One request and its answer, as far as it has come."""

    def __init__(self, question: Exchange | Transfer, wire: ByteStream, body: Body, *, stays: bool = False) -> None:
        """`stays`: the connection may be needed for one more request, so a refused login's page is read to its end."""
        self._question = question
        self._wire = wire
        self._body = body
        self._stays = stays
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD)
        self._asked = 0.0
        self._over = False
        self.head: h11.Response | None = None
        self.complete = False
        """Whether the body has come to its end."""
        self.first = b""
        self.received = 0
        self.first_byte_after = 0.0

    @property
    def leaves_open(self) -> bool:
        """Whether one more request can be sent on this connection."""
        return self.complete and self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    async def ask(self, user_agent: str, login: Secret | None = None, size: int = 0) -> None:
        """Send the request; `login` is for a proxy, `size` that of a body in bytes, which `send` then brings.

        Raises h11.LocalProtocolError, UnicodeEncodeError: it does not fit.
        """
        question = self._question
        default = 443 if isinstance(question.over, Handshake) else 80
        fields = [
            ("Host", _host(question.authority, default)),
            ("User-Agent", user_agent),
            ("Accept", "*/*"),
            ("Connection", "keep-alive" if self._stays else "close"),
        ]
        if login:
            fields.append(("Proxy-Authorization", login.reveal()))
        if size:
            fields += [("Content-Type", "application/octet-stream"), ("Content-Length", str(size))]
        request = h11.Request(method=question.method, target=question.target, headers=fields)
        data = (self._http.send(request) or b"") + (b"" if size else self._http.send(h11.EndOfMessage()) or b"")
        self._asked = asyncio.get_running_loop().time()
        await self._wire.write(data)

    async def send(self, data: bytes) -> None:
        """Send more of the body; empty: it has been all of it. Waits while the other side does not keep up."""
        piece = self._http.send(h11.Data(data=data) if data else h11.EndOfMessage()) or b""
        if piece:
            await self._wire.write(piece)

    async def read_head(self) -> None:
        """Read until the head is there. Raises Ended, h11.RemoteProtocolError."""
        while not (self.head or self._over):
            await self._step()

    async def read_body(self) -> None:
        """Read on until the body is over, or no more of it is wanted. Raises Ended, h11.RemoteProtocolError."""
        while not self._over:
            await self._step()

    async def _step(self) -> None:
        event = self._http.next_event()
        if event is h11.NEED_DATA:
            self._over = self.head is not None and self._body.full and not self._reads_on
            if not self._over:
                await self._feed()
        elif isinstance(event, h11.Response):
            self.head = event
        elif isinstance(event, h11.Data):
            self._body.take(bytes(event.data))
        elif not isinstance(event, h11.InformationalResponse):  # its end; or closed, or handed to another protocol
            self.complete = isinstance(event, h11.EndOfMessage)
            self._over = True

    @property
    def _reads_on(self) -> bool:
        wanted = self.head is not None and self.head.status_code == LOGIN_WANTED
        return self._stays and wanted and self.received < LONGEST_HEAD

    async def _feed(self) -> None:
        data = await self._wire.read()
        if not data and (self.head is None or not self._ends_with_connection()):
            raise Ended(Failure.CUT)
        if data and not self.received:
            self.first_byte_after = asyncio.get_running_loop().time() - self._asked
        self.received += len(data)
        self.first += data[: _KEPT - len(self.first)]
        if not reads_as_http(self.first):
            raise Ended(Failure.MALFORMED)
        self._http.receive_data(data)

    def _ends_with_connection(self) -> bool:
        """Whether the body has no length of its own, so that the end of the connection is its end."""
        assert self.head
        return not {name for name, _ in self.head.headers} & {b"content-length", b"transfer-encoding"}


def _host(authority: Authority, default: int) -> str:
    shown = str(authority)
    return shown.removesuffix(f":{default}") if authority.port == default else shown


def reads_as_http(raw: bytes) -> bool:
    """Return whether these bytes can begin an HTTP/1 answer. True as long as none has come."""
    return raw[:7] == b"HTTP/1."[: len(raw)]
