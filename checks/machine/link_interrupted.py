"""The connection of this computer was interrupted in the middle of the run.

*What it means*

While diag looked, the link of this computer (its cable, its wireless network, its VPN) went down, or this computer had no route
for a while. Nothing was heard at some endpoints in that time.

*Why it matters*

What failed meanwhile says nothing about services, resolvers and firewalls. It is not held against them.

*What to do*

Run diag again. If the link goes down again, look at the cable, the wireless reception, the VPN client and sleep settings.

*How it is told apart*

Where nothing was heard at an endpoint, diag looks at the network interfaces once more at the end. Linux counts how often a link
went down or came up: if the count of the interface that is in use has grown, the link was interrupted. Elsewhere, and where
a route went away without the link, it shows by one address for which this computer had no route at one moment, and which
answered at another. A link that was down from the beginning to the end is `machine-offline`. An endpoint may fail for a reason of
its own as well, which the next run shows.
"""

from collections.abc import Iterable, Iterator

from diag.knowledge.unheard import any_unheard, unheard_walks
from diag.model.address import Address
from diag.model.answer import Connection, DnsReply
from diag.model.check import Rival, RunCheck, Sentences, When
from diag.model.endpoint_view import RunView
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.machine import Interface, Interfaces
from diag.model.observation import Observation
from diag.model.question import Connect, Inspect, Lookup, Question, Topic
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

AT_THE_END = Inspect(Topic.INTERFACES, again=True)
_DEFAULTS = ("0.0.0.0/0", "::/0", "0.0.0.0/1", "::/1")
_MOST_CITED = 20


def judge(run_view: RunView) -> Finding:
    """Return whether the link of this computer, or its route, was away for a while, and somebody was not heard."""
    before, after = run_view.machine.interfaces, run_view.asked(AT_THE_END)
    lost = [seen for pair in _lost_and_found(run_view) for seen in pair]
    now = after.answer if after and isinstance(after.answer, Interfaces) else None
    looks = [before.observation, after] if before and after and now else []
    moved = list(_moved(run_view, before.answer, now)) if before and now else []
    if not moved and not lost:
        counted = now is not None and any(one.link_changes for one in now.interfaces)
        return ok(*looks) if looks and counted else unknown(Because.UNDECIDED if looks else Because.NOT_LOOKED, *looks)
    hit = unheard_walks(run_view)
    return problem(
        *(looks if moved else []),
        *lost[:_MOST_CITED],
        *[seen for _, ends in hit for seen in ends][:_MOST_CITED],
        about="link",
        hits=[str(view.endpoint) for view, _ in hit],
        confidence=Confidence.LIKELY,
        links=tuple(one.name for _, one in moved) or None,
        changes=max((one.link_changes - was.link_changes for was, one in moved), default=0) or None,
        still_down=any(not one.up for _, one in moved) or None,
        without_route=bool(lost) or None,
    )


def questions(run_view: RunView) -> Iterable[Question]:
    """Yield one more look at the interfaces."""
    return [AT_THE_END] if any_unheard(run_view) else []


def _moved(run_view: RunView, before: Interfaces, after: Interfaces) -> Iterator[tuple[Interface, Interface]]:
    """The interfaces in use whose link went down or came up between two looks, as they were and as they are."""
    in_use = _in_use(run_view)
    then = {one.name: one for one in before.interfaces}
    for one in after.interfaces:
        was = then.get(one.name)
        used = one.name in in_use or any(address in in_use for address in one.addresses)
        if was and used and was.link_changes and one.link_changes > was.link_changes:
            yield was, one


def _in_use(run_view: RunView) -> set[str]:
    """The addresses that this run was sent from, and the interfaces that lead out; where none does, those that lead anywhere."""
    sources = {seen.answer.source for seen in run_view.connections if seen.answer.source}
    table, first = run_view.machine.routes, run_view.machine.interfaces
    out = {route.interface for route in table.answer.routes if route.destination in _DEFAULTS} if table else set()
    named = [one.name for one in first.answer.interfaces if not one.loopback and not one.up] if first else []
    return (sources | out) or set(named)


def _lost_and_found(run_view: RunView) -> Iterator[tuple[Observation, Observation]]:
    """Places for which this computer had no route at one moment, and which answered at another."""
    lost: dict[Address, Observation] = {}
    heard: dict[Address, Observation] = {}
    for seen in run_view.observations:
        place = _place(seen)
        answer = seen.answer
        if place is None or not isinstance(answer, Connection | DnsReply):
            continue
        if answer.failure == Failure.NO_ROUTE and answer.icmp is None:
            lost[place] = seen
        elif (isinstance(answer, DnsReply) and answer.message) or (isinstance(answer, Connection) and not answer.failure):
            heard[place] = seen
    return ((lost[place], heard[place]) for place in lost if place in heard)


def _place(seen: Observation) -> Address | None:
    """Where a plain question went."""
    match seen.question:
        case Connect(source="", interface=""):
            return seen.question.address
        case Lookup():
            return seen.question.server
        case _:
            return None


CHECK = RunCheck(
    id="machine-link-interrupted",
    owner=Owner.MACHINE,
    by_place=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc2863",
    do=(HowTo.CONNECT,),
    see=(
        ShellLine("ip -statistics link show", "a link that is down, or errors that grow", unless=("without_route",)),
        ShellLine("ip monitor link route", "a link or a route that goes away and comes back"),
        ShellLine("Get-NetAdapter", "an adapter that is disconnected", Shell.POWERSHELL),
    ),
    applies=any_unheard,
    judge=judge,
    questions=questions,
    explains=(
        "machine-offline",
        "dns-resolver-silent",
        "dns-server-failure",
        "network-no-egress",
        "network-gateway-dead",
        "network-connection-filtered",
        "network-connection-rejected",
        "network-mtu-blackhole",
        "network-packet-loss",
        "network-intermittent",
        "proxy-unreachable",
        "proxy-tunnel-cut",
        "tls-handshake-silent",
        "http-no-answer",
    ),
    rivals=(
        Rival(
            "fails-by-itself",
            decided_by="another run while the link stays up",
            words="what was not heard fails for a reason of its own as well",
        ),
    ),
    measures=("changes",),
    sentences=Sentences(
        title="The connection of this computer was interrupted in the middle of the run",
        seen=(
            "The link of {links} went down or came up {changes} {changes:time|times} while diag looked.",
            When("still_down", (True,), "It was down at the end."),
            When("without_route", (True,), "For a while this computer had no route to places that answered at other times."),
        ),
        means="What failed meanwhile says nothing about the services, the resolvers or the firewalls.",
        remedy=(
            "Run diag again while the connection is steady.",
            "If it is interrupted again, check the cable, the wireless reception and the VPN client of this computer.",
        ),
    ),
)
