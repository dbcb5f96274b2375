"""The short table of the ways: where a proxy is set, what is set there, which endpoints go by it, and why.

First what decides for endpoints, then what is set besides and decides for none. No login is in the evidence, so none is here.
"""

from collections.abc import Iterator

from msgspec import Struct

from diag.knowledge.no_proxy import CLIENTS, NoProxyReading
from diag.language import PhraseTable, joined, said
from diag.model.machine import Proxies, ProxySetting, ProxyVariable
from diag.model.route import BY_SCRIPT, ProxyAddress, Route, RouteReason
from diag.model.run import Evidence, Trail
from diag.model.text import clean
from diag.model.view import MachineView
from diag.report.wording.sentences import listed
from diag.report.wording.words import ROUTE_REASONS, SETTING_PLACES

_FEW = 2
"""Endpoints that a row names."""
LONGEST_PLACE = 120
_BY_OPTION = frozenset({RouteReason.OPTION, RouteReason.NOTHING_DETECTED, *BY_SCRIPT})
"""Reasons that the command line gave."""
_OWN_PROGRAMS = PhraseTable(
    "own_programs",
    {
        "gnome": "programs of the desktop use it, command-line programs do not",
        "windows_machine": "services use it, other programs do not",
        "environment_file": "login sessions use it, services and containers do not",
        "git": "only git uses it",
        "docker": "containers use it, this computer's own programs do not",
    },
)


_READINGS = PhraseTable(
    "no_proxy_readings", {NoProxyReading.DIRECT: "direct", NoProxyReading.PROXIED: "proxied", NoProxyReading.FAILS: "fail"}
)


class ProxyRow(Struct, frozen=True):
    """One place where a proxy is set, or is not."""

    place: str
    """Empty: nothing has a name that decided."""
    value: str
    endpoints: str
    why: str


def heads() -> tuple[str, ...]:
    """Return what stands above the columns."""
    return (said("Set by"), said("Value"), said("Endpoints"), said("Why"))


def no_proxy() -> str:
    """Return what stands in the column of values where the way is direct."""
    return said("no proxy")


def no_endpoint() -> str:
    """Return what stands in the column of endpoints where what is set decides for none."""
    return said("no endpoint")


def is_proxy_set(evidence: Evidence) -> bool:
    """Return whether a proxy is set anywhere, by the user, a variable or the system;
    that none shall be used is not worth a table.
    """
    return any(row.place and row.value != no_proxy() for row in ways(evidence))


def ways(evidence: Evidence) -> tuple[ProxyRow, ...]:
    """Return the rows, those that decide for the most endpoints first."""
    groups: dict[Route, list[Trail]] = {}
    for trail in evidence.run.trails:
        if trail.route is not None:
            same = Route(trail.route.why, trail.route.proxy, trail.route.source, script=trail.route.script)
            groups.setdefault(same, []).append(trail)
    total = len(evidence.run.trails)
    deciding = sorted(groups.items(), key=lambda group: -len(group[1]))
    rows = [_deciding(route, trails, total) for route, trails in deciding]
    seen = MachineView(evidence).proxies
    return (*rows, *(_idle(seen.answer, frozenset(groups)) if seen else ()))


def bypass_line(evidence: Evidence) -> tuple[str, str]:
    """Return where programs disagree about NO_PROXY: who goes which way, and a value that all understand; both empty: they agree.

    The second names exactly those endpoints that some program lets go past the proxy now, or that a person would say it does.
    """
    differing: list[str] = []
    hosts: dict[str, None] = {}
    for trail in evidence.run.trails:
        route = trail.route
        if route is None or not route.readings:
            continue
        by_reading = {word: [one.client for one in route.readings if one.reading == word] for word in _READINGS}
        direct, proxied, failing = by_reading.values()
        if direct or route.seems_exempt:
            hosts |= dict.fromkeys(_understood(trail))
        if failing or (direct and proxied) or (route.seems_exempt and not direct):
            told = {word: clients for word, clients in by_reading.items() if clients or word is not NoProxyReading.FAILS}
            named = "; ".join(f"{_READINGS[word]}: {joined(clients) or said('none')}" for word, clients in told.items())
            differing.append(f"{clean(trail.endpoint.written)} ({named})")
    return (listed(differing, _FEW), ",".join(hosts)) if differing else ("", "")


def _understood(trail: Trail) -> tuple[str, ...]:
    """The entries by which every client lets this endpoint go past the proxy."""
    host, port, scheme = trail.endpoint.written, trail.endpoint.port, trail.endpoint.scheme
    tries = ((host,), (host, f"[{host}]"), (trail.endpoint.host, host))
    return next(
        (one for one in tries if all(client.reads(host, port, scheme, one) is NoProxyReading.DIRECT for client in CLIENTS)),
        tries[0],
    )


def _deciding(route: Route, trails: list[Trail], total: int) -> ProxyRow:
    hit = len(trails)
    names = listed((str(trail.endpoint.authority) for trail in trails), _FEW)
    endpoints = said("all {total}", total=total) if hit == total > _FEW else names
    direct = no_proxy() if route.why is not RouteReason.VARIABLE else said("cannot be read")
    value = _proxy(route.proxy) if route.proxy else direct
    place = SETTING_PLACES.get(route.source, route.source)
    place += f": {route.script}" if route.script else ""
    return ProxyRow(clean(place, LONGEST_PLACE), value, clean(endpoints), ROUTE_REASONS.get(route.why, route.why))


def _idle(proxies: Proxies, deciding: frozenset[Route]) -> Iterator[ProxyRow]:
    """What is set and decides for no endpoint."""
    sources = {route.source for route in deciding}
    left = [variable for variable in proxies.variables if variable.name not in sources]
    alike = [variable for variable in left if variable.proxy and variable.proxy in {route.proxy for route in deciding}]
    if alike:
        names = clean(", ".join(variable.name for variable in alike), LONGEST_PLACE)
        yield ProxyRow(names, _variable(alike[0]), no_endpoint(), said("the same value; not used here"))
    for variable in left:
        if variable not in alike:
            yield ProxyRow(clean(variable.name, LONGEST_PLACE), _variable(variable), no_endpoint(), _why_not(variable, deciding))
    for setting in proxies.settings:
        if setting.source not in sources and setting != ProxySetting(setting.source):
            place = SETTING_PLACES.get(setting.source, setting.source)
            by_script = (setting.script or setting.detect) and not (setting.https or setting.http or setting.socks)
            otherwise = (
                said("browsers use the script, most other programs do not")
                if by_script
                else said("it names no proxy for these endpoints")
            )
            why = _OWN_PROGRAMS.get(setting.source, _goes_before(deciding) or otherwise)
            yield ProxyRow(clean(place, LONGEST_PLACE), clean(_setting(setting)), no_endpoint(), why)


def _why_not(variable: ProxyVariable, deciding: frozenset[Route]) -> str:
    if variable.proxy is None and variable.readable:
        return said("it is empty, so it counts as not set")
    if variable.name == "HTTP_PROXY" and not _BY_OPTION & {route.why for route in deciding}:
        return said("many programs read http_proxy instead")
    return _goes_before(deciding, variable.name) or said("it is for other kinds of endpoints")


def _goes_before(deciding: frozenset[Route], name: str = "") -> str:
    """What is read before a setting, or before the variable `name`; empty: nothing."""
    reasons = {route.why for route in deciding}
    if reasons & _BY_OPTION:
        return said("the command line is read before it")
    if any(route.why is RouteReason.EXPECTED and route.proxy for route in deciding):
        return said("the endpoint list is read before it")
    variables = [route.source for route in deciding if route.why is RouteReason.VARIABLE]
    purpose = name.lower()
    before = next((source for source in variables if not purpose or purpose in ("all_proxy", source.lower())), "")
    return said("{before} is read before it", before=before) if before else ""


def _variable(variable: ProxyVariable) -> str:
    return _proxy(variable.proxy) if variable.proxy else said("nothing") if variable.readable else said("cannot be read")


def _setting(setting: ProxySetting) -> str:
    proxies = dict.fromkeys(_proxy(proxy) for proxy in (setting.https, setting.http, setting.socks) if proxy)
    script = setting.script
    if script:
        scheme, host = script.scheme, script.host
        proxies[
            said("a {scheme} script at {host}", scheme=scheme, host=host) if host else said("a {scheme} script", scheme=scheme)
        ] = None
    elif setting.detect:
        proxies[said("a script, if one is found (WPAD)")] = None
    return said(" and ", "between two settings").join(proxies) or said("cannot be read")


def _proxy(proxy: ProxyAddress) -> str:
    address = f"{proxy.scheme}://{proxy}"
    return clean(said("{proxy} (with a login)", proxy=address) if proxy.login else address)
