"""The network interfaces of Linux with their addresses, as the kernel itself tells them (netlink(7), rtnetlink(7))."""

import socket
import struct
import sys
from collections.abc import Iterator

from msgspec import Struct

LINK_RUNNING, LINK_LOOPBACK = 0x40, 0x8
"""Flags of an interface (netdevice(7))."""
_GET_LINKS, _GET_ADDRESSES, _LINK, _ADDRESS = 18, 22, 16, 20
_ERROR, _DONE = 2, 3
_REQUEST_ALL = 0x301
"""NLM_F_REQUEST and NLM_F_DUMP."""
_LINK_NAME, _LINK_MTU, _CARRIER_CHANGES = 3, 4, 35
_ADDRESS_THERE, _ADDRESS_HERE = 1, 2
"""IFA_ADDRESS is that of the other end where there is one; IFA_LOCAL, where it is given, is always ours."""
_LINK_HEAD = struct.Struct("=BxHiII")
_ADDRESS_HEAD = struct.Struct("=BBBBI")
_HEAD = struct.Struct("=IHHII")
_ATTRIBUTE = struct.Struct("=HH")
_LARGEST = 1 << 16
_PATIENCE = 1.0
_MOST = 20_000
"""Messages of one answer."""


class NetworkLink(Struct, frozen=True):
    """One interface."""

    name: str
    flags: int
    mtu: int
    addresses: tuple[str, ...]
    """IPv4 first; those of one link alone with its name as their zone (RFC 4007, section 11)."""
    changes: int = 0
    """How often its link went down or came up."""


def read_links() -> tuple[NetworkLink, ...]:
    """Return all interfaces in the order of their numbers. Raises OSError where the kernel does not tell."""
    if sys.platform != "linux":
        raise OSError("rtnetlink is Linux' own")
    found: dict[int, tuple[str, int, int, int]] = {}
    for content in _told(_GET_LINKS, _LINK, _LINK_HEAD):
        _, _, number, flags, _ = _LINK_HEAD.unpack_from(content)
        said = dict(_attributes(content[_LINK_HEAD.size :]))
        name = said.get(_LINK_NAME, b"").rstrip(b"\0").decode("utf-8", "replace")
        mtu, changes = (int.from_bytes(said.get(kind, b""), sys.byteorder) for kind in (_LINK_MTU, _CARRIER_CHANGES))
        found[number] = (name, flags, mtu, changes)
    addresses: dict[int, list[tuple[int, str]]] = {}
    for content in _told(_GET_ADDRESSES, _ADDRESS, _ADDRESS_HEAD):
        family, _, _, _, number = _ADDRESS_HEAD.unpack_from(content)
        said = dict(_attributes(content[_ADDRESS_HEAD.size :]))
        packed = said.get(_ADDRESS_HERE) or said.get(_ADDRESS_THERE, b"")
        if number in found and (family, len(packed)) in ((socket.AF_INET, 4), (socket.AF_INET6, 16)):
            text = socket.inet_ntop(family, packed)
            zone = f"%{found[number][0]}" if family == socket.AF_INET6 and packed[0] == 0xFE and packed[1] & 0xC0 == 0x80 else ""
            addresses.setdefault(number, []).append((family, text + zone))
    return tuple(
        NetworkLink(
            name, flags, mtu, tuple(text for _, text in sorted(addresses.get(number, ()), key=lambda one: one[0])), changes
        )
        for number, (name, flags, mtu, changes) in sorted(found.items())
    )


def _told(question: int, answer: int, head: struct.Struct) -> Iterator[bytes]:
    """What the kernel says of everything of one kind, message by message."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel:
        kernel.settimeout(_PATIENCE)
        kernel.sendto(_HEAD.pack(_HEAD.size + head.size, question, _REQUEST_ALL, 1, 0) + bytes(head.size), (0, 0))
        for _ in range(_MOST):
            for kind, content in _messages(kernel.recv(_LARGEST)):
                if kind == _DONE:
                    return
                if kind == _ERROR:
                    raise OSError("the kernel declines to tell")
                if kind == answer and len(content) >= head.size:
                    yield content


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _HEAD.size <= len(data):
        length, kind, _, _, _ = _HEAD.unpack_from(data, at)
        if length < _HEAD.size:
            raise OSError("a message of the kernel that has no length")
        yield kind, data[at + _HEAD.size : at + length]
        at += _aligned(length)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size:
            return
        yield kind, data[at + _ATTRIBUTE.size : at + length]
        at += _aligned(length)


def _aligned(length: int) -> int:
    return (length + 3) & ~3
