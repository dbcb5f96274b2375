"""The network interfaces: as Linux' kernel tells them, and elsewhere, or where it does not, as psutil reads them."""

import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from diag.model.address import literal
from diag.model.machine import Interface, Interfaces
from diag.model.observation import Unsupported
from diag.model.text import clean
from diag.probe.machine.rtnetlink import LINK_LOOPBACK, LINK_RUNNING, NetworkLink, read_links
from diag.probe.machine.vpn import DIALLED_IN, vpn_by, vpn_described

if TYPE_CHECKING:
    from diag.probe.machine.adapters import Adapter


def read_interfaces(root: str = "", adapters: "tuple[Adapter, ...]" = ()) -> Interfaces:
    """Return all interfaces, in the system's order. Raises Unsupported where the system does not show them.

    `root` stands before the paths at which Linux tells the kind of device; `adapters` are Windows', which tell it there.
    """
    with suppress(OSError):
        return Interfaces(told_apart(tuple(map(_linked, read_links())), root, adapters))
    import psutil  # it takes longer to load than the kernel to ask

    try:
        return Interfaces(told_apart(_interfaces(psutil.net_if_addrs(), psutil.net_if_stats()), root, adapters))
    except OSError:
        raise Unsupported("the list of network interfaces") from None


def told_apart(interfaces: tuple[Interface, ...], root: str, adapters: "tuple[Adapter, ...]" = ()) -> tuple[Interface, ...]:
    """Return the same, and which of them are a VPN's; those in use alone, and no line that is dialled in and the only one."""
    used = [one for one in interfaces if one.up and not one.loopback and any(map(_leads_out, one.addresses))]
    known = {adapter.name: adapter for adapter in adapters}
    words = {one.name: vpn_by(one.name, root) or _of_adapter(known.get(one.name)) for one in used}
    lines = {name for name, word in words.items() if word == DIALLED_IN and len(used) == 1}
    return tuple(replace(one, vpn="" if one.name in lines else words.get(one.name, "")) for one in interfaces)


def _of_adapter(adapter: "Adapter | None") -> str:
    """Windows' adapters have names that their users give, and descriptions that their makers give."""
    return "" if adapter is None else vpn_described(adapter.description) or (DIALLED_IN if adapter.dialled else "")


def _leads_out(address: str) -> bool:
    ip = literal(address)
    return ip is not None and not ip.is_link_local


def _interfaces(addresses: Mapping[str, Iterable[Any]], statistics: Mapping[str, Any]) -> tuple[Interface, ...]:
    """From psutil's `snicaddr` and `snicstats` by interface; either may be missing."""
    names = dict.fromkeys((*addresses, *statistics))
    return tuple(_interface(name, addresses.get(name, ()), statistics.get(name)) for name in names)


def _linked(link: NetworkLink) -> Interface:
    addresses = tuple(text for text in link.addresses if literal(text) is not None)
    return Interface(
        name=clean(link.name, 100),
        up=bool(link.flags & LINK_RUNNING),
        mtu=link.mtu,
        addresses=addresses,
        loopback=bool(link.flags & LINK_LOOPBACK),
        link_changes=link.changes,
    )


def _interface(name: str, addresses: Iterable[Any], statistics: Any) -> Interface:
    texts = (clean(entry.address, 100) for entry in addresses if entry.family in (socket.AF_INET, socket.AF_INET6))
    known = tuple((text, ip) for text in texts if (ip := literal(text)) is not None)
    flags = statistics.flags.split(",") if statistics else []
    return Interface(
        name=clean(name, 100),
        up=bool(statistics and statistics.isup),
        mtu=statistics.mtu if statistics else 0,
        addresses=tuple(text for text, _ in known),
        # Windows gives no flags.
        loopback="loopback" in flags or (bool(known) and all(ip.is_loopback for _, ip in known)),
    )
