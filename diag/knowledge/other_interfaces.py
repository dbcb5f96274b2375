"""Other ways out of this machine than the one that its routes choose, and whether the target answers by one of them."""

from collections.abc import Iterable
from ipaddress import ip_network

from msgspec import Struct

from diag.knowledge.connect_outcomes import (
    ConnectOutcome,
    Dial,
    has_no_way_on,
    is_direct,
    milliseconds_of,
    outcomes_of,
    seconds_of,
    seen_in,
)
from diag.knowledge.routing import prefix_length
from diag.model.address import Address, literal
from diag.model.endpoint_view import EndpointView
from diag.model.machine import Interfaces, RouteEntry
from diag.model.observation import Observation
from diag.model.question import Connect
from diag.model.verdict import Because, Finding, ok, unknown

_MOST = 3
"""How many other interfaces are tried."""
_LOST = frozenset({ConnectOutcome.SILENCE, ConnectOutcome.NO_NEIGHBOUR})


def _is_lost(dial: Dial, word: ConnectOutcome) -> bool:
    """Whether a connect was lost on its way: nobody answered, or a router there has no way on. A rule that forbids is no loss."""
    return word in _LOST or (word is ConnectOutcome.REJECTED and has_no_way_on(dial))


class OtherWays(Struct, frozen=True):
    """The interfaces by which this machine could send to one address."""

    address: Address
    taken: RouteEntry
    """The route that decides: the most specific one, of the lowest metric among its equals."""
    others: tuple[Connect, ...]
    """The same connect by other interfaces that have a route as well, in the order of preference."""

    @property
    def by_default(self) -> bool:
        """Whether the way taken is the one of all that has no route of its own."""
        return ip_network(self.taken.destination, strict=False).prefixlen <= 1


def lost_ways(view: EndpointView) -> OtherWays | None:
    """Return the ways to the first address of a direct walk, where it was lost on its way from here; None otherwise."""
    pairs = outcomes_of(view)
    routes, links = view.machine.routes, view.machine.interfaces
    if not is_direct(view) or not pairs or not all(_is_lost(dial, word) for dial, word in pairs):
        return None
    if routes is None or links is None or not routes.answer.complete:
        return None
    return ways(pairs[0][0].question.address, routes.answer.routes, links.answer)


def ways(address: Address, routes: Iterable[RouteEntry], links: Interfaces) -> OtherWays | None:
    """Return all ways to an address; None where there is no second one."""
    matching = sorted(
        (route for route in routes if prefix_length(route, address) >= 0), key=lambda r: (-prefix_length(r, address), r.metric)
    )
    if not matching or literal(address.host) is None:
        return None
    taken = matching[0]
    others = dict.fromkeys(route.interface for route in matching if route.interface not in ("", taken.interface))
    sources = {link.name: source for link in links.interfaces if link.up and (source := _source(link.addresses, address.family))}
    detours = tuple(Connect(address, source=sources[name], interface=name) for name in others if name in sources)[:_MOST]
    return OtherWays(address, taken, detours) if detours else None


class Detour(Struct, frozen=True):
    """Another way, by which the target answered where the one taken had lost it: the one taken is at fault."""

    taken: RouteEntry
    address: str
    interface: str
    """The other way's."""
    seconds: float
    """How long the way taken was waited for."""
    milliseconds: float
    """How long the other one took."""
    cites: tuple[Observation, ...]
    told_by: tuple[str, ...] = ()
    """The routers on the way taken that said that they have no way on; empty: nobody answered there."""


def detour(view: EndpointView, found: OtherWays | None) -> Detour | Finding:
    """Return the way by which the target answers after all; a finding where there is none to blame the way taken by."""
    table = view.machine.routes
    if found is None or table is None:
        return ok(*seen_in(view.dials)) if view.dials else unknown(Because.NO_ANSWER)
    tried = tuple(seen for seen in view.connections if seen.question in found.others)
    other = next((seen for seen in tried if not seen.answer.failure), None)
    if other is None:
        return ok(*seen_in(view.dials), *seen_in(tried)) if tried else unknown(Because.NOT_LOOKED, *seen_in(view.dials))
    return Detour(
        found.taken,
        found.address.host,
        other.question.interface,
        seconds_of(view.dials),
        milliseconds_of([other]),
        (table.observation, *seen_in(view.dials), other.observation),
        tuple(dict.fromkeys(dial.answer.icmp.sender for dial in view.dials if dial.answer.icmp and has_no_way_on(dial))),
    )


def _source(addresses: Iterable[str], family: int) -> str:
    """An address to send from; empty: the interface has none of that family that leads out."""
    ips = ((address, literal(address)) for address in addresses)
    return next((a for a, ip in ips if ip and ip.version == family and not ip.is_link_local and not ip.is_loopback), "")
