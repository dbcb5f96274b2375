"""An open connection that loses nothing: what was received stays readable after a reset, and is kept for the next question.

asyncio's own streams drop received bytes when an error follows them; a TLS alert followed by RST would be gone.
"""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

from diag.model.address import Address
from diag.model.answer import TcpInfo
from diag.model.question import Carrier, Question, dialled
from diag.model.system_errors import from_exception
from diag.probe.tcp_info import read_tcp_info

_ENOUGH = 256 * 1024
"""Bytes that wait unread before the other side is made to wait too."""
_STALE = 1.0
"""Seconds after which a parked wire that ended in silence is taken for one that was closed for being idle."""


class Ended(Exception):
    """The connection gave out under an operation."""

    def __init__(self, failure: str) -> None:
        super().__init__(failure)
        self.failure = failure


class ByteStream(Protocol):
    """An open connection: TCP itself, or TLS on top of another wire."""

    async def read(self) -> bytes:
        """Return all that has come, waiting until something has; empty: the other side has ended. Raises `Ended`."""

    def unread(self, data: bytes) -> None:
        """Put back what was read too far."""

    async def write(self, data: bytes) -> None:
        """Send; waits while the other side does not keep up. What broke it is told by the next `read`."""

    @property
    def tcp(self) -> TcpInfo | None:
        """The kernel's account, now or, of a closed wire, at its end."""

    @property
    def dead_in_silence(self) -> bool:
        """Whether the connection has ended with nothing left to read."""

    def abort(self) -> None:
        """Close at once."""


Reopen = Callable[[], Awaitable[ByteStream]]
"""Opens one more connection like the one at hand. Raises Ended."""


class TcpStream(asyncio.Protocol):
    """A TCP connection."""

    def __init__(
        self, sock: socket.socket, error: Ended | None = None, gone: "Callable[[TcpStream], None]" = lambda _: None
    ) -> None:
        """A wire over a connected socket; `error` is what it has already come to, told when all is read, and `gone` is told its
        end.
        """
        self._sock = sock
        self._gone = gone
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._ended = False
        self._error = error
        self._stirred = asyncio.Event()
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._account: TcpInfo | None = None
        self.aborted = False
        self.closed = asyncio.Event()

    async def read(self) -> bytes:
        """See `ByteStream`."""
        while not self._received and not self._ended:
            self._stirred.clear()
            await self._stirred.wait()
        if self._received:
            data = bytes(self._received)
            self._received.clear()
            if self._transport and not self._ended:
                self._transport.resume_reading()
            return data
        if self._error:
            raise self._error
        return b""

    def unread(self, data: bytes) -> None:
        """See `ByteStream`."""
        self._received[:0] = data

    async def write(self, data: bytes) -> None:
        """See `ByteStream`."""
        if self._transport and not self._transport.is_closing():
            self._transport.write(data)
            await self._may_write.wait()

    @property
    def tcp(self) -> TcpInfo | None:
        """See `ByteStream`."""
        return self._account if self.closed.is_set() else read_tcp_info(self._sock)

    @property
    def dead_in_silence(self) -> bool:
        """See `ByteStream`."""
        return self._ended and not self._received

    def abort(self) -> None:
        """See `ByteStream`."""
        if self._transport:
            self.aborted = True
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection that was made."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Keep what came."""
        self._received += data
        if len(self._received) > _ENOUGH and self._transport:
            self._transport.pause_reading()
        self._stirred.set()

    def eof_received(self) -> bool:
        """Note that nothing more comes, and keep our own direction open."""
        self._ended = True
        self._stirred.set()
        return True

    def pause_writing(self) -> None:
        """Note that nothing may be written for now."""
        self._may_write.clear()

    def resume_writing(self) -> None:
        """Note that writing may go on."""
        self._may_write.set()

    def connection_lost(self, error: Exception | None) -> None:
        """Note the end, while the socket is still open."""
        self._account = read_tcp_info(self._sock)
        if error:
            self._rescue()
            self._error = self._error or Ended(from_exception(error))
        self._ended = True
        self.closed.set()
        self._gone(self)
        self._may_write.set()
        self._stirred.set()

    def _rescue(self) -> None:
        """Read what had arrived when a write failed: the alert that explains it may be there."""
        with contextlib.suppress(OSError):
            while len(self._received) < _ENOUGH and (data := self._sock.recv(65_536)):
                self._received += data


class StreamPool:
    """All connections of one run: those in use, and those parked under the question that opened them."""

    def __init__(self, room: int) -> None:
        """Park at most `room` wires; the one that waited longest makes way, and is opened again should it be wanted."""
        self._room = room
        self._parked: dict[Carrier, tuple[ByteStream, float]] = {}
        self._open: set[TcpStream] = set()

    async def adopt(self, sock: socket.socket, error: Ended | None = None) -> TcpStream:
        """Make a wire of a connected socket; `error` is what has become of it since, if anything."""
        wire = TcpStream(sock, error, self._open.discard)
        await asyncio.get_running_loop().create_connection(lambda: wire, sock=sock)
        if not wire.closed.is_set():
            self._open.add(wire)
        return wire

    def park(self, question: Carrier, wire: ByteStream) -> None:
        """Keep an open wire for the next question over it."""
        if older := self._parked.pop(question, None):
            older[0].abort()
        while len(self._parked) >= self._room:
            waited, _ = self._parked.pop(next(iter(self._parked)))
            waited.abort()
        self._parked[question] = (wire, asyncio.get_running_loop().time())

    def take(self, question: Carrier) -> ByteStream | None:
        """Return the wire that this question left behind; None: it was used already, or ended of itself while it waited."""
        wire, since = self._parked.pop(question, (None, 0.0))
        if wire and wire.dead_in_silence and asyncio.get_running_loop().time() - since > _STALE:
            wire.abort()
            return None
        return wire

    def withdraw(self, addresses: Collection[Address], but: Collection[Question]) -> None:
        """Close what is parked at these addresses, except what the questions `but` have opened."""
        for question in [one for one in self._parked if dialled(one) in addresses and one not in but]:
            self._parked.pop(question)[0].abort()

    async def make_way(self) -> bool:
        """Close what is parked, for want of descriptors. False: nothing was."""
        parked = bool(self._parked)
        for wire, _ in self._parked.values():
            wire.abort()
        self._parked.clear()
        for tcp in tuple(self._open):
            if tcp.aborted:
                await tcp.closed.wait()
        return parked

    async def close(self) -> None:
        """Close everything, parked or in use, and wait until it is."""
        self._parked.clear()
        still_open = tuple(self._open)
        for tcp in still_open:
            tcp.abort()
        for tcp in still_open:
            await tcp.closed.wait()


def failure_of(error: BaseException) -> str:
    """Return the word for what ended an operation on a wire: `Ended`, a time-out, or a system error."""
    return error.failure if isinstance(error, Ended) else from_exception(error)
