"""How programs would go to one endpoint on this machine: the way, the list of authorities, and what they are content with.

It is worked out once, when the way is chosen, and kept with the evidence: redaction may change the exceptions that it rests on.
"""

from collections.abc import Iterable

from diag.knowledge.clients.rules import ClientRules, TrustRules
from diag.knowledge.clients.shelf import KnownClient
from diag.knowledge.clients.way import names_for, way_of
from diag.knowledge.trust_stores import OPENSSL_VARIABLES, PUBLIC, SYSTEM, Store
from diag.model.endpoint import Endpoint
from diag.model.machine import Proxies, TrustSettings
from diag.model.route import ProgramWay, Route, RouteReason

BY_SETTINGS = frozenset({RouteReason.NOTHING_SET, RouteReason.VARIABLE, RouteReason.SETTING, RouteReason.BYPASSED})
"""The reasons by which what is set on the machine decides; by any other, all programs are sent the same way."""


def manners(
    subject: KnownClient,
    others: Iterable[KnownClient],
    endpoint: Endpoint,
    route: Route,
    proxies: Proxies | None,
    trust: TrustSettings | None,
) -> tuple[ProgramWay, ...]:
    """Return how the program in question goes, by the `route` that was chosen for it, and then how each of the others would."""
    rest = (one for one in others if one.name != subject.name)
    ways = [(subject, route), *((one, _way(one.rules, endpoint, route, proxies)) for one in rest)]
    return tuple(_manner(one, way, endpoint, proxies or Proxies(), trust or TrustSettings()) for one, way in ways)


def _way(rules: ClientRules, endpoint: Endpoint, route: Route, proxies: Proxies | None) -> Route:
    return way_of(rules.proxy, endpoint, proxies) if proxies is not None and route.why in BY_SETTINGS else route


def _manner(client: KnownClient, route: Route, endpoint: Endpoint, proxies: Proxies, settings: TrustSettings) -> ProgramWay:
    rules = client.rules
    store, trust = _store(rules.trust, settings)
    added = next((one for one in settings.variables if one.name in rules.trust.adds and one.state == "ok"), None)
    return ProgramWay(
        program=rules.title,
        route=Route(route.why, route.proxy, route.source),
        store=store,
        trust=trust,
        added=added.path if added else "",
        added_by=added.name if added else "",
        partial=rules.trust.partial,
        legacy=rules.tls.legacy_servers,
        reads=names_for(rules.proxy, endpoint.scheme, proxies),
        switch=rules.proxy.switch if rules.proxy.switch not in proxies.switches else "",
        proxy_set_in=rules.proxy.own,
        trust_set_in=rules.trust.own,
    )


def _store(rules: TrustRules, settings: TrustSettings) -> tuple[str, str]:
    """The list that a program asks: its word, and the trust that a question names for it.

    One that a program brings along is much like the public one, and stands for it.
    """
    told = {one.name: one for one in settings.variables if one.state == "ok"}
    named = next((name for name in rules.variables if name in told), "")
    if named in OPENSSL_VARIABLES or (not named and rules.store == "system"):
        return Store.SYSTEM.value, SYSTEM  # what those name is the system's list for diag itself
    if named:
        return named, told[named].path
    if rules.store == "java":
        return Store.JAVA.value, settings.java or PUBLIC
    return (Store.CERTIFI if rules.store == "certifi" else Store.PUBLIC_OF_ITS_OWN).value, PUBLIC
