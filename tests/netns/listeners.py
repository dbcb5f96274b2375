"""Who listens on a port, asked of the kernel as `ss` does (sock_diag(7)): it looks at those who listen, and at no connection.

The tables of proc(5) tell the same where a kernel has no sock_diag, in a hundred times as long: for each of them the kernel walks
every connection that there could be.
"""

import errno
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

NUMBERS = {"tcp": (socket.IPPROTO_TCP, 10), "udp": (socket.IPPROTO_UDP, 7)}
"""Of each protocol its number, and the number of the state in which its sockets wait for whoever comes (tcp_states.h)."""
SOCK_DIAG, BY_FAMILY, DUMP, FAILED, DONE = 4, 20, 0x301, 2, 3
_HEADER = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
_REQUEST = struct.Struct("=BBBxI40x8s")  # inet_diag_req_v2: family, protocol, extensions, states, ports and addresses, cookie
_REPLY = struct.Struct("=4x2s62xI")  # inet_diag_msg: the port, in the network's order, and the inode at its end


def listeners(port: int, protocol: str) -> set[int]:
    """Return the inodes of the sockets that listen on this port where the calling thread stands, over IPv4 and IPv6."""
    number, state = NUMBERS[protocol]
    try:
        sockets = [one for family in (socket.AF_INET, socket.AF_INET6) for one in _told(family, number, state)]
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.EPROTONOSUPPORT):
            raise
        sockets = [*_in_tables(protocol, state)]
    return {inode for at, inode in sockets if at == port}


def _told(family: int, number: int, state: int) -> Iterator[tuple[int, int]]:
    request = _REQUEST.pack(family, number, 0, 1 << state, b"\xff" * 8)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, SOCK_DIAG) as kernel:
        kernel.send(_HEADER.pack(_HEADER.size + len(request), BY_FAMILY, DUMP, 1, 0) + request)
        while True:
            told = kernel.recv(1 << 16)
            while told:
                length, kind, *_ = _HEADER.unpack_from(told)
                if kind == DONE:
                    return
                if kind == FAILED:
                    raise OSError(-struct.unpack_from("=i", told, _HEADER.size)[0], "sock_diag")
                port, inode = _REPLY.unpack_from(told, _HEADER.size)
                yield int.from_bytes(port, "big"), inode
                told = told[length + 3 & ~3 :]


def _in_tables(protocol: str, state: int) -> Iterator[tuple[int, int]]:
    for six in ("", "6"):
        for line in Path(f"/proc/thread-self/net/{protocol}{six}").read_text().splitlines()[1:]:
            columns = line.split()
            if int(columns[3], 16) == state:
                yield int(columns[1].rpartition(":")[2], 16), int(columns[9])
