"""The gateway of this network does not answer, so nothing leaves it.

*What it means*

This computer knows a way out, through the router of its network (the gateway). It asked for that router and got no answer, so
it gave up on every target beyond it.

*Why it matters*

What lies behind that gateway cannot be reached: as a rule, everything outside this computer's own network, resolvers included.

*What to do*

Check that the gateway's address is the right one for the present network, and that the router is on. In a cloud network, check
that the subnet still has its router.

*How it is told apart*

Where no way out is known at all, it is machine-offline. A target in this computer's own network that does not answer says
nothing about the gateway, and is left out. As soon as one target beyond the gateway answers, or a router beyond it, the gateway
is alive. The failure comes from this computer itself, seconds later: an error by another sender is network-connection-rejected.
Questions to resolvers beyond the gateway are read likewise: that they bring no reply is its doing, and not the resolvers'
(dns-resolver-silent). Where all is reached by another gateway or over the other family of addresses, nobody suffers, and it is
a warning; where IPv6 alone is lost, network-ipv6-broken tells of it.
"""

from collections.abc import Iterator

from msgspec import Struct

from diag.knowledge.connect_outcomes import ConnectOutcome, outcome_of, outcome_of_reply
from diag.knowledge.routing import covering
from diag.model.address import is_own, literal
from diag.model.check import Rival, RunCheck, Sentences
from diag.model.endpoint_view import EndpointView, RunView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.machine import Interfaces, RouteEntry
from diag.model.observation import Observation
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown, warning

WAITED = 0.9
"""Seconds that a system waits at the least for its neighbour; an error that comes sooner has another reason."""
_ALIVE = frozenset({ConnectOutcome.ACCEPTED, ConnectOutcome.REFUSED, ConnectOutcome.REJECTED})


class _Try(Struct, frozen=True):
    """One connect, or one question to a resolver, that had to pass a gateway."""

    observation: Observation
    host: str
    gateways: tuple[str, ...]
    outcome: ConnectOutcome
    failure: str
    has_message: bool

    @property
    def gave_up(self) -> bool:
        """Whether this machine gave up on its next hop: by its own message, or, where none is told, by the time that it took."""
        if self.outcome is ConnectOutcome.NO_NEIGHBOUR:
            return True
        late = self.observation.took >= WAITED
        return self.outcome is ConnectOutcome.OTHER and self.failure == Failure.UNREACHABLE and late


def _tries(run_view: RunView, routes: tuple[RouteEntry, ...]) -> Iterator[_Try]:
    """What was tried beyond the gateways, with the gateways that it had to pass."""
    links = run_view.machine.interfaces
    facts: Interfaces | None = links.answer if links else None
    for dial in run_view.connections:
        host, answer = dial.question.address.host, dial.answer
        yield from _beyond(dial.observation, host, routes, outcome_of(dial, facts), answer.failure, answer.icmp is not None)
    for asked in run_view.replies:
        if asked.question.server is not None:
            host, reply = asked.question.server.host, asked.answer
            word = outcome_of_reply(asked, facts)
            yield from _beyond(asked.observation, host, routes, word, reply.failure, reply.icmp is not None)


def _beyond(
    seen: Observation, host: str, routes: tuple[RouteEntry, ...], outcome: ConnectOutcome, failure: str, has_message: bool
) -> Iterator[_Try]:
    if is_own(host) or literal(host) is None or outcome is ConnectOutcome.NO_WAY:
        return
    if gateways := _gateways(host, routes):
        yield _Try(seen, host, gateways, outcome, failure, has_message)


def _gateways(host: str, routes: tuple[RouteEntry, ...]) -> tuple[str, ...]:
    """The next hops of the most specific routes to `host`; empty where it is in this machine's own network, or nowhere."""
    matching = [(length, route.gateway) for route in routes if (length := covering(route.destination, host)) >= 0]
    best = max((length for length, _ in matching), default=-1)
    hops = tuple(dict.fromkeys(gateway for length, gateway in matching if length == best))
    return hops if all(hops) else ()


def judge(run_view: RunView) -> Finding:
    table = run_view.machine.routes
    if table is None or not table.answer.complete:
        return unknown(Because.NOT_LOOKED)
    beyond = tuple(_tries(run_view, table.answer.routes))
    alive = [one for one in beyond if one.outcome in _ALIVE]
    dead = {hop for one in beyond if one.gave_up for hop in one.gateways} - {hop for one in alive for hop in one.gateways}
    if not dead:
        return ok(*(one.observation for one in alive)) if alive else unknown(Because.NOT_REACHED)
    lost = [one for one in beyond if one.gave_up and dead.issuperset(one.gateways)]
    ids = {one.observation.id for one in lost}
    stopped = [str(view.endpoint) for view in run_view.cases if _is_lost(view, ids)]
    touched = [str(view.endpoint) for view in run_view.cases if ids.intersection(view.trail.walk)]
    return (problem if stopped or not touched else warning)(
        table.observation,
        *(one.observation for one in lost),
        about=", ".join(sorted(dead)),
        hits=stopped or touched,
        rules_out={"router-beyond": [one.observation for one in lost if one.has_message]},
        gateways=tuple(dict.fromkeys(hop for one in lost for hop in one.gateways)),
        addresses=tuple(dict.fromkeys(one.host for one in lost)),
        seconds=round(max(one.observation.took for one in lost), 1),
    )


def _is_lost(view: EndpointView, lost: set[str]) -> bool:
    """Whether an endpoint failed by one of these: no connect was accepted, or no resolver could be asked for its name."""
    if view.dials:
        return not view.connected and any(dial.observation.id in lost for dial in view.dials)
    asked = [seen.observation.id for seen in view.resolver_replies]
    return view.reached is Stage.LOOKUP and view.stopped and bool(asked) and lost.issuperset(asked)


CHECK = RunCheck(
    id="network-gateway-dead",
    owner=Owner.NETWORK,
    by_rule=True,
    by_place=True,
    at_wrong_address=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc826",
    do=(
        HowTo.CONNECT,
        HowTo.ROUTES,
    ),
    see=(
        ShellLine("ip neigh show {gateways}; ping -c 3 {gateways}", "FAILED or INCOMPLETE, and no reply"),
        ShellLine("Get-NetNeighbor -IPAddress {gateways}", "Unreachable or Incomplete", Shell.POWERSHELL),
    ),
    judge=judge,
    explains=(
        "network-connection-rejected",
        "network-no-egress",
        "network-connection-filtered",
        "proxy-unreachable",
        "dns-resolver-silent",
        "dns-server-failure",
    ),
    rivals=(
        Rival(
            "router-beyond",
            decided_by="whether this computer knows the gateway's hardware address (arp -a)",
            words="a router beyond the gateway reports that the endpoint cannot be reached",
        ),
    ),
    sentences=Sentences(
        title="The gateway {gateways} does not answer",
        seen="The route to {addresses} leads through {gateways}. This computer looked for it and gave up after {seconds} s.",
        means="This computer reaches nothing behind that gateway. Everything else may be fine.",
        remedy=(
            "Check that {gateways} is the gateway of the present network. Reconnect, or renew the address of this computer.",
            "If it is, ask your network team to check that router, and its cable or wireless link.",
        ),
    ),
)
