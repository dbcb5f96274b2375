"""A plain client of the standard library: knocks once at a door and says what came back."""

import errno
import socket
import struct
from dataclasses import dataclass

from .plan import Place
from .rooms import Rooms

IP_RECVERR, IPV6_RECVERR = 11, 25  # ip(7), ipv6(7); the socket module has no names for them


@dataclass(frozen=True)
class Answer:
    """What a connect came to."""

    word: str
    """`open`, `silent`, or the name of the error, as in `ECONNREFUSED`."""
    icmp: tuple[int, int] | None = None
    """Type and code of the ICMP message that said so, if one did."""
    sender: str = ""
    """Who sent it."""


def knock(house: Rooms, address: str, port: int, *, patience: float = 0.5, where: Place = "client") -> Answer:
    """Connect by TCP and close again; `silent` after `patience` seconds."""
    six = ":" in address
    with house.socket(socket.AF_INET6 if six else socket.AF_INET, where=where) as door:
        door.settimeout(patience)
        door.setsockopt(*((socket.IPPROTO_IPV6, IPV6_RECVERR) if six else (socket.IPPROTO_IP, IP_RECVERR)), 1)
        try:
            door.connect((address, port))
        except TimeoutError:
            return Answer("silent")
        except OSError as refusal:
            return Answer(errno.errorcode[refusal.errno or 0], *_who_said_so(door))
        return Answer("open")


def send_datagram(house: Rooms, address: str, port: int) -> str:
    """Send one UDP datagram from the client: `sent`, or the name of the error."""
    with house.socket(kind=socket.SOCK_DGRAM, where="client") as door:
        try:
            door.sendto(b"knock", (address, port))
        except OSError as refusal:
            return errno.errorcode[refusal.errno or 0]
        return "sent"


def _who_said_so(door: socket.socket) -> tuple[tuple[int, int], str] | tuple[()]:
    """Read the socket's error queue (ip(7), sock_extended_err); empty when no ICMP message is in it."""
    door.setblocking(False)
    try:
        _, notes, *_ = door.recvmsg(512, 512, socket.MSG_ERRQUEUE)
    except BlockingIOError:
        return ()
    note = notes[0][2]
    kind, code = struct.unpack_from("BB", note, 5)
    offset = 16
    (family,) = struct.unpack_from("H", note, offset)
    start, length = (8, 16) if family == socket.AF_INET6 else (4, 4)
    return (kind, code), socket.inet_ntop(family, note[offset + start : offset + start + length])
