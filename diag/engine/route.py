"""Which way this client would go to an endpoint: decided from what was found on the machine, before anything is tested.

curl's rules are followed, because they are the best documented; the other clients' dialects are a matter for a check.
"""

import ipaddress
from collections.abc import Iterable

from diag.model.address import IpAddress, is_own_name, literal
from diag.model.endpoint import Endpoint, Way
from diag.model.machine import Proxies, ProxyVariable
from diag.model.route import ProxyAddress, Route, RouteReason

OPTION = "--proxy"
"""The name under which the command line's proxy is cited."""

_FOR_ALL = ("all_proxy", "ALL_PROXY")
_FOR_TLS = ("https_proxy", "HTTPS_PROXY", *_FOR_ALL)
_VARIABLES = {"https": _FOR_TLS, "tls": _FOR_TLS, "http": ("http_proxy", *_FOR_ALL), "tcp": _FOR_ALL}
_LONGEST_ENTRY = 127
"""A longer entry cannot be an address: curl does not read it as one."""


def choose_route(endpoint: Endpoint, proxies: Proxies | None, option: ProxyAddress | None = None) -> Route:
    """The way to `endpoint`, given the proxies that are set on this machine (None: not known) and the one of the command line.

    The first of these that applies decides:

    1. The endpoint is this machine (`localhost`, a loopback address): direct, unless the command line names a proxy.
    2. The endpoint is expected to be reached directly. That it is expected *private* decides nothing: where this client sends a
       private endpoint through a proxy, that is a fault which must be seen.
    3. The command line's proxy; exceptions do not hold against it.
    4. The variables, an empty one counting as not set: for https `https_proxy`, then `HTTPS_PROXY`; for http `http_proxy` alone,
       since a web server may have `HTTP_PROXY` set by its visitor; for both then `all_proxy`, `ALL_PROXY`. A bare TLS endpoint
       counts as https, for bare TCP only the last two hold. Against them stand the exceptions, see `is_exempt`.

    A variable that decides and cannot be read gives `VARIABLE` with its name and no proxy: no client could use it either.
    """
    ip = literal(endpoint.host)
    if option is None and (is_own_name(endpoint.host) or (ip is not None and _is_loopback(ip))):
        return Route(RouteReason.OWN_MACHINE)
    if endpoint.expects.proxy is Way.DIRECT:
        return Route(RouteReason.EXPECTED)
    if option is not None:
        return Route(RouteReason.OPTION, option, OPTION)
    variable = None if proxies is None else _deciding(endpoint.scheme, proxies.variables)
    if proxies is None or variable is None:
        return Route(RouteReason.NOTHING_SET)
    if is_exempt(endpoint.host, proxies.exceptions):
        return Route(RouteReason.BYPASSED, source=proxies.exceptions_from)
    return Route(RouteReason.VARIABLE, variable.proxy, variable.name)


def is_exempt(host: str, exceptions: tuple[str, ...]) -> bool:
    """Whether the entries of NO_PROXY name `host`, by the rules of today's curl (`--noproxy` in its manual).

    - `*` counts only where it is the whole list; `*.example.com` matches nothing.
    - A name matches itself and what is below it, in any case; a leading or trailing dot makes no difference.
    - An address matches as an address, or through a prefix such as `10.0.0.0/8`; `/0` counts as no prefix. No brackets.
    - A port is not understood: `example.com:443` matches nothing.
    - Entries are separated by commas. White space inside an entry ends the list after its first word.

    Older ones differ: before 7.86 there are no prefixes, 7.88 goes on after white space and reads IPv6 entries as mere text.
    """
    if exceptions == ("*",):
        return True
    ip = literal(host)
    name = host.lower().removesuffix(".")
    return any(_names(entry, name) if ip is None else _covers(entry, ip) for entry in _heeded(exceptions))


def _is_loopback(ip: IpAddress) -> bool:
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_loopback


def _deciding(scheme: str, variables: tuple[ProxyVariable, ...]) -> ProxyVariable | None:
    """The variable that is obeyed for `scheme`; None: none of those is set."""
    by_name = {variable.name: variable for variable in variables if variable.proxy or not variable.readable}
    return next((by_name[name] for name in _VARIABLES.get(scheme, _FOR_ALL) if name in by_name), None)


def _heeded(exceptions: tuple[str, ...]) -> Iterable[str]:
    for entry in exceptions:
        first, *more = entry.split() or [""]
        yield first
        if more:
            return


def _names(entry: str, name: str) -> bool:
    wanted = entry.lower().removesuffix(".").removeprefix(".")
    return bool(wanted) and (name == wanted or name.endswith(f".{wanted}"))


def _covers(entry: str, ip: IpAddress) -> bool:
    address, slash, bits = entry.partition("/")
    if len(entry) > _LONGEST_ENTRY or (slash and not (bits.isascii() and bits.isdigit())):
        return False
    length = int(bits or "0")
    try:
        given = ipaddress.ip_address(address)
        return given == ip if not length else ip in ipaddress.ip_network((given, length), strict=False)
    except ValueError:
        return False
