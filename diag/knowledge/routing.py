"""Routes of this machine that refuse: whether one of them is why a connect failed."""

from diag.model.address import Address, literal, network
from diag.model.answer import Connection
from diag.model.failure import Failure
from diag.model.machine import RouteEntry, Routes
from diag.model.question import Connect
from diag.model.view import Answered

_REFUSALS = frozenset({Failure.BLACKHOLED, Failure.UNREACHABLE, Failure.NOT_PERMITTED, Failure.NO_ROUTE})
"""How Linux puts it: for `blackhole`, `unreachable`, `prohibit` and `throw`."""


def refusing_route(table: Routes | None, dial: Answered[Connect, Connection]) -> RouteEntry | None:
    """Return the route by which this machine itself refused a connect; None: it did not, or no route of the table says so."""
    if table is None or dial.answer.failure not in _REFUSALS or dial.answer.icmp is not None:
        return None
    address = dial.question.address
    if literal(address.host) is None:
        return None
    found = max(table.refusing, key=lambda route: _preference(route, address), default=None)
    if found is None or prefix_length(found, address) < 0:
        return None
    ways = (_preference(route, address) for route in table.routes if prefix_length(route, address) >= 0)
    return found if all(_preference(found, address) > way for way in ways) else None


def _preference(route: RouteEntry, address: Address) -> tuple[int, int]:
    """The longer prefix is taken, then the lower metric."""
    return prefix_length(route, address), -route.metric


def prefix_length(route: RouteEntry, address: Address) -> int:
    """Return the length of a route's prefix, where it covers the address; -1 where it does not."""
    return covering(route.destination, address.host)


def covering(destination: str, host: str) -> int:
    """Return the length of a prefix, where it holds `host`; -1 where it does not, or one of the two is no address."""
    ip, block = literal(host), network(destination)
    return block.prefixlen if ip is not None and block is not None and ip in block else -1
