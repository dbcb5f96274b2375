"""The routing tables: from files on Linux, from its own interface on Windows, from `netstat` on macOS.

Read is what an ordinary user sees: on Linux the main table, not those that policy rules lead to. Routes that only refuse
(`blackhole`, `unreachable`, `prohibit`) are no ways; they are told apart on Linux, and left out elsewhere.
"""

import ipaddress
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from diag.model.address import literal
from diag.model.local_file import Contents, FileState, read_file
from diag.model.machine import RouteEntry, Routes
from diag.model.observation import Unsupported
from diag.probe.machine.programs import RunProgram

if TYPE_CHECKING:
    from diag.probe.machine.adapters import Adapter, Forwarding, IpHelper
    from diag.probe.machine.windows import Windows

_LIMIT = 4_000_000
_UP, _GATEWAY, _REJECT = 0x0001, 0x0002, 0x0200
_CACHED, _LOCAL = 0x0100_0000, 0x8000_0000
_NO_DEVICE = "*"
"""What stands for an interface where a route of IPv4 has none, as it leads nowhere."""
_LAST_RESORT = 0xFFFF_FFFF
"""The metric of the kernel's own entry for all that no route is for."""
_WHOLE_4, _WHOLE_6 = "0.0.0.0/0", "::/0"
_BROADCAST = "255.255.255.255/32"
_NO_ROUTER = "fe80::%"
"""The gateway of the defaults that every Mac has through its utun interfaces (RFC 4291, section 2.6.1): nobody is there."""


def read_routes(system: str, run: RunProgram, root: str = "", windows: "Windows | None" = None) -> Routes:
    """Return both families' routes; not complete where a table could not be read."""
    if system == "Linux":
        return _linux(root)
    if system == "Windows":
        from diag.probe.machine.windows import Windows

        return _windows((windows or Windows()).ip_helper)
    lines = run(("/usr/sbin/netstat", "-rn"))
    return Routes((), complete=False) if lines is None else Routes(tuple(_macos(lines)))


def _linux(root: str) -> Routes:
    four = read_file(f"{root}/proc/net/route", _LIMIT)
    six = read_file(f"{root}/proc/net/ipv6_route", _LIMIT)
    if six.state is FileState.MISSING and read_file(f"{root}/proc/net/if_inet6", _LIMIT).state is FileState.MISSING:
        six = Contents(FileState.READ)  # this kernel has no IPv6
    read = all(contents.state is FileState.READ and contents.complete for contents in (four, six))
    entries = (*_linux_4(four.lines), *_linux_6(six.lines))
    ways, refusing = (tuple(entry for entry, is_way in entries if is_way is wanted) for wanted in (True, False))
    return Routes(ways, complete=read, refusing=refusing)


def _linux_4(lines: Iterable[str]) -> Iterator[tuple[RouteEntry, bool]]:
    """Lines of /proc/net/route: name, destination, gateway, flags, -, -, metric, mask; addresses in this machine's byte order."""
    for line in lines:
        fields = line.split()
        try:
            name, destination, gateway, flags, metric, mask = fields[0], *fields[1:4], *fields[6:8]
            prefix = ipaddress.ip_network(f"{_native(destination)}/{_native(mask)}")
            via = str(_native(gateway)) if int(flags, 16) & _GATEWAY else ""
            if name == _NO_DEVICE or int(flags, 16) & _REJECT:
                yield RouteEntry(str(prefix), metric=_metric(metric, 10)), False
            elif int(flags, 16) & _UP:
                yield RouteEntry(str(prefix), via, name, _metric(metric, 10)), True
        except (IndexError, ValueError, OverflowError):
            continue  # the heading, or a line that is none


def _linux_6(lines: Iterable[str]) -> Iterator[tuple[RouteEntry, bool]]:
    """Lines of /proc/net/ipv6_route: destination, length, source, length, next hop, metric, -, -, flags, name; numbers in hex."""
    for line in lines:
        fields = line.split()
        try:
            destination, length, hop, metric, flags, name = fields[0], fields[1], fields[4], fields[5], fields[8], fields[9]
            prefix = ipaddress.ip_network((bytes.fromhex(destination), int(length, 16)))
            if int(flags, 16) & (_CACHED | _LOCAL) or prefix.is_multicast or int(metric, 16) == _LAST_RESORT:
                continue
            if int(flags, 16) & _REJECT:
                yield RouteEntry(str(prefix), metric=_metric(metric, 16)), False
            elif int(flags, 16) & _UP:
                via = str(ipaddress.IPv6Address(bytes.fromhex(hop))) if int(flags, 16) & _GATEWAY else ""
                yield RouteEntry(str(prefix), via, name, _metric(metric, 16)), True
        except (IndexError, ValueError, OverflowError):
            continue


def _metric(text: str, base: int) -> int:
    """Raises ValueError where it has more than the kernel's 32 bits: then this is none of its lines."""
    number = int(text, base)
    if not 0 <= number <= _LAST_RESORT:
        raise ValueError(text[:20])
    return number


def _native(text: str) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(text, 16).to_bytes(4, sys.byteorder))


def _macos(lines: Iterable[str]) -> Iterator[RouteEntry]:
    """Lines of `netstat -rn`: destination, gateway, flags, interface. Untried there: written from recorded output.

    Before macOS 10.15 two more columns stand between the last two; the heading tells where the interface is. Neighbours (flags
    L or W) are no routes. One that holds for sockets of its interface only (flag I) gets metric 1, since the others go before it.
    """
    four, interface = True, 3
    for line in lines:
        fields = line.split()
        if fields and fields[0] in ("Internet:", "Internet6:"):
            four = fields[0] == "Internet:"
        if "Netif" in fields:
            interface = fields.index("Netif")
        if len(fields) <= interface or not fields[2].isalnum() or "U" not in fields[2] or set(fields[2]) & set("LWRB"):
            continue
        prefix = _abbreviated(fields[0]) if four else _prefix(fields[0].replace("default", _WHOLE_6))
        if prefix is None or prefix.is_multicast or str(prefix) == _BROADCAST or fields[1].startswith(_NO_ROUTER):
            continue
        yield RouteEntry(str(prefix), _gateway(fields[1]), fields[interface], 1 if "I" in fields[2] else 0)


def _gateway(text: str) -> str:
    """The gateway, if it is an address; empty: it is a link, or one that older systems cut off where their column ends.

    A gateway of a link alone (RFC 4291, section 2.5.6) is printed with its link, so one without it was cut.
    """
    ip = literal(text)
    return text if ip is not None and not (ip.version == 6 and ip.is_link_local and "%" not in text) else ""


def _abbreviated(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """`10.1/16`, `127`, `192.168.1`: missing parts are zero, a missing length is eight bits a part."""
    address, _, length = text.replace("default", _WHOLE_4).partition("/")
    parts = address.split(".")
    return _prefix(f"{'.'.join((*parts, '0', '0', '0')[: max(4, len(parts))])}/{length or 8 * len(parts)}")


def _windows(ip_helper: "IpHelper") -> Routes:
    """The table that the API gives, with adapters by name; a metric is the route's and its adapter's together, as for Windows."""
    try:
        adapters = {number: one for one in ip_helper.adapters() for number in one.numbers}
        rows = ip_helper.forwarding()
    except Unsupported:
        return Routes((), complete=False)
    unicast = [row for row in rows if not ipaddress.ip_network(row.destination).is_multicast]
    return Routes(tuple(_entry(row, adapters.get(row.adapter)) for row in unicast if row.destination != _BROADCAST))


def _entry(row: "Forwarding", adapter: "Adapter | None") -> RouteEntry:
    name, metric = (adapter.name, adapter.metric) if adapter else (str(row.adapter), 0)
    return RouteEntry(row.destination, row.gateway, name, row.metric + metric)


def _prefix(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """A prefix without its zone; None where the text is none."""
    address, _, rest = text.partition("%")
    _, slash, length = rest.partition("/")
    try:
        return ipaddress.ip_network(f"{address}{slash}{length}", strict=False)
    except ValueError:
        return None
