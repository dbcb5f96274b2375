"""The way that clients here take for a plain request: seldom asked, and not always the way of the secure one.

Programs keep a proxy for each scheme. Where only the one for https is set, what they fetch in the clear goes straight.
"""

from msgspec import Struct

from diag.knowledge.fetching import dial, way_to_proxy
from diag.knowledge.no_proxy import NoProxyReading, curl
from diag.model.endpoint_view import EndpointView
from diag.model.machine import ProxyVariable
from diag.model.question import Connect, Handshake, Question, Tunnel
from diag.model.route import ProxyAddress, RouteReason

_VARIABLES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
"""In the order in which they are obeyed. In capitals most libraries do, though curl does not."""
SETTINGS = frozenset({RouteReason.VARIABLE, RouteReason.NOTHING_SET, RouteReason.BYPASSED})
"""The reasons by which the machine's variables decide; by any other, what goes for the endpoint goes for its authorities too."""


class PlainWay(Struct, frozen=True):
    """How far it is known."""

    known: bool
    through: Connect | Handshake | Tunnel | None = None
    """The connection to the proxy; None: straight."""
    proxy: ProxyAddress | None = None
    """The proxy itself."""
    wanted: tuple[Question, ...] = ()
    """What to ask first: the proxy is one that this case does not speak to."""
    failed: tuple[str, ...] = ()
    """The observations by which the proxy cannot be reached."""


def plain_way(view: EndpointView, host: str) -> PlainWay:
    """Return the way for a plain request to `host` at port 80."""
    proxy = _proxy(view, host)
    if proxy is None:
        return PlainWay(True)
    if view.proxy and proxy.authority == view.proxy.authority:
        way = way_to_proxy(view)
        return PlainWay(way is not None, way, proxy)
    if proxy.scheme != "http":
        return PlainWay(False)
    dialled = dial(view.evidence, proxy.authority)
    if dialled.opened:
        return PlainWay(True, dialled.opened.question, proxy)
    return PlainWay(False, None, proxy, dialled.wanted, () if dialled.wanted else tuple(seen.id for seen in dialled.seen))


def other_way(view: EndpointView, usual: PlainWay) -> PlainWay | None:
    """Return the way that is not the usual one: straight in place of a proxy, or by the endpoint's proxy in place of straight.

    None where there is no other, or where it may not be taken.
    """
    if usual.proxy is not None or usual.through is not None:
        return PlainWay(True) if view.evidence.run.limits.straight else None
    way = way_to_proxy(view)
    return PlainWay(True, way, view.proxy) if way is not None else None


def _proxy(view: EndpointView, host: str) -> ProxyAddress | None:
    settings = view.machine.proxies
    if settings is None or view.route is None or view.route.why not in SETTINGS:
        return view.proxy
    variable = _obeyed(settings.answer.variables)
    if variable is None or curl(host, 80, "http", settings.answer.exceptions) is NoProxyReading.DIRECT:
        return None
    return variable.proxy


def _obeyed(variables: tuple[ProxyVariable, ...]) -> ProxyVariable | None:
    by_name = {variable.name: variable for variable in variables if variable.proxy}
    return next((by_name[name] for name in _VARIABLES if name in by_name), None)
