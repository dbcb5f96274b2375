"""One question to one resolver: over UDP, and over TCP where the answer does not fit (RFC 1035, section 4.2; RFC 7766)."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable

from msgspec import Struct

from diag.model.address import Address
from diag.model.answer import DnsReply, IcmpError
from diag.model.failure import Failure, from_icmp
from diag.model.question import Lookup
from diag.model.system_errors import from_connecting, from_exception, number_of
from diag.probe.dns_query import DnsQuery
from diag.probe.icmp import listen_for_refusals, read_refusal

LONGEST_WAIT_BEFORE_REPEAT = 1.0
"""Seconds of silence after which a UDP question is sent again, as clients do, so that a lost packet costs an answer no more
than them; less where patience is short."""
_LARGEST_REPLY = 65_535


class _Attempt(Struct, frozen=True):
    """What one transport brought."""

    message: bytes = b""
    failure: str = ""
    icmp: IcmpError | None = None


async def ask_server(question: Lookup, server: Address, patience: float) -> DnsReply:
    """Return what `server` answers, after `patience` seconds at the latest, TCP included.

    A truncated UDP answer is asked for again over TCP; where that fails, its failure counts and the truncated answer stays.
    A server that does not know EDNS is asked again without it (RFC 6891, section 7). Raises Unsupported.
    """
    until = asyncio.get_running_loop().time() + patience
    reply = await _ask(DnsQuery(question), server, question.transport, until)
    if not DnsQuery.blames_edns(reply.message):
        return reply
    plain = await _ask(DnsQuery(question, extended=False), server, question.transport, until)
    return plain if plain.message else reply


async def _ask(query: DnsQuery, server: Address, transport: str, until: float) -> DnsReply:
    truncated = b""
    if transport == "udp":
        seen = await _attempt(_over_udp, query, server, until)
        if not query.is_truncated(seen.message):
            return DnsReply(seen.message, seen.failure, "udp", icmp=seen.icmp, stray=query.stray)
        truncated = seen.message
    seen = await _attempt(_over_tcp, query, server, until)
    return DnsReply(seen.message, seen.failure, "tcp", truncated, seen.icmp, query.stray)


_Talk = Callable[[socket.socket, DnsQuery, float], Awaitable[bytes]]


async def _attempt(talk: _Talk, query: DnsQuery, server: Address, until: float) -> _Attempt:
    """One try over one transport, on a socket of its own that is connected, so that a refusal is heard at once."""
    loop = asyncio.get_running_loop()
    patience = max(until - loop.time(), 0.0)
    kind = socket.SOCK_DGRAM if talk is _over_udp else socket.SOCK_STREAM
    try:
        sock = socket.socket(socket.AF_INET if server.family == 4 else socket.AF_INET6, kind)
    except OSError as error:
        return _Attempt(failure=from_exception(error))
    with sock:
        sock.setblocking(False)
        listen_for_refusals(sock, on=True)
        try:
            async with asyncio.timeout(patience):
                await _connect(sock, server)
                message = await talk(sock, query, patience)
        except _Nowhere:
            return _Attempt(failure=Failure.BLACKHOLED)
        except EOFError as cut:
            return _Attempt(b"".join(cut.args), Failure.CUT)
        except OSError as error:
            refusal = read_refusal(sock)
            icmp = refusal.icmp if refusal else None
            return _Attempt(failure=_refusal(error, icmp, kind), icmp=icmp)
    return _Attempt(message, query.failure(message))


async def _connect(sock: socket.socket, server: Address) -> None:
    """Raises _Nowhere where this machine has a route that refuses to go there, which connecting alone tells."""
    try:
        await asyncio.get_running_loop().sock_connect(sock, _place(server))
    except OSError as error:
        if from_connecting(number_of(error)) is Failure.BLACKHOLED:
            raise _Nowhere from error
        raise


class _Nowhere(Exception):
    """The question could not leave this machine."""


async def _over_udp(sock: socket.socket, query: DnsQuery, patience: float) -> bytes:
    """The first datagram that answers. Others (a late or a forged answer) are passed over while there is time."""
    loop = asyncio.get_running_loop()

    async def heard() -> bytes:
        while True:
            message = await loop.sock_recv(sock, _LARGEST_REPLY)
            if query.is_for_us(message):
                return message

    while True:
        await loop.sock_sendall(sock, query.wire)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(LONGEST_WAIT_BEFORE_REPEAT, patience / 3)):
                return await heard()


async def _over_tcp(sock: socket.socket, query: DnsQuery, _: float) -> bytes:
    """The first message on the connection that answers. Raises EOFError with what had come where the connection ended before."""
    loop = asyncio.get_running_loop()

    async def exactly(size: int) -> bytes:
        received = b""
        while len(received) < size:
            more = await loop.sock_recv(sock, size - len(received))
            if not more:
                raise EOFError(received)
            received += more
        return received

    await loop.sock_sendall(sock, len(query.wire).to_bytes(2, "big") + query.wire)
    while True:
        message = await exactly(int.from_bytes(await exactly(2), "big"))
        if query.is_for_us(message):
            return message


def _place(server: Address) -> tuple[str, int] | tuple[str, int, int, int]:
    """The server as the socket wants it. Raises OSError where its zone names no interface of this machine."""
    if server.family == 4:
        return server.host, server.port
    host, _, zone = server.host.partition("%")
    scope = int(zone) if zone.isdigit() else socket.if_nametoindex(zone) if zone else 0
    return host, server.port, 0, scope


def _refusal(error: OSError, icmp: IcmpError | None, kind: socket.SocketKind) -> Failure:
    said = from_icmp(icmp.version, icmp.kind, icmp.code) if icmp else None
    seen = said or from_exception(error)
    # Winsock reports a port that is closed to UDP as a reset.
    return Failure.REFUSED if kind is socket.SOCK_DGRAM and seen is Failure.RESET else seen
