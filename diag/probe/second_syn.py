"""A connect whose first packet may be refused: the second one counts.

Where the system asks for ECN (RFC 3168), the flags of that are in the first packet (SYN) alone: the one that is sent again a
second later goes without them (section 6.1.1.1). Until that is due the socket takes only packets that no router has passed on
(RFC 5082, TTL 255), so a refusal of the first one is not heard. The other side then accepts or refuses the second one by itself.
"""

import asyncio
import socket
import sys

from diag.model.observation import Unsupported

DEAF = 0.6
"""Seconds for which a refusal is not heard: the second packet leaves after one (RFC 6298, section 2.1)."""
_MOST = 255
_LEAST_TTL = {socket.AF_INET: (socket.IPPROTO_IP, 21), socket.AF_INET6: (socket.IPPROTO_IPV6, 73)}
"""IP_MINTTL (ip(7)) and IPV6_MINHOPCOUNT of Linux, which Python does not name."""


def ignore_refusal(sock: socket.socket) -> None:
    """Let no refusal reach this socket for a moment. Raises Unsupported where the system cannot."""
    if sys.platform != "linux":
        raise Unsupported("only Linux sends a second packet without ECN")
    level, option = _LEAST_TTL[sock.family]
    try:
        sock.setsockopt(level, option, _MOST)
    except OSError as error:
        raise Unsupported("a least TTL cannot be set here") from error
    asyncio.get_running_loop().call_later(DEAF, _listen, sock)


def told_too_soon(began: float) -> bool:
    """Return whether what came, of a connect that began at this time of the loop, was an answer to the first packet after all."""
    return asyncio.get_running_loop().time() - began < DEAF


def _listen(sock: socket.socket) -> None:
    if sock.fileno() >= 0:
        level, option = _LEAST_TTL[sock.family]
        sock.setsockopt(level, option, 0)
