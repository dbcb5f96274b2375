"""The kernel's account of a connection, read from the live socket (Linux: struct tcp_info of linux/tcp.h)."""

import socket
import struct
import sys

from diag.model.answer import TcpInfo

_ROOM = 256
"""Bytes that are asked for: more than any kernel of today fills."""
_OFFSETS = {
    "send_mss": (16, "I"),
    "receive_mss": (20, "I"),
    "unacked": (24, "I"),
    "pmtu": (60, "I"),
    "rtt": (68, "I"),
    "total_retransmits": (100, "I"),
    "bytes_acked": (120, "Q"),
    "bytes_received": (128, "Q"),
    "segments_out": (136, "I"),
    "segments_in": (140, "I"),
    "min_rtt": (148, "I"),
    "out_of_order": (224, "I"),
}
_STATE, _RETRANSMITS = 0, 2
_NO_SAMPLE = 0xFFFFFFFF
"""What the kernel writes for a smallest round trip that it has not measured yet."""


def read_tcp_info(sock: socket.socket) -> TcpInfo | None:
    """What the kernel knows of `sock` now; None on other systems, and where the socket is closed already."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        return parse_tcp_info(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _ROOM))
    except OSError:
        return None


def parse_tcp_info(raw: bytes) -> TcpInfo | None:
    """The fields of a struct tcp_info in this machine's byte order; an older kernel's shorter struct leaves the later ones 0."""
    if len(raw) < 8:
        return None
    fields = {
        name: struct.unpack_from(f"={code}", raw, at)[0]
        for name, (at, code) in _OFFSETS.items()
        if at + struct.calcsize(f"={code}") <= len(raw)
    }
    if fields.get("min_rtt") == _NO_SAMPLE:
        fields["min_rtt"] = 0
    return TcpInfo(state=raw[_STATE], retransmits=raw[_RETRANSMITS], **fields)
