"""How far does a TCP connect get? One SYN for each hop limit, all at once; who lets it no further says so (Linux).

The router at which a packet's limit ends tells its sender (RFC 792, type 11; RFC 4443, type 3), and the kernel keeps that message
in the socket's error queue. No privilege is needed for it, and what is sent is what any client sends.
"""

import asyncio
import contextlib
import ipaddress
import socket
import sys

from diag.model.answer import Hop, Path
from diag.model.failure import Failure, from_icmp
from diag.model.observation import Unsupported
from diag.model.question import Connect, Trace
from diag.model.system_errors import from_number
from diag.probe.connect import dial, prepare

_LONGEST = 2.0
"""Seconds that an answer is waited for: routers that answer at all do so at once."""
_ON_THE_WAY = {4: 11, 6: 3}
"""The ICMP type by which a router says that the hop limit was used up."""


async def trace(question: Trace, until: float) -> Path:
    """Return who answers on the way, until the loop's time is `until` at the latest.

    Raises Unsupported on systems that do not tell who refused a connect.
    """
    if not sys.platform.startswith("linux"):
        raise Unsupported("this system does not tell who refused a connect")
    until = min(until, asyncio.get_running_loop().time() + _LONGEST)
    seen = await asyncio.gather(*(_hop(question, limit, until) for limit in range(1, question.hops + 1)))
    own = {hop.limit for hop in seen if hop and hop.sender == _host(question)}
    arrived = min(own, default=0)
    return Path(tuple(hop for hop in seen if hop and hop.limit not in own), arrived)


async def _hop(question: Trace, limit: int, until: float) -> Hop | None:
    """Who answered a connect with this hop limit, the address itself included; None: nobody."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        sock, target = prepare(Connect(question.address))
    except OSError:
        return None
    with contextlib.closing(sock):
        _limit(sock, limit)
        try:
            number, icmp = await dial(sock, target, until)
        except TimeoutError:
            return None
        took = round(loop.time() - began, 6)
        if icmp is None:
            answered = not number or from_number(number) in (Failure.REFUSED, Failure.RESET)
            return Hop(limit, _host(question), took) if answered else None
        if icmp.kind == _ON_THE_WAY[icmp.version]:
            return Hop(limit, icmp.sender, took)
        return Hop(limit, icmp.sender, took, from_icmp(icmp.version, icmp.kind, icmp.code) or from_number(number))


def _limit(sock: socket.socket, hops: int) -> None:
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, hops)
    else:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hops)


def _host(question: Trace) -> str:
    return str(ipaddress.ip_address(question.address.host.partition("%")[0]))
