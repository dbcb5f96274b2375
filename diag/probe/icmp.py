"""Which ICMP message refused a packet, and who sent it: read from a socket's error queue (Linux, IP_RECVERR of ip(7))."""

import socket
import struct
import sys

from diag.model.answer import IcmpError

_RECEIVE_ERRORS = {socket.AF_INET: (socket.IPPROTO_IP, 11), socket.AF_INET6: (socket.IPPROTO_IPV6, 25)}
"""IP_RECVERR and IPV6_RECVERR, which Python's `socket` does not name everywhere."""
_ORIGIN_VERSION = {2: 4, 3: 6}
"""SO_EE_ORIGIN_ICMP and SO_EE_ORIGIN_ICMP6, as IP versions; other origins are this machine's own errors."""
_ERROR = struct.Struct("=IBBBBII")
"""struct sock_extended_err; the sender's socket address follows it."""
_SENDER = {4: (socket.AF_INET, slice(4, 8)), 6: (socket.AF_INET6, slice(8, 24))}
"""Where the address lies in that socket address."""


def watch_for_icmp(sock: socket.socket) -> None:
    """Have the kernel keep the ICMP errors that `sock` meets. To be called before its first packet; elsewhere it does nothing."""
    if sys.platform == "linux":
        sock.setsockopt(*_RECEIVE_ERRORS[socket.AddressFamily(sock.family)], 1)


def read_icmp(sock: socket.socket) -> IcmpError | None:
    """The first ICMP error that the kernel kept for `sock`; None: there is none, or this system keeps none."""
    if sys.platform != "linux":
        return None
    while True:
        try:
            _, ancillary, _, _ = sock.recvmsg(512, 512, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
        except OSError:
            return None  # the queue is empty
        for level, kind, data in ancillary:
            if (level, kind) in _RECEIVE_ERRORS.values() and len(data) >= _ERROR.size:
                seen = _read(data)
                if seen is not None:
                    return seen


def _read(data: bytes) -> IcmpError | None:
    _, origin, kind, code, _, _, _ = _ERROR.unpack_from(data)
    version = _ORIGIN_VERSION.get(origin)
    if version is None:
        return None
    family, place = _SENDER[version]
    address = data[_ERROR.size :][place]
    complete = len(address) == place.stop - place.start
    return IcmpError(version, kind, code, socket.inet_ntop(family, address) if complete else "")
