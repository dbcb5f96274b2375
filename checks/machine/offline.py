"""The computer has no network.

*What it means*

No network interface is up, or this computer knows no way out of its own network, and everything that it tried to reach failed
at once, before any packet left.

*Why it matters*

Nothing outside this computer can be reached, so every other fault that is seen is a consequence of this one.

*What to do*

Switch the network on: cable, wireless, VPN. In a container or a virtual machine, look at how its network is attached.

*How it is told apart*

A single reply from outside, be it a refusal, rules this out; one of a host that you name as known to be good (`--control`)
too. Where there is an interface and no default route, what answers on this computer's own network is not outside. Where a way
out stands and only silence comes back, it is network-no-egress or network-gateway-dead. Endpoints on this computer itself do
not count, nor do those whose proxy or resolver is on this computer. A resolver here that fails does count, as it has to ask
others.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from diag.knowledge.resolver_answers import DnsOutcome, ResolverAnswer, answers_by_resolver, is_named_by_user
from diag.model.address import IpNetwork, is_own, literal, network
from diag.model.check import Rival, RunCheck, Sentences
from diag.model.endpoint_view import EndpointView, RunView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.machine import Interface, RouteEntry
from diag.model.observation import Observation
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

DEFAULTS = ("0.0.0.0/0", "::/0", "0.0.0.0/1", "::/1")
"""Destinations of a way out; a VPN takes everything by its two halves."""


_HELD_BACK = frozenset({Failure.ADDRESS_NOT_AVAILABLE, Failure.DESCRIPTORS_EXHAUSTED, Failure.BLACKHOLED})
"""Failures that say nothing of the network."""
_AT_A_LOSS = frozenset({DnsOutcome.SERVER_FAILURE, DnsOutcome.REFUSED, DnsOutcome.NOTHING})
"""What a resolver says that can ask nobody."""


class Missing(StrEnum):
    """What a computer without a network lacks."""

    INTERFACE = "interface"
    DEFAULT_ROUTE = "default_route"


Networks = tuple[IpNetwork, ...]


class Tries(Struct, frozen=True):
    """What was tried towards the outside, by how it ended."""

    answered: tuple[Observation, ...]
    """Something outside sent an answer, or an error."""
    inside: tuple[Observation, ...]
    """Something on this machine's own networks did."""
    no_way: tuple[Observation, ...]
    """This machine itself had no way."""
    silent: tuple[Observation, ...]


def _tries(run_view: RunView, inside: Networks) -> Tries:
    """What was tried beyond this machine, and beyond the networks `inside`."""
    answered, near, no_way, silent = [], [], [], []
    for connect in run_view.connections:
        if is_own(connect.question.address.host):
            continue
        if _is_near(connect.question.address.host, inside):
            near += [] if connect.answer.failure else [connect.observation]
        elif connect.answer.failure == Failure.NO_ROUTE and connect.answer.icmp is None:
            no_way.append(connect.observation)
        elif connect.answer.failure in (Failure.TIMED_OUT, Failure.NOT_PERMITTED, Failure.NOT_SUPPORTED):
            silent.append(connect.observation)
        elif connect.answer.failure not in _HELD_BACK:
            answered.append(connect.observation)
    for reply in run_view.replies:
        if reply.question.server is None or is_own(reply.question.server.host):
            continue
        if _is_near(reply.question.server.host, inside):
            near += [reply.observation] if reply.answer.message else []
        elif reply.answer.message:
            answered.append(reply.observation)
        elif reply.answer.failure == Failure.NO_ROUTE and reply.answer.icmp is None:
            no_way.append(reply.observation)
        else:
            silent.append(reply.observation)
    answered += [tunnel.observation for tunnel in run_view.tunnels if not tunnel.answer.failure]
    answered += [view.exchange.observation for view in run_view.cases if view.proxy and view.exchange and view.arrived]
    return Tries(tuple(answered), tuple(near), tuple(no_way), tuple(silent))


def _is_near(host: str, inside: Networks) -> bool:
    ip = literal(host)
    return is_own(host) or (ip is not None and any(ip in block for block in inside))


def _is_lost(view: EndpointView, inside: Networks) -> bool:
    """Whether an endpoint was lost for want of a way, as far as its own walk tells."""
    if view.arrived or view.connected or is_own(view.endpoint.host) or is_own(view.dialled_host):
        return False
    if view.dials:
        return any(not _is_near(dial.question.address.host, inside) for dial in view.dials)
    by_system = not is_named_by_user(view)
    return view.reached is Stage.LOOKUP and all(_wants_way(voice, by_system, inside) for voice in answers_by_resolver(view))


def _wants_way(voice: ResolverAnswer, by_system: bool, inside: Networks) -> bool:
    """Whether a resolver may have failed for want of a way: it is beyond one; or it is on this machine, and has to ask others.

    One on this machine that the user named is taken at its word.
    """
    if is_own(voice.server.host):
        return by_system and voice.said in _AT_A_LOSS
    return voice.said is DnsOutcome.NOTHING and not _is_near(voice.server.host, inside)


def _is_link(interface: Interface) -> bool:
    """Whether an interface leads anywhere: it is up and has an address that is more than link-local."""
    ips = [literal(address) for address in interface.addresses]
    return interface.up and not interface.loopback and any(ip is None or not ip.is_link_local for ip in ips)


def _is_default(route: RouteEntry) -> bool:
    return route.destination in DEFAULTS


def _attached(routes: Iterable[RouteEntry]) -> Networks:
    """The networks that this machine is part of."""
    return tuple(block for route in routes if not route.gateway if (block := network(route.destination)))


def judge(run_view: RunView) -> Finding:
    interfaces, routes = run_view.machine.interfaces, run_view.machine.routes
    no_default = routes is not None and routes.answer.complete and not any(_is_default(route) for route in routes.answer.routes)
    inside = _attached(routes.answer.routes) if routes and no_default else ()
    tries = _tries(run_view, inside)
    if tries.answered:
        return ok(*tries.answered)
    failing = [str(view.endpoint) for view in run_view.cases if _is_lost(view, inside)]
    if not failing:
        return ok(*tries.inside) if tries.inside else unknown(Because.NOT_LOOKED, *tries.no_way, *tries.silent)
    if not (interfaces or routes):
        return unknown(Because.UNDECIDED, *tries.no_way, *tries.silent)
    down = interfaces is not None and not any(_is_link(interface) for interface in interfaces.answer.interfaces)
    cites = (*(seen.observation for seen in (interfaces, routes) if seen), *tries.no_way)
    if not down and not no_default:
        whole_look = interfaces is not None and routes is not None and routes.answer.complete
        return ok(*cites) if whole_look else unknown(Because.UNDECIDED, *cites)
    if tries.silent:
        return unknown(Because.UNDECIDED, *cites, *tries.silent)
    links = [interface.name for interface in interfaces.answer.interfaces if not interface.loopback] if interfaces else []
    return problem(
        *cites,
        about="network",
        hits=failing,
        confidence=Confidence.CERTAIN if down or tries.no_way else Confidence.LIKELY,
        rules_out={"way-of-another-table": [interfaces.observation] if down and interfaces else tries.no_way},
        missing=Missing.INTERFACE if down else Missing.DEFAULT_ROUTE,
        links=tuple(links) or None,
        at_once=len(tries.no_way) or None,
    )


CHECK = RunCheck(
    id="machine-offline",
    owner=Owner.MACHINE,
    by_place=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc1122",
    do=(HowTo.CONNECT,),
    see=(
        ShellLine("ip -brief address; ip route", "no interface that is UP, or no line that begins with default"),
        ShellLine("Get-NetRoute -DestinationPrefix 0.0.0.0/0", "no route", Shell.POWERSHELL),
    ),
    judge=judge,
    explains=(
        "machine-local-firewall",
        "dns-name-not-found",
        "dns-resolver-silent",
        "dns-server-failure",
        "dns-query-refused",
        "dns-first-resolver-dead",
        "machine-resolver-settings-unusable",
        "machine-outgoing-redirected",
        "network-no-egress",
        "network-gateway-dead",
        "network-connection-filtered",
        "network-connection-rejected",
        "network-ipv6-broken",
        "proxy-unreachable",
        "proxy-name-not-found",
    ),
    rivals=(
        Rival(
            "way-of-another-table",
            words="a route in a table that an ordinary user cannot see leads out, and what lies behind it is silent",
            decided_by="the route that the system would take (ip route get ADDRESS)",
        ),
    ),
    tokens={"missing": Missing},
    alike=("missing",),
    sentences=Sentences(
        title="This computer has no network: {missing}",
        seen=(
            "Nothing outside this computer answered.",
            "Network interfaces that are up: {links}.",
            "Connections that this computer gave up at once, because it has no route: {at_once}.",
        ),
        means="This computer can reach nothing outside itself, so every endpoint fails.",
        remedy=(
            "Connect this computer to the network: plug in the cable, join the wireless network, or start the VPN.",
            "If it is connected, check that it has an address and a default route. Renew the address, or restart the interface.",
            "In a container or a virtual machine, check how the host attaches its network.",
        ),
    ),
)
