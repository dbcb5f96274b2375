"""The kernel's account of a connection, read from the live socket; each system has its own.

Linux: struct tcp_info (linux/tcp.h). macOS: struct tcp_connection_info (netinet/tcp.h). Windows: TCP_INFO_v0 (mstcpip.h), since
10. The last two tell less, and are written from these files alone: what they do not tell stays 0, "not known".
"""

import socket
import struct
import sys
from enum import IntEnum

from diag.model.answer import TcpInfo

_ROOM = 256
"""Bytes that are asked for: more than any kernel of today fills."""
_LINUX = struct.Struct("=B x B 13x III 32x I 4x I 28x I 16x QQ II 4x I 72x I")
"""State, retransmissions of the last packet, segment sizes, segments in flight, path MTU, round trip, retransmissions, bytes
acknowledged and received, segments out and in, least round trip, segments out of order."""
_NO_SAMPLE = 0xFFFFFFFF
"""What the kernel writes for a smallest round trip that it has not measured yet."""


class _State(IntEnum):
    """The states as Linux numbers them (net/tcp_states.h), which is how they are kept."""

    UNKNOWN = 0
    ESTABLISHED = 1
    SYN_SENT = 2
    SYN_RECV = 3
    FIN_WAIT1 = 4
    FIN_WAIT2 = 5
    TIME_WAIT = 6
    CLOSE = 7
    CLOSE_WAIT = 8
    LAST_ACK = 9
    LISTEN = 10
    CLOSING = 11


_MACOS_OPTION = 0x106
"""TCP_CONNECTION_INFO, for which Python has no name."""
_MACOS = struct.Struct("=B 15x I 12x I 4x II 8x 6Q Q")
"""State, segment size, bytes not acknowledged, last and smoothed round trip in milliseconds, then seven counters."""
_MACOS_STATES = (
    _State.CLOSE,
    _State.LISTEN,
    _State.SYN_SENT,
    _State.SYN_RECV,
    _State.ESTABLISHED,
    _State.CLOSE_WAIT,
    _State.FIN_WAIT1,
    _State.CLOSING,
    _State.LAST_ACK,
    _State.FIN_WAIT2,
    _State.TIME_WAIT,
)

_WINDOWS_CODE = 0xD8000027
"""SIO_TCP_INFO."""
_WINDOWS = struct.Struct("<II 8x 4x III 16x QQ II 12x B 3x")
"""State, segment size, round trip and its least in microseconds, bytes in flight, out, in, reordered and sent again, and the
SYNs that were."""
_WINDOWS_STATES = (
    _State.CLOSE,
    _State.LISTEN,
    _State.SYN_SENT,
    _State.SYN_RECV,
    _State.ESTABLISHED,
    _State.FIN_WAIT1,
    _State.FIN_WAIT2,
    _State.CLOSE_WAIT,
    _State.CLOSING,
    _State.LAST_ACK,
    _State.TIME_WAIT,
)


def read_tcp_info(sock: socket.socket) -> TcpInfo | None:
    """Return what the kernel knows of `sock` now; None where the system does not tell, and where the socket is closed already."""
    try:
        if sys.platform.startswith("linux"):
            return parse_tcp_info(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _ROOM))
        if sys.platform == "darwin":
            return parse_macos(sock.getsockopt(socket.IPPROTO_TCP, _MACOS_OPTION, _ROOM))
        if sys.platform == "win32":
            return parse_windows(_asked_of_winsock(sock))
    except OSError:
        return None
    return None


def parse_tcp_info(raw: bytes) -> TcpInfo | None:
    """Return the fields of a struct tcp_info in this machine's byte order;
    an older kernel's shorter struct leaves the later ones 0.
    """
    if len(raw) < 8:
        return None
    state, again, out_mss, in_mss, unacked, pmtu, rtt, total, acked, received, out, in_, least, disordered = _LINUX.unpack_from(
        raw.ljust(_LINUX.size, b"\0")
    )
    return TcpInfo(
        state=state,
        retransmits=again,
        send_mss=out_mss,
        receive_mss=in_mss,
        unacked=unacked,
        pmtu=pmtu,
        rtt=rtt,
        total_retransmits=total,
        bytes_acked=acked,
        bytes_received=received,
        segments_out=out,
        segments_in=in_,
        min_rtt=0 if least == _NO_SAMPLE else least,
        out_of_order=disordered,
    )


def parse_macos(raw: bytes) -> TcpInfo | None:
    """Return the fields of a struct tcp_connection_info. The least round trip is the lesser of the last and the smoothed one."""
    if len(raw) < _MACOS.size:
        return None
    state, mss, waiting, last, smoothed, out, _, _, in_, received, disordered, again = _MACOS.unpack_from(raw)
    return TcpInfo(
        state=_named(state, _MACOS_STATES),
        rtt=smoothed * 1_000,
        min_rtt=min((trip for trip in (last, smoothed) if trip), default=0) * 1_000,
        unacked=_segments(waiting, mss),
        total_retransmits=again,
        bytes_received=received,
        segments_out=out,
        segments_in=in_,
        send_mss=mss,
        out_of_order=_segments(disordered, mss),
    )


def parse_windows(raw: bytes) -> TcpInfo | None:
    """Return the fields of a TCP_INFO_v0."""
    if len(raw) < _WINDOWS.size:
        return None
    state, mss, rtt, least, flying, _, received, reordered, again, syns = _WINDOWS.unpack_from(raw)
    return TcpInfo(
        state=_named(state, _WINDOWS_STATES),
        rtt=rtt,
        min_rtt=0 if least == _NO_SAMPLE else least,
        unacked=_segments(flying, mss),
        total_retransmits=_segments(again, mss) + syns,
        bytes_received=received,
        send_mss=mss,
        out_of_order=_segments(reordered, mss),
    )


def _named(state: int, states: tuple[int, ...]) -> int:
    return states[state] if state < len(states) else _State.UNKNOWN


def _segments(size: int, mss: int) -> int:
    """How many segments so many bytes were, at the least."""
    return -(-size // mss) if mss else min(size, 1)


def _asked_of_winsock(sock: socket.socket) -> bytes:
    """A TCP_INFO_v0 by WSAIoctl, which Python's `ioctl` does not know how to ask for. Raises OSError where it is not had."""
    import ctypes

    version, filled = ctypes.c_uint32(0), ctypes.c_uint32(0)
    room = ctypes.create_string_buffer(_WINDOWS.size)
    winsock = ctypes.WinDLL("ws2_32")  # type: ignore[attr-defined,unused-ignore]  # one of Windows' known libraries
    place = (ctypes.c_void_p(sock.fileno()), _WINDOWS_CODE)
    given = (ctypes.byref(version), ctypes.sizeof(version), room, len(room), ctypes.byref(filled))
    if winsock.WSAIoctl(*place, *given, None, None):
        raise OSError(winsock.WSAGetLastError(), "SIO_TCP_INFO")
    return room.raw[: filled.value]
