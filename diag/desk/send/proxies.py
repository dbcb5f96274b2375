"""By which ways a host may be reached: those that are set on this machine, and first of them what the checks found open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from diag.engine.recorder import holds
from diag.engine.route import choose_route
from diag.model.address import Authority
from diag.model.endpoint import Endpoint
from diag.model.machine import Proxies
from diag.model.obstacle import Told
from diag.model.question import Connect, Handshake, Tunnel
from diag.model.route import ProxyAddress
from diag.model.run import Evidence
from diag.model.secret import Login


@dataclass(frozen=True)
class SendRoute:
    """Direct (no proxy), or through a proxy."""

    proxy: ProxyAddress | None = None
    login: Login | None = None

    @property
    def words(self) -> Told:
        """What it is, for the user."""
        return Told("through the proxy {proxy}", {"proxy": str(self.proxy)}) if self.proxy else Told("directly")


def ways_to(
    host: Authority, proxies: Proxies, logins: Mapping[Authority, Login], evidence: Evidence | None = None
) -> tuple[SendRoute, ...]:
    """Return the ways to try to `host`, an HTTPS server, in order; never empty.

    First comes the way that any client here would go, then every other proxy that is set here, then the direct one. What
    `evidence` shows to have worked goes before all that. A proxy that only the evidence names is never used: it may come from
    elsewhere.
    """
    usual = choose_route(Endpoint(host.host, host.port), proxies).proxy
    others = [variable.proxy for variable in proxies.variables]
    others += [proxy for setting in proxies.settings for proxy in (setting.https, setting.socks)]
    candidates: list[ProxyAddress | None] = [*dict.fromkeys([usual, *filter(None, others), None])]
    proven = set(_proven(evidence)) if evidence else set()
    candidates.sort(key=lambda proxy: (proxy.authority if proxy else None) not in proven)
    return tuple(SendRoute(proxy, logins.get(proxy.authority) if proxy else None) for proxy in candidates)


def _proven(evidence: Evidence) -> Iterator[Authority | None]:
    """The proxies that opened a tunnel; None where an endpoint's encryption was set up directly."""
    hosts = {trail.endpoint.host for trail in evidence.run.trails}
    for observation in evidence.observations:
        match observation.question:
            case Tunnel(proxy=proxy) if holds(observation):
                yield proxy
            case Handshake(over=Connect(), server_name=name) if name in hosts and holds(observation):
                yield None
