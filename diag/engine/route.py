"""Which way this client would go to an endpoint: decided from what was found on the machine, before anything is tested.

Variables are read by curl's rules, because they are the best documented; the other clients' dialects are a matter for a check.
"""

import ipaddress
from typing import TYPE_CHECKING

from diag.knowledge.clients.way import by_setting, first_set, is_set, read_by_all, way_of
from diag.knowledge.no_proxy import NoProxyReading, curl
from diag.knowledge.pac import ASKED_ABOUT
from diag.model.address import IpAddress, is_own_name, literal
from diag.model.endpoint import Endpoint, ExpectedRoute
from diag.model.machine import Proxies
from diag.model.route import ProxyAddress, Route, RouteReason

if TYPE_CHECKING:
    from diag.knowledge.clients.rules import ProxyRules

OPTION = "--proxy"
"""The name under which the command line's proxy is cited."""
SCRIPT_OPTION = "--pac"
"""The name under which the command line's proxy script is cited."""
LIST = "the endpoint list"
"""The same for the proxy that the endpoint list names."""

_FOR_ALL = ("all_proxy", "ALL_PROXY")
_FOR_TLS = ("https_proxy", "HTTPS_PROXY", *_FOR_ALL)
_VARIABLES = {"https": _FOR_TLS, "tls": _FOR_TLS, "http": ("http_proxy", *_FOR_ALL), "tcp": _FOR_ALL}


def choose_route(
    endpoint: Endpoint,
    proxies: Proxies | None,
    option: ProxyAddress | None = None,
    script: Route | None = None,
    listed: ProxyAddress | None = None,
    client: "ProxyRules | None" = None,
) -> Route:
    """Return the way to `endpoint`, given the proxies that are set on this machine (None: not known) and the one of the command
    line.

    `script` is the route that leaves it to the command line's proxy script, `listed` the proxy that the endpoint list names;
    `client` are the rules of the program that the run is about, in place of 4 and 5 (None: none in particular).

    The first of these that applies decides:

    1. The endpoint is this machine (`localhost`, a loopback address): direct, unless the command line names a proxy.
    2. The endpoint is expected to be reached directly. That it is expected *private* decides nothing: where this client sends a
       private endpoint through a proxy, that is a fault which must be seen.
    3. The command line's proxy, or its script; exceptions do not hold against them. No script is asked about bare TCP,
       or about a service that only goes over to TLS. Then the proxy of the endpoint list.
    4. The variables, an empty one counting as not set: for https `https_proxy`, then `HTTPS_PROXY`; for http `http_proxy` alone,
       since a web server may have `HTTP_PROXY` set by its visitor; for both then `all_proxy`, `ALL_PROXY`. A bare TLS endpoint
       counts as https, for bare TCP only the last two hold. Against them stand the exceptions, see `knowledge.no_proxy.curl`.
    5. Where no variable names a proxy for anything: the settings of Windows or macOS, with the exceptions that stand there.

    The last is where clients part. On these systems Python (urllib, requests, httpx), .NET and browsers obey the settings, the
    first two only where no variable is set; curl, Go, Java and Node do not. So diag goes the way on which most programs of a
    cloud service's customers go; what becomes of the others is said by `proxy-variables-disagree`. A policy of Windows goes
    before the user's settings. WinHTTP's hold for services, GNOME's for programs of its desktop: neither decides.

    A variable that decides and cannot be read gives `VARIABLE` with its name and no proxy: no client could use it either.
    """
    ip = literal(endpoint.host)
    if option is None and (is_own_name(endpoint.host) or (ip is not None and _is_loopback(ip))):
        return Route(RouteReason.OWN_MACHINE)
    if endpoint.expects.proxy is ExpectedRoute.DIRECT:
        return Route(RouteReason.EXPECTED)
    if option is not None:
        return Route(RouteReason.OPTION, option, OPTION)
    if script is not None:
        return script if endpoint.scheme in ASKED_ABOUT else Route(RouteReason.NOTHING_SET)
    if listed is not None:
        return Route(RouteReason.EXPECTED, listed, LIST)
    if proxies is None:
        return Route(RouteReason.NOTHING_SET)
    return _as_most(endpoint, proxies) if client is None else way_of(client, endpoint, proxies)


def _as_most(endpoint: Endpoint, proxies: Proxies) -> Route:
    """The way of most programs: curl's variables and exceptions, and where none is set what the system has."""
    variable = first_set(_VARIABLES.get(endpoint.scheme, _FOR_ALL), proxies.variables)
    if variable is None:
        by_system = None if any(map(is_set, proxies.variables)) else by_setting(endpoint, proxies.settings)
        return by_system or Route(RouteReason.NOTHING_SET)
    by_client, seems = read_by_all(endpoint, proxies)
    if curl(endpoint.written, endpoint.port, endpoint.scheme, proxies.exceptions) is NoProxyReading.DIRECT:
        return Route(RouteReason.BYPASSED, None, proxies.exceptions_from, by_client, seems)
    return Route(RouteReason.VARIABLE, variable.proxy, variable.name, by_client, seems)


def _is_loopback(ip: IpAddress) -> bool:
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_loopback
