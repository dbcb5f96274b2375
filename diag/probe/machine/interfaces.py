"""The network interfaces, as psutil reads them on every system."""

import socket
from collections.abc import Iterable, Mapping
from typing import Any

from diag.model.address import literal
from diag.model.machine import Interface, Interfaces
from diag.model.observation import Unsupported
from diag.model.text import clean


def read_interfaces() -> Interfaces:
    """All interfaces, in the system's order. Raises Unsupported where the system does not show them."""
    import psutil

    try:
        return Interfaces(_interfaces(psutil.net_if_addrs(), psutil.net_if_stats()))
    except OSError:
        raise Unsupported("the list of network interfaces") from None


def _interfaces(addresses: Mapping[str, Iterable[Any]], statistics: Mapping[str, Any]) -> tuple[Interface, ...]:
    """From psutil's `snicaddr` and `snicstats` by interface; either may be missing."""
    names = dict.fromkeys((*addresses, *statistics))
    return tuple(_interface(name, addresses.get(name, ()), statistics.get(name)) for name in names)


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
