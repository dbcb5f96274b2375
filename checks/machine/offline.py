"""The computer has no network.

*What it means*

No network interface is up, or this computer knows no way out of its own network, and everything that it tried to reach failed
at once, before any packet left.

*Why it matters*

Nothing outside this computer can be reached, so every other fault that is seen is a consequence of this one.

*What to do*

Switch the network on: cable, wireless, VPN. In a container or a virtual machine, look at how its network is attached.

*How it is told apart*

A single reply from outside, be it a refusal, rules this out. Where a way out stands and only silence comes back, it is
network-no-egress or network-gateway-dead. Targets on this computer itself are left out, and so is a computer whose proxy runs
on itself and does its work.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from diag.model.address import is_own, literal
from diag.model.case import Case, Stage, Whole
from diag.model.check import RunCheck, Sentences
from diag.model.failure import Failure
from diag.model.machine import Interface, RouteEntry
from diag.model.observation import Observation
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

DEFAULTS = ("0.0.0.0/0", "::/0", "0.0.0.0/1", "::/1")
"""Destinations of a way out; a VPN takes everything by its two halves."""


@dataclass(frozen=True)
class Tries:
    """What was tried towards the outside, by how it ended."""

    answered: tuple[Observation, ...]
    """Something outside sent an answer, or an error."""
    no_way: tuple[Observation, ...]
    """This machine itself had no way."""
    silent: tuple[Observation, ...]


def _tries(whole: Whole) -> Tries:
    answered, no_way, silent = [], [], []
    for connect in whole.connections:
        if is_own(connect.question.address.host):
            continue
        if connect.answer.failure == Failure.NO_ROUTE and connect.answer.icmp is None:
            no_way.append(connect.observation)
        elif connect.answer.failure in (Failure.TIMED_OUT, Failure.NOT_PERMITTED, Failure.NOT_SUPPORTED):
            silent.append(connect.observation)
        elif connect.answer.failure not in (Failure.ADDRESS_NOT_AVAILABLE, Failure.DESCRIPTORS_EXHAUSTED):
            answered.append(connect.observation)
    for reply in whole.replies:
        if reply.question.server is None or is_own(reply.question.server.host):
            continue
        if reply.answer.message:
            answered.append(reply.observation)
        elif reply.answer.failure == Failure.NO_ROUTE and reply.answer.icmp is None:
            no_way.append(reply.observation)
        else:
            silent.append(reply.observation)
    answered += [tunnel.observation for tunnel in whole.tunnels if not tunnel.answer.failure]
    answered += [
        case.exchange.observation for case in whole.cases if case.exchange and case.arrived and not is_own(case.endpoint.host)
    ]
    return Tries(tuple(answered), tuple(no_way), tuple(silent))


def _failing(cases: Iterable[Case]) -> tuple[str, ...]:
    """The endpoints outside that were lost at the lookup or at the connect."""
    lost = (Stage.LOOKUP, Stage.CONNECT)
    return tuple(
        str(case.endpoint)
        for case in cases
        if not is_own(case.endpoint.host)
        and not is_own(case.dialled_host)
        and not case.arrived
        and case.reached in lost
        and not case.connected
    )


def _is_link(interface: Interface) -> bool:
    """Whether an interface leads anywhere: it is up and has an address that is more than link-local."""
    ips = [literal(address) for address in interface.addresses]
    return interface.up and not interface.loopback and any(ip is None or not ip.is_link_local for ip in ips)


def _is_default(route: RouteEntry) -> bool:
    return route.destination in DEFAULTS


def _judge(whole: Whole) -> Finding:
    interfaces, routes = whole.machine.interfaces, whole.machine.routes
    tries = _tries(whole)
    if tries.answered:
        return ok(*tries.answered)
    failing = _failing(whole.cases)
    if not failing or not (interfaces or routes):
        return unknown(Because.NOT_LOOKED if not failing else Because.UNDECIDED, *tries.no_way, *tries.silent)
    down = interfaces is not None and not any(_is_link(interface) for interface in interfaces.answer.interfaces)
    no_default = routes is not None and routes.answer.complete and not any(_is_default(route) for route in routes.answer.routes)
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
        missing="no network interface is up" if down else "no default route, so no way out of the own network",
        links=tuple(links),
        at_once=len(tries.no_way),
    )


CHECK = RunCheck(
    id="machine-offline",
    owner=Owner.MACHINE,
    article=__doc__,
    judge=_judge,
    explains=(
        "machine-local-firewall",
        "dns-name-not-found",
        "dns-resolver-silent",
        "dns-server-failure",
        "dns-query-refused",
        "dns-first-resolver-dead",
        "network-no-egress",
        "network-gateway-dead",
        "network-connection-filtered",
        "network-connection-rejected",
        "network-ipv6-broken",
        "proxy-unreachable",
        "proxy-name-not-found",
    ),
    sentences=Sentences(
        title="This computer has no network: {missing}",
        seen="Interfaces besides the loopback: {links}. Attempts that this computer itself gave up at once for want of a way:"
        " {at_once}. Nothing outside answered.",
        means="Nothing outside this computer can be reached, so every target fails.",
        remedy=(
            "Switch the network of this computer on: plug in the cable, join the wireless network, or start the VPN.",
            "If it is on, see whether it was given an address and a default route; renew them, or restart the interface.",
            "In a container or a virtual machine, look at how its network is attached to the host.",
        ),
    ),
)
