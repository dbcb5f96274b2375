"""The routing tables: from files on Linux, from `netstat` and `route print` elsewhere.

Read is what an ordinary user sees: on Linux the main table, not those that policy rules lead to. Routes that only refuse
(`blackhole`, `unreachable`, `prohibit`) are no ways; they are told apart on Linux, and left out elsewhere.
"""

import ipaddress
import sys
from collections.abc import Iterable, Iterator

from diag.model.address import IpAddress, literal
from diag.model.local_file import Contents, FileState, read_file
from diag.model.machine import RouteEntry, Routes
from diag.probe.machine.programs import RunProgram

_LIMIT = 4_000_000
_UP, _GATEWAY, _REJECT = 0x0001, 0x0002, 0x0200
_CACHED, _LOCAL = 0x0100_0000, 0x8000_0000
_NO_DEVICE = "*"
"""What stands for an interface where a route of IPv4 has none, as it leads nowhere."""
_LAST_RESORT = 0xFFFF_FFFF
"""The metric of the kernel's own entry for all that no route is for."""
_WHOLE_4, _WHOLE_6 = "0.0.0.0/0", "::/0"


def read_routes(system: str, run: RunProgram, root: str = "") -> Routes:
    """Both families' routes; not complete where a table could not be read."""
    if system == "Linux":
        return _linux(root)
    command, parse = {"Windows": (("route", "print"), _windows)}.get(system, (("/usr/sbin/netstat", "-rn"), _macos))
    lines = run(command)
    return Routes((), complete=False) if lines is None else Routes(tuple(parse(lines)))


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
                yield RouteEntry(str(prefix), metric=int(metric)), False
            elif int(flags, 16) & _UP:
                yield RouteEntry(str(prefix), via, name, int(metric)), True
        except (IndexError, ValueError):
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
                yield RouteEntry(str(prefix), metric=int(metric, 16)), False
            elif int(flags, 16) & _UP:
                via = str(ipaddress.IPv6Address(bytes.fromhex(hop))) if int(flags, 16) & _GATEWAY else ""
                yield RouteEntry(str(prefix), via, name, int(metric, 16)), True
        except (IndexError, ValueError):
            continue


def _native(text: str) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(text, 16).to_bytes(4, sys.byteorder))


def _macos(lines: Iterable[str]) -> Iterator[RouteEntry]:
    """Lines of `netstat -rn`: destination, gateway, flags, interface. Untried there: written from recorded output.

    Neighbours (flags L or W) are no routes. One that holds for sockets of its interface only (flag I) gets metric 1, since
    the others go before it.
    """
    four = True
    for line in lines:
        fields = line.split()
        if fields and fields[0] in ("Internet:", "Internet6:"):
            four = fields[0] == "Internet:"
        if len(fields) < 4 or not fields[2].isalnum() or "U" not in fields[2] or set(fields[2]) & set("LWRB"):
            continue
        prefix = _abbreviated(fields[0]) if four else _prefix(fields[0].replace("default", _WHOLE_6))
        if prefix is not None and not prefix.is_multicast:
            gateway = literal(fields[1])
            yield RouteEntry(str(prefix), fields[1] if gateway else "", fields[3], 1 if "I" in fields[2] else 0)


def _abbreviated(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """`10.1/16`, `127`, `192.168.1`: missing parts are zero, a missing length is eight bits a part."""
    address, _, length = text.replace("default", _WHOLE_4).partition("/")
    parts = address.split(".")
    return _prefix(f"{'.'.join((*parts, '0', '0', '0')[: max(4, len(parts))])}/{length or 8 * len(parts)}")


def _windows(lines: Iterable[str]) -> Iterator[RouteEntry]:
    """Lines of `route print`, told by their shape, since the words are in the system's language.

    Untried there: written from recorded output.
    IPv4: destination, mask, gateway, the interface's address, metric. IPv6: the interface's number, metric, prefix, gateway,
    the last of which may stand on the next line.
    """
    waiting: RouteEntry | None = None
    for line in lines:
        fields = line.split()
        if waiting is not None and fields:
            yield _with_gateway(waiting, fields)
            waiting = None
        elif len(fields) >= 5 and literal(fields[0]) and literal(fields[1]) and fields[-1].isdecimal() and literal(fields[-2]):
            prefix = _prefix(f"{fields[0]}/{fields[1]}")
            if prefix is not None and not prefix.is_multicast:
                gateway = fields[2] if literal(fields[2]) else ""
                yield RouteEntry(str(prefix), gateway, fields[-2], int(fields[-1]))
        elif len(fields) >= 3 and fields[0].isdecimal() and int(fields[0]) and fields[1].isdecimal() and "/" in fields[2]:
            prefix = _prefix(fields[2])
            if prefix is not None and not prefix.is_multicast:
                entry = RouteEntry(str(prefix), "", fields[0], int(fields[1]))
                if len(fields) > 3:
                    yield _with_gateway(entry, fields[3:])
                else:
                    waiting = entry


def _with_gateway(entry: RouteEntry, words: list[str]) -> RouteEntry:
    """A gateway is an address; words ("On-link", in whatever language) mean that there is none."""
    gateway: IpAddress | None = literal(words[0])
    return entry if gateway is None else RouteEntry(entry.destination, words[0], entry.interface, entry.metric)


def _prefix(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """A prefix without its zone; None where the text is none."""
    address, _, rest = text.partition("%")
    _, slash, length = rest.partition("/")
    try:
        return ipaddress.ip_network(f"{address}{slash}{length}", strict=False)
    except ValueError:
        return None
