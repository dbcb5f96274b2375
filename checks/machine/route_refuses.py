"""A route on this computer discards everything for the host's address.

*What it means*

The routes of a computer say by which way each network is reached. Some say that there is to be no way (`blackhole`,
`unreachable`, `prohibit`): packets to such a network are thrown away before they leave. The host's address lies in one.

*Why it matters*

Nothing on this computer can reach the host, and neither the network nor the host is ever asked.

*What to do*

Find out what made the route. VPN clients set such routes, so that nothing goes past the tunnel while it is down. So does
software against attackers (such as fail2ban), and software for containers (Calico, Cilium) for addresses that it has not
assigned.

*How it is told apart*

The system refuses at once, and no message came that says so: a router that rejects packets does so in its own name
(network-connection-rejected). Linux has an error of its own for `blackhole`. For `unreachable` and `prohibit` the error can have
other reasons, so the route has to be there in the table, and no other has to be more specific. A rule that is not a route (a
firewall's, or one of policy routing) is machine-local-firewall. A route into another network is machine-route-captured.
"""

from collections.abc import Iterable
from enum import StrEnum

from diag.knowledge.connect_outcomes import ConnectOutcome, Dial, hosts_of, outcomes_of, refused_by, seen_in
from diag.model.address import literal
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


class RouteKind(StrEnum):
    """How a route refuses (ip-route(8))."""

    BLACKHOLE = "blackhole"
    UNREACHABLE = "unreachable"
    PROHIBIT = "prohibit"
    THROW = "throw"


_KINDS = {
    Failure.BLACKHOLED: RouteKind.BLACKHOLE,
    Failure.UNREACHABLE: RouteKind.UNREACHABLE,
    Failure.NOT_PERMITTED: RouteKind.PROHIBIT,
    Failure.NO_ROUTE: RouteKind.THROW,
}


def _refused(view: EndpointView) -> tuple[Dial, ...]:
    """The walk's connects that a route of this machine refused, where it has no way for the others either; empty otherwise."""
    pairs = outcomes_of(view)
    if any(word is not ConnectOutcome.NO_WAY for _, word in pairs):
        return ()
    return tuple(dial for dial, _ in pairs if _is_swallowed(dial) or refused_by(view, dial))


def _is_swallowed(dial: Dial) -> bool:
    """Whether the error is a blackhole's. A link-local address without its interface brings the same error."""
    ip = literal(dial.question.address.host)
    return dial.answer.failure == Failure.BLACKHOLED and ip is not None and not ip.is_link_local


def judge(view: EndpointView) -> Finding:
    refused, table = _refused(view), view.machine.routes
    if not refused:
        return ok(*seen_in(view.dials)) if view.dials else unknown(Because.NO_ANSWER)
    routes = tuple(dict.fromkeys(route.destination for dial in refused if (route := refused_by(view, dial))))
    return problem(
        *((table.observation,) if table and routes else ()),
        *seen_in(refused),
        about=", ".join(routes) or "a route",
        confidence=Confidence.CERTAIN if routes else Confidence.LIKELY,
        host=view.dialled_host,
        addresses=hosts_of(refused),
        rules_out={"no-such-connect": [table.observation] if routes and table else ()},
        routes=routes or None,
        no_route_seen=None if routes else True,
        route_kinds=tuple(dict.fromkeys(_kinds(refused))),
    )


def _kinds(refused: Iterable[Dial]) -> Iterable[RouteKind]:
    return (_KINDS[Failure(dial.answer.failure)] for dial in refused)


CHECK = EndpointCheck(
    id="machine-route-refuses",
    owner=Owner.MACHINE,
    by_place=True,
    article=__doc__,
    reference="https://man7.org/linux/man-pages/man8/ip-route.8.html",
    do=(HowTo.ROUTES,),
    see=(
        ShellLine("ip route get {addresses}", "an error such as No route to host or Network is unreachable"),
        ShellLine("Find-NetRoute -RemoteIPAddress {addresses}", "an error, or a route to nowhere", Shell.POWERSHELL),
    ),
    judge=judge,
    needs=Stage.CONNECT,
    explains=("proxy-unreachable",),
    rivals=(
        Rival(
            "no-such-connect",
            words="the address is one that nobody can connect to",
            decided_by="the route that the system would take (ip route get ADDRESS)",
        ),
    ),
    tokens={"route_kinds": RouteKind},
    alike=("route_kinds",),
    sentences=Sentences(
        title="A route on this computer discards everything for {host}",
        seen=(
            "This computer refused at once to connect to {addresses}: {route_kinds}.",
            "Routes that cause it: {routes}.",
            When(
                "no_route_seen", (True,), "The main routing table holds no such route: it is in another table, or a rule does it."
            ),
        ),
        means="A route on this computer blocks that network. No packet reached the network.",
        remedy=(
            "Find out what set the route (on Linux: ip route show table all). It may be a VPN that is down, a security"
            " program, or container software.",
            "If nobody needs the route, remove it (ip route del), or exclude {addresses} in that program.",
            "Run diag again.",
        ),
    ),
)
