"""Network adapters and routes, as Windows tells of them."""

from typing import Protocol

from msgspec import Struct


class Adapter(Struct, frozen=True):
    """One network adapter."""

    name: str
    """As Windows' settings show it, such as `Ethernet 3`."""
    description: str = ""
    """What it is, in its maker's words, such as `PANGP Virtual Ethernet Adapter`."""
    up: bool = True
    loopback: bool = False
    dialled: bool = False
    """Whether it is a line that is dialled: one of Windows' own VPN connections, or a telephone's."""
    numbers: tuple[int, ...] = ()
    """Its index for IPv4, and that for IPv6."""
    metric: int = 0
    """The least of both families: of two adapters Windows prefers the one that has less."""
    servers: tuple[str, ...] = ()
    """Its resolvers, in order."""
    suffix: str = ""


class Forwarding(Struct, frozen=True):
    """One route."""

    destination: str
    """A prefix."""
    gateway: str
    """Empty: the network is attached directly."""
    adapter: int
    """The adapter's index."""
    metric: int
    """Of the route alone; Windows adds its adapter's."""


class IpHelper(Protocol):
    """Where adapters and routes are learnt."""

    def adapters(self) -> tuple[Adapter, ...]:
        """Return all adapters, also those that are down. Raises Unsupported where they cannot be learnt."""

    def forwarding(self) -> tuple[Forwarding, ...]:
        """Return all routes of both families. Raises Unsupported where they cannot be learnt."""
