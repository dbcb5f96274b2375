"""Sockets of the lab: a service is a coroutine over a stream, and a stream can also do what good servers never do.

Everything listens on loopback, or at the one address of this computer that is wanted, and all of it is closed by one call.
"""

import asyncio
import contextlib
import errno
import ipaddress
import itertools
import os
import socket
import struct
import sys
from collections.abc import Awaitable, Callable
from typing import Protocol

LOOPBACK = "127.0.0.1"
CHUNK = 65_536
RECEIVE_BUFFER = 1 << 20
"""Bytes of datagrams that may wait, as far as the system allows: hundreds of queries come at once in a large run."""
LINGER_SECONDS = 2.0
RESET_AT_CLOSE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""The `struct linger` that makes closing a RST."""


class Stream(Protocol):
    """Bytes in both directions: a TCP connection, or TLS inside one."""

    async def receive(self) -> bytes:
        """Return the next bytes; empty when the peer has ended, politely or not."""

    async def send(self, data: bytes) -> None:
        """Send all of `data`. Raises ConnectionError when the peer has left."""

    async def finish(self) -> None:
        """End politely: a FIN after everything sent, then wait for the peer's end, so that no RST overtakes it."""

    def reset(self) -> None:
        """End with a RST."""


StreamService = Callable[[Stream], Awaitable[None]]


class LabStream:
    """One TCP connection. `round_trip` seconds pass before anything sent leaves, as if the peer were far away."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, round_trip: float = 0.0) -> None:
        self._reader = reader
        self._writer = writer
        self._round_trip = round_trip
        self._due = 0.0

    async def receive(self) -> bytes:
        """Return the next bytes; empty at the end."""
        try:
            return await self._reader.read(CHUNK)
        except OSError:
            return b""

    async def send(self, data: bytes) -> None:
        """Send now, or after the round trip; order is kept."""
        if self._round_trip:
            self._later(self._write, data)
            return
        self._writer.write(data)
        await self._writer.drain()

    async def finish(self) -> None:
        """Send FIN, then read and discard until the peer ends too."""
        if self._round_trip:
            self._later(self._end)
        else:
            self._end()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS + self._round_trip):
                while await self.receive():
                    pass

    def reset(self) -> None:
        """Send RST at once; bytes under way are lost."""
        connection: socket.socket | None = self._writer.get_extra_info("socket")
        if connection is not None and not self._writer.transport.is_closing():
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
        self._writer.transport.abort()

    def _later(self, act: Callable[..., None], *arguments: bytes) -> None:
        loop = asyncio.get_running_loop()
        self._due = max(loop.time() + self._round_trip, self._due + 1e-6)
        loop.call_at(self._due, act, *arguments)

    def _write(self, data: bytes) -> None:
        if not self._writer.transport.is_closing():
            self._writer.write(data)

    def _end(self) -> None:
        if not self._writer.transport.is_closing():
            with contextlib.suppress(OSError):
                self._writer.write_eof()


NO_SILENCE = "Windows refuses a connection where Linux is silent: this fault cannot be staged on this computer"


class CannotStage(Exception):
    """Why this system lets nobody stage a fault."""


class Listeners:
    """Everything that one lab has open, so that all of it can be closed. Use from inside one event loop.

    `address` is where all of it listens, unless it is said at a call; ports are given out from `first_port` on; 0: whichever the
    system has free.
    """

    def __init__(self, first_port: int = 0, address: str = LOOPBACK) -> None:
        self.address = address
        self._opened: set[int] = set()
        self._ports = itertools.count(first_port) if first_port else itertools.repeat(0)
        self.failures: list[Exception] = []
        """What the lab's own services raised: bugs of the lab, never the peer's leaving."""
        self._servers: list[asyncio.Server] = []
        self._datagrams: list[asyncio.DatagramTransport] = []
        self._sockets: list[socket.socket] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def is_ours(self, address: str, port: int) -> bool:
        """Return whether a proxy of the lab may dial this: loopback; where others reach the lab, what the lab has opened."""
        if self.address == LOOPBACK:
            return ipaddress.ip_address(address).is_loopback
        return address == self.address and port in self._opened

    async def serve(self, service: StreamService, address: str = "", port: int = 0, round_trip: float = 0.0) -> int:
        """Accept connections and run `service` on each. Returns the port; OSError when `port` is taken."""

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._attend(service, LabStream(reader, writer, round_trip), writer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(lambda _: writer.transport.abort())  # also when it was cancelled before it began

        server = await asyncio.start_server(accept, address or self.address, port or next(self._ports), backlog=1024)
        self._servers.append(server)
        return self._noted(server.sockets[0].getsockname()[1])

    async def serve_datagrams(self, protocol: Callable[[], asyncio.DatagramProtocol], address: str = "", port: int = 0) -> int:
        """Receive datagrams. Returns the port; OSError when `port` is taken."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            protocol, local_addr=(address or self.address, port or next(self._ports))
        )
        self._datagrams.append(transport)
        receiving: socket.socket = transport.get_extra_info("socket")
        receiving.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        return int(transport.get_extra_info("sockname")[1])

    def refuse(self, address: str = "", port: int = 0) -> int:
        """Hold a port on which nobody listens: connecting is refused, and nobody else can take it meanwhile."""
        held = self._bound(address, port)
        return self._noted(held.getsockname()[1])

    def swallow(self, address: str = "") -> int:
        """Return a port that meets every connect with silence: the accept queue is full, so a SYN is dropped.

        Raises CannotStage where the system refuses what the queue has no room for, as Windows does.
        """
        if sys.platform == "win32":
            raise CannotStage(NO_SILENCE)
        held = self._bound(address)
        held.listen(0)
        place: tuple[str, int] = held.getsockname()
        for _ in range(2):
            filler = socket.socket()
            filler.setblocking(False)
            self._sockets.append(filler)
            if filler.connect_ex(place) not in (0, errno.EINPROGRESS):
                raise OSError(f"could not fill the queue of {place}")
        return int(place[1])

    def note(self, context: dict[str, object]) -> None:
        """Keep what the event loop could not give to anybody."""
        problem = context.get("exception")
        self.failures.append(problem if isinstance(problem, Exception) else RuntimeError(str(context["message"])))

    async def close(self) -> None:
        """Close everything that was opened here and wait until it is."""
        for server in self._servers:
            server.close()
        for transport in self._datagrams:
            transport.abort()
        while self._tasks:
            tasks = tuple(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._tasks.difference_update(tasks)  # from Python 3.12 on, gather need not let their callbacks run
        for server in self._servers:
            await server.wait_closed()
        for held in self._sockets:
            held.close()
        await asyncio.sleep(0)  # transports close their sockets in the next turn of the loop

    def _bound(self, address: str, port: int = 0) -> socket.socket:
        held = socket.socket()
        self._sockets.append(held)
        held.bind((address or self.address, port or next(self._ports)))
        return held

    def _noted(self, port: int) -> int:
        self._opened.add(port)
        return port

    async def _attend(self, service: StreamService, stream: LabStream, writer: asyncio.StreamWriter) -> None:
        try:
            await service(stream)
            if not writer.transport.is_closing():
                await stream.finish()
        except OSError:
            pass  # the peer left: what it came to see was its business
        except Exception as problem:  # noqa: BLE001 - one connection's bug must not end the others; stop() raises it
            self.failures.append(problem)


async def silence(stream: Stream) -> None:
    """Accept, read whatever comes, never say a word."""
    while await stream.receive():
        pass


async def cut(stream: Stream) -> None:
    """Accept and reset before any byte."""
    stream.reset()


async def part(stream: Stream) -> None:
    """Accept and end politely before any byte."""
    await stream.finish()


def speak(banner: bytes) -> StreamService:
    """Return a service of another kind: it says `banner` first, as SSH and SMTP do, and understands nothing."""

    async def service(stream: Stream) -> None:
        await stream.send(banner)
        await silence(stream)

    return service
