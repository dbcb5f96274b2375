"""The ICMP message that refused a connect: Linux keeps it, with its sender, in the socket's error queue (ip(7), IP_RECVERR)."""

import contextlib
import ipaddress
import socket
import struct
import sys
from collections.abc import Iterator

from msgspec import Struct

from diag.model.answer import IcmpError

_MSG_ERRQUEUE = 0x2000
_SWITCH = {socket.AF_INET: (socket.IPPROTO_IP, 11), socket.AF_INET6: (socket.IPPROTO_IPV6, 25)}
"""IP_RECVERR and IPV6_RECVERR, which Python does not name, with their levels."""
_ERROR = struct.Struct("=IBBBBII")
"""struct sock_extended_err: errno, origin, type, code, padding, info, data."""
_FROM_ICMP = {2: 4, 3: 6}
"""SO_EE_ORIGIN_ICMP and SO_EE_ORIGIN_ICMP6, as the version of IP."""


class _Refusal(Struct, frozen=True):
    """One entry of the error queue that came from the network."""

    number: int
    """The errno that the kernel made of it."""
    icmp: IcmpError


def listen_for_refusals(sock: socket.socket, on: bool) -> None:
    """Have the kernel queue the ICMP errors about `sock`, or stop that: an open connection must take them as any client does."""
    if sys.platform.startswith("linux"):
        level, option = _SWITCH[sock.family]
        with contextlib.suppress(OSError):  # a kernel without it answers as before, only less exactly
            sock.setsockopt(level, option, int(on))


def read_refusal(sock: socket.socket) -> _Refusal | None:
    """Return the first ICMP error in the queue of `sock`; None: there is none, or this system keeps none.

    Must come before SO_ERROR.
    """
    if not sys.platform.startswith("linux"):
        return None
    try:
        _, ancillary, _, _ = sock.recvmsg(0, 512, _MSG_ERRQUEUE)
    except OSError:
        return None
    return next(_refusals(ancillary), None)


def _refusals(ancillary: list[tuple[int, int, bytes]]) -> Iterator[_Refusal]:
    for level, kind, data in ancillary:
        if (level, kind) not in _SWITCH.values() or len(data) < _ERROR.size:
            continue
        number, origin, icmp_type, code, _, _, _ = _ERROR.unpack_from(data)
        if version := _FROM_ICMP.get(origin):
            yield _Refusal(number, IcmpError(version, icmp_type, code, _sender(data[_ERROR.size :], version)))


def _sender(offender: bytes, version: int) -> str:
    """The address in a struct sockaddr_in (at byte 4) or sockaddr_in6 (at byte 8); empty where the kernel names none."""
    packed = offender[4:8] if version == 4 else offender[8:24]
    if len(packed) != (4 if version == 4 else 16) or not any(packed):
        return ""
    return str(ipaddress.ip_address(packed))
