"""What Windows' IP Helper API tells of this machine: its adapters with their resolvers, and its routes.

Read by ctypes, as the documentation of the API lays the structures out; it works without any program and without WMI.
"""

import ctypes
import ipaddress
import sys
from collections.abc import Iterator
from typing import Any

from diag.model.observation import Unsupported
from diag.model.text import clean
from diag.probe.machine.adapters import Adapter, Forwarding

_UP = 1
_LOOPBACK = 24
_PPP = 23
"""Types of interfaces by IANA's number (ipifcons.h)."""
_AF_UNSPEC, _AF_INET, _AF_INET6 = 0, 2, 23
_NO_ANYCAST, _NO_MULTICAST = 0x2, 0x4
_OVERFLOW = 111
"""ERROR_BUFFER_OVERFLOW: the room that was given does not suffice."""
_ROOM = 16_384
_MOST_ADAPTERS, _MOST_SERVERS, _MOST_ROUTES = 500, 32, 20_000


class _SocketAddress(ctypes.Structure):
    _fields_ = (("place", ctypes.POINTER(ctypes.c_ubyte)), ("length", ctypes.c_int))


class _DnsServer(ctypes.Structure):
    pass


_DnsServer._fields_ = (
    ("alignment", ctypes.c_ulonglong),
    ("next", ctypes.POINTER(_DnsServer)),
    ("address", _SocketAddress),
)


class _Adapter(ctypes.Structure):
    """IP_ADAPTER_ADDRESSES_LH, as far as it is read (iptypes.h)."""


_Adapter._fields_ = (
    ("length", ctypes.c_uint32),
    ("index", ctypes.c_uint32),
    ("next", ctypes.POINTER(_Adapter)),
    ("adapter_name", ctypes.c_char_p),
    ("unicast", ctypes.c_void_p),
    ("anycast", ctypes.c_void_p),
    ("multicast", ctypes.c_void_p),
    ("servers", ctypes.POINTER(_DnsServer)),
    ("suffix", ctypes.c_wchar_p),
    ("description", ctypes.c_wchar_p),
    ("friendly_name", ctypes.c_wchar_p),
    ("physical_address", ctypes.c_ubyte * 8),
    ("physical_length", ctypes.c_uint32),
    ("flags", ctypes.c_uint32),
    ("mtu", ctypes.c_uint32),
    ("kind", ctypes.c_uint32),
    ("state", ctypes.c_int),
    ("index_6", ctypes.c_uint32),
    ("zones", ctypes.c_uint32 * 16),
    ("prefixes", ctypes.c_void_p),
    ("sends", ctypes.c_uint64),
    ("receives", ctypes.c_uint64),
    ("wins", ctypes.c_void_p),
    ("gateways", ctypes.c_void_p),
    ("metric", ctypes.c_uint32),
    ("metric_6", ctypes.c_uint32),
)


class _Inet(ctypes.Structure):
    """SOCKADDR_INET (ws2ipdef.h): 28 bytes, aligned as numbers are."""

    _fields_ = (("words", ctypes.c_uint32 * 7),)


class _Route(ctypes.Structure):
    """MIB_IPFORWARD_ROW2 (netioapi.h)."""

    _fields_ = (
        ("luid", ctypes.c_uint64),
        ("index", ctypes.c_uint32),
        ("prefix", _Inet),
        ("length", ctypes.c_uint32),
        ("hop", _Inet),
        ("site_length", ctypes.c_uint32),
        ("valid", ctypes.c_uint32),
        ("preferred", ctypes.c_uint32),
        ("metric", ctypes.c_uint32),
        ("protocol", ctypes.c_int),
        ("marks", ctypes.c_ubyte * 4),
        ("age", ctypes.c_uint32),
        ("origin", ctypes.c_int),
    )


class WindowsIpHelper:
    """The API itself; on other systems it tells nothing."""

    def adapters(self) -> tuple[Adapter, ...]:
        """See `IpHelper`."""
        library = _library()
        room = ctypes.c_uint32(_ROOM)
        for _ in range(3):  # adapters may come between two calls
            held = ctypes.create_string_buffer(room.value)
            flags = _NO_ANYCAST | _NO_MULTICAST
            code = library.GetAdaptersAddresses(_AF_UNSPEC, flags, None, held, ctypes.byref(room))
            if code == 0:
                first = ctypes.cast(held, ctypes.POINTER(_Adapter))
                return tuple(_adapter(one) for one in _chain(first, _MOST_ADAPTERS))
            if code != _OVERFLOW:
                break
        raise Unsupported("the list of network adapters")

    def forwarding(self) -> tuple[Forwarding, ...]:
        """See `IpHelper`."""
        library = _library()
        table = ctypes.c_void_p()
        if library.GetIpForwardTable2(_AF_UNSPEC, ctypes.byref(table)) or not table.value:
            raise Unsupported("the table of routes")
        try:
            number = min(ctypes.c_uint32.from_address(table.value).value, _MOST_ROUTES)
            rows = (_Route * number).from_address(table.value + ctypes.alignment(_Route))
            return tuple(route for row in rows if (route := _forwarding(row)) is not None)
        finally:
            library.FreeMibTable(table)


def _library() -> Any:
    if sys.platform != "win32":
        raise Unsupported("the IP Helper API, which Windows alone has")
    from diag.probe.machine.programs import system_folder

    return ctypes.WinDLL(f"{system_folder()}\\iphlpapi.dll")


def _chain(first: Any, most: int) -> Iterator[Any]:
    """The structures of a linked list, `most` at most."""
    for _ in range(most):
        if not first:
            return
        yield first.contents
        first = first.contents.next


def _adapter(one: _Adapter) -> Adapter:
    addresses = (_address(bytes(_bytes_of(server.address))) for server in _chain(one.servers, _MOST_SERVERS))
    return Adapter(
        name=clean(one.friendly_name or "", 100),
        description=clean(one.description or "", 200),
        up=one.state == _UP,
        loopback=one.kind == _LOOPBACK,
        dialled=one.kind == _PPP,
        numbers=tuple(number for number in (one.index, one.index_6) if number),
        metric=min((metric for metric in (one.metric, one.metric_6) if metric), default=0),
        servers=tuple(address for address in addresses if address),
        suffix=clean(one.suffix or "", 255),
    )


def _bytes_of(address: _SocketAddress) -> bytes:
    return bytes(address.place[: max(0, min(address.length, 28))]) if address.place else b""


def _address(raw: bytes) -> str:
    """The address in a SOCKADDR of either family, with its zone where it has one; empty: it is of another."""
    family = int.from_bytes(raw[:2], "little")
    if family == _AF_INET and len(raw) >= 8:
        return str(ipaddress.IPv4Address(raw[4:8]))
    if family == _AF_INET6 and len(raw) >= 24:
        zone = int.from_bytes(raw[24:28], "little")
        return f"{ipaddress.IPv6Address(raw[8:24])}{f'%{zone}' if zone else ''}"
    return ""


def _forwarding(row: _Route) -> Forwarding | None:
    prefix, hop = _address(bytes(row.prefix)), _address(bytes(row.hop))
    try:
        network = ipaddress.ip_network(f"{prefix.partition('%')[0]}/{row.length & 0xFF}", strict=False)
    except ValueError:
        return None
    gateway = "" if not hop or ipaddress.ip_address(hop.partition("%")[0]).is_unspecified else hop
    return Forwarding(str(network), gateway, row.index, row.metric)
