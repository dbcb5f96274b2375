"""The gateway of this network does not answer, so nothing leaves it.

*What it means*

This computer knows a way out, through the router of its network (the gateway). It asked for that router and got no answer, so
it gave up on every target beyond it.

*Why it matters*

Nothing outside this computer's own network can be reached.

*What to do*

See whether the gateway's address is the right one for the network that this computer is in now, and whether the router is on.
In a cloud network, see whether the subnet still has its router.

*How it is told apart*

Where no way out is known at all, it is machine-offline. A target in this computer's own network that does not answer says
nothing about the gateway, and is left out. As soon as one target beyond the gateway answers, or a router beyond it, the gateway
is alive. The failure comes from this computer itself, seconds later: an error by another sender is network-connection-rejected.
"""

from ipaddress import ip_address, ip_network

from diag.knowledge.connect_outcomes import ConnectOutcome, Dial, outcome_of
from diag.model.address import is_own, literal
from diag.model.check import RunCheck, Sentences
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.failure import Failure
from diag.model.machine import Interfaces, RouteEntry
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

WAITED = 0.9
"""Seconds that a system waits at the least for its neighbour; an error that comes sooner has another reason."""
_ALIVE = frozenset({ConnectOutcome.ACCEPTED, ConnectOutcome.REFUSED, ConnectOutcome.REJECTED})


def _gateways(host: str, routes: tuple[RouteEntry, ...]) -> tuple[str, ...]:
    """The next hops of the most specific routes to `host`; empty where it is in this machine's own network, or nowhere."""
    matching = [(length, route.gateway) for route in routes if (length := _covers(route.destination, host)) >= 0]
    best = max((length for length, _ in matching), default=-1)
    hops = tuple(dict.fromkeys(gateway for length, gateway in matching if length == best))
    return hops if all(hops) else ()


def _covers(destination: str, host: str) -> int:
    """The length of the prefix, where it holds `host`; -1 where it does not."""
    try:
        network = ip_network(destination, strict=False)
        return network.prefixlen if ip_address(host.partition("%")[0]) in network else -1
    except ValueError:
        return -1


def _gave_up(dial: Dial, word: ConnectOutcome) -> bool:
    """Whether this machine gave up on its next hop: by its own message, or, where none is told, by the time that it took."""
    if word is ConnectOutcome.NO_NEIGHBOUR:
        return True
    return word is ConnectOutcome.OTHER and dial.answer.failure == Failure.UNREACHABLE and dial.observation.took >= WAITED


def judge(run_view: RunView) -> Finding:
    table, links = run_view.machine.routes, run_view.machine.interfaces
    if table is None or not table.answer.complete:
        return unknown(Because.NOT_LOOKED)
    facts: Interfaces | None = links.answer if links else None
    beyond = [
        (dial, word, hops)
        for dial in run_view.connections
        if not is_own(dial.question.address.host) and literal(dial.question.address.host)
        if (word := outcome_of(dial, facts)) is not ConnectOutcome.NO_WAY
        if (hops := _gateways(dial.question.address.host, table.answer.routes))
    ]
    dead = {hop for dial, word, hops in beyond if _gave_up(dial, word) for hop in hops}
    dead -= {hop for _, word, hops in beyond if word in _ALIVE for hop in hops}
    if not dead:
        heard = [dial.observation for dial, word, _ in beyond if word in _ALIVE]
        return ok(*heard) if heard else unknown(Because.NOT_REACHED)
    lost = [dial for dial, word, hops in beyond if _gave_up(dial, word) and dead.issuperset(hops)]
    told = any(dial.answer.icmp for dial in lost)
    return problem(
        table.observation,
        *(dial.observation for dial in lost),
        about=", ".join(sorted(dead)),
        hits=[str(view.endpoint) for view in run_view.cases if _is_lost(view, lost)],
        confidence=Confidence.CERTAIN if told else Confidence.LIKELY,
        gateways=tuple(dict.fromkeys(hop for _, _, hops in beyond for hop in hops if hop in dead)),
        addresses=tuple(dict.fromkeys(dial.question.address.host for dial in lost)),
        seconds=round(max(dial.observation.took for dial in lost), 1),
        neighbour="" if told else "a router beyond the gateway says that the target cannot be reached",
        decided_by="" if told else "whether this computer knows the gateway's hardware address (arp -a)",
    )


def _is_lost(view: EndpointView, lost: list[Dial]) -> bool:
    """Whether an endpoint failed by one of these connects."""
    ids = {dial.observation.id for dial in lost}
    return not view.connected and any(dial.observation.id in ids for dial in view.dials)


CHECK = RunCheck(
    id="network-gateway-dead",
    owner=Owner.NETWORK,
    by_rule=True,
    by_place=True,
    at_wrong_address=True,
    article=__doc__,
    judge=judge,
    explains=("network-connection-rejected", "network-no-egress", "network-connection-filtered", "proxy-unreachable"),
    sentences=Sentences(
        title="The gateway {gateways} does not answer",
        seen="The way to {addresses} leads through {gateways}. This computer asked for it, and gave up after up to {seconds} s.",
        means="Nothing outside this computer's own network can be reached.",
        remedy=(
            "See whether {gateways} is the gateway of the network that this computer is in now; reconnect, or renew its address.",
            "If it is, have your network team see whether that router is on, and its cable or wireless link in order.",
        ),
    ),
)
