"""The way that a program takes to an endpoint, by its own rules and what is set on this machine."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from diag.knowledge.clients.dialects import DIALECTS
from diag.knowledge.no_proxy import NoProxyReading, readings, seems_to_name
from diag.knowledge.system_exceptions import SYSTEMS
from diag.model.address import literal
from diag.model.endpoint import Endpoint
from diag.model.machine import Proxies, ProxySetting, ProxyVariable
from diag.model.route import ClientReading, Route, RouteReason

if TYPE_CHECKING:
    from diag.knowledge.clients.rules import ProxyRules


def way_of(rules: "ProxyRules", endpoint: Endpoint, proxies: Proxies) -> Route:
    """Return the route by the first setting that the program reads; `readings` say what others make of the exceptions.

    A variable that decides and cannot be read gives `VARIABLE` with its name and no proxy.
    """
    settings = (*proxies.variables, *proxies.properties)
    deciding = first_set(names_for(rules, endpoint.scheme, proxies), settings)
    if deciding is None:
        obeys = rules.system == "without_variables" and not any(map(is_set, proxies.variables))
        return (by_setting(endpoint, proxies.settings) if obeys else None) or Route(RouteReason.NOTHING_SET)
    told, seems = read_by_all(endpoint, proxies)
    names, entries = _exceptions(rules, proxies)
    reader = DIALECTS.get(rules.exceptions)
    if reader and reader.reads(endpoint.written, endpoint.port, endpoint.scheme, entries) is NoProxyReading.DIRECT:
        return Route(RouteReason.BYPASSED, None, names, told, seems)
    return Route(RouteReason.VARIABLE, deciding.proxy, deciding.name, told, seems)


def names_for(rules: "ProxyRules", scheme: str, proxies: Proxies) -> tuple[str, ...]:
    """Return the settings that count for `scheme`, in order; none where the switch that the program needs is not set."""
    if rules.switch and rules.switch not in proxies.switches:
        return ()
    return rules.https if scheme in ("https", "tls") else rules.http if scheme == "http" else rules.other


def first_set(names: Iterable[str], settings: Iterable[ProxyVariable]) -> ProxyVariable | None:
    """Return the setting that is obeyed, an empty one counting as not set; None: none of these is set."""
    by_name = {setting.name: setting for setting in settings if is_set(setting)}
    return next((by_name[name] for name in names if name in by_name), None)


def is_set(variable: ProxyVariable) -> bool:
    """Return whether a variable says anything, be it something that cannot be read."""
    return variable.proxy is not None or not variable.readable


def by_setting(endpoint: Endpoint, settings: tuple[ProxySetting, ...]) -> Route | None:
    """Return the way that the first setting gives which programs obey; None: it names no proxy."""
    setting = next((one for one in settings if one.source in SYSTEMS), None)
    proxy = setting.proxy_for(endpoint.scheme) if setting else None
    if setting is None or proxy is None:
        return None
    plain = "." not in endpoint.written and literal(endpoint.host) is None
    read = SYSTEMS[setting.source](endpoint.written, endpoint.port, endpoint.scheme, setting.exceptions)
    if read is NoProxyReading.DIRECT or (plain and setting.plain_names_direct):
        return Route(RouteReason.BYPASSED, None, setting.source)
    return Route(RouteReason.SETTING, proxy, setting.source)


def read_by_all(endpoint: Endpoint, proxies: Proxies) -> tuple[tuple[ClientReading, ...], bool]:
    """Return what each family of clients makes of the exceptions, and whether a person would take one to name the endpoint."""
    lists = {one.name: one.entries for one in proxies.lists} or {proxies.exceptions_from: proxies.exceptions}
    told = readings(endpoint.written, endpoint.port, endpoint.scheme, lists) if any(lists.values()) else ()
    seems = any(seems_to_name(endpoint.host, entries) for entries in lists.values())
    return tuple(ClientReading(name, reading.value) for name, reading in told), seems


def _exceptions(rules: "ProxyRules", proxies: Proxies) -> tuple[str, tuple[str, ...]]:
    """The list that this program takes: the name of its setting, and its entries."""
    reader = DIALECTS.get(rules.exceptions)
    if reader is None:
        return "", ()
    if any("." in name for name in rules.https):  # properties of Java: the list is one of them too
        own = next((one for one in proxies.property_lists if one.entries), None)
        return (own.name, own.entries) if own else ("", ())
    entries = reader.takes({one.name: one.entries for one in proxies.lists})
    return next((one.name for one in proxies.lists if one.entries == entries), ""), entries
