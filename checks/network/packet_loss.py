"""Packets are lost on the network path: connections open late, because their first packets had to be sent again.

*What it means*

When a packet gets lost, the computer that sent it waits and sends it again: the first time after one second, then after two
more. Several connections here opened only after such a repetition.

*Why it matters*

Everything becomes slow by whole seconds now and then, and what has little patience fails at random.

*What to do*

Look at what this computer's own connection is made of first: wireless reception, cable, dock, VPN. If that is fine, ask the
network team to look for an overloaded or faulty link on the network path.

*How it is told apart*

The kernel's own count is used (Linux tells it). One late connection proves nothing, so several more are opened to the same
address, without anything being sent: two of them at least must have been late. A way that takes that long by itself is
network-high-latency; where neither an early answer nor the kernel's own measure shows that the way is short, nothing is said.
Where only as many connections at once get lost as are too many, it is network-source-ports-scarce.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from diag.model.address import Address
from diag.model.answer import TcpInfo
from diag.model.check import Rival, RunCheck, Sentences
from diag.model.endpoint_view import RunView
from diag.model.how_to import Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import ConnectBurst, Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, unknown, warning

SAMPLE = 10
"""Connections that are opened to see whether one late one was chance."""
LATE = 0.9
"""Seconds after which a system sends a connection's first packet again, with some room (RFC 6298, section 2: one second)."""
_ENOUGH = 2
"""How many connections must have been late."""


class Opening(Struct, frozen=True):
    """One connect that was accepted or ended in silence."""

    observation: Observation
    address: Address
    late: bool
    lost: bool = False
    near: bool = False
    """Whether it shows that the way itself is short: an answer came soon, or the kernel measured the trip."""


def _is_late(took: float, tcp: TcpInfo) -> bool:
    """Whether the first packet had to be sent again, and not because the way is that long."""
    return tcp.total_retransmits > 0 and took >= LATE and tcp.min_rtt < LATE * 1_000_000


def _walked(run_view: RunView) -> Iterator[Opening]:
    """The connects that were accepted, as far as the kernel tells of them; none that came after many at once."""
    walks = run_view.evidence.run.trials.repeat
    for seen in run_view.connections:
        plain = not seen.question.mss and not seen.question.interface and seen.question.attempt < walks
        if plain and not seen.answer.failure and seen.answer.tcp:
            took, tcp = seen.observation.took, seen.answer.tcp
            near = took < LATE or 0 < tcp.min_rtt < LATE * 1_000_000
            yield Opening(seen.observation, seen.question.address, _is_late(took, tcp), near=near)


def _sampled(run_view: RunView, addresses: set[Address]) -> Iterator[Opening]:
    for seen in run_view.connect_bursts:
        if seen.question.address in addresses and seen.question.number == SAMPLE:
            for dialled in seen.answer.connects:
                lost = dialled.failure == "timed_out"
                late = not dialled.failure and dialled.retransmits > 0 and dialled.took >= LATE
                near = not dialled.failure and dialled.took < LATE
                yield Opening(seen.observation, seen.question.address, late, lost, near)


def _suspects(run_view: RunView) -> list[Address]:
    """The addresses to which a connection opened late, the first two."""
    return list(dict.fromkeys(opening.address for opening in _walked(run_view) if opening.late))[:2]


def questions(run_view: RunView) -> Iterable[Question]:
    return [ConnectBurst(address, SAMPLE) for address in _suspects(run_view)]


def judge(run_view: RunView) -> Finding:
    walked = list(_walked(run_view))
    if not walked:
        return unknown(Because.NO_ANSWER if run_view.connections else Because.NOT_REACHED)
    suspects = set(_suspects(run_view))
    openings = [*walked, *_sampled(run_view, suspects)]
    late = [opening for opening in openings if opening.late]
    if not late:
        return ok(*(opening.observation for opening in walked))
    lost = [opening for opening in openings if opening.lost]
    if len(late) + len(lost) < _ENOUGH:
        sampled = any(opening not in walked for opening in openings)
        cites = [opening.observation for opening in openings]
        return ok(*cites) if sampled else unknown(Because.UNDECIDED, *cites)
    if not any(opening.near for opening in openings):
        return unknown(Because.UNDECIDED, *(opening.observation for opening in openings))
    hosts = {address.host for address in suspects}
    return warning(
        *(opening.observation for opening in (*late, *lost)),
        about=", ".join(sorted(hosts)),
        hits=[str(view.endpoint) for view in run_view.cases if hosts & {address.host for address in view.connected}],
        confidence=Confidence.LIKELY if len(late) + len(lost) > _ENOUGH else Confidence.POSSIBLE,
        addresses=tuple(sorted(hosts)),
        late=len(late),
        lost=len(lost),
        tried=len(openings),
    )


CHECK = RunCheck(
    id="network-packet-loss",
    owner=Owner.NETWORK,
    by_place=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc6298",
    see=(
        ShellLine("ping -c 50 -i 0.2 {addresses}", "packet loss above 0%"),
        ShellLine("Test-Connection {addresses} -Count 50", "lost replies", Shell.POWERSHELL),
    ),
    judge=judge,
    questions=questions,
    explains=("network-high-latency",),
    rivals=(
        Rival(
            "host-overloaded",
            decided_by="the same test of other hosts on the same path",
            words="the host is overloaded and drops connections itself",
        ),
    ),
    sentences=Sentences(
        title="Packets to {addresses} are lost on the network path",
        seen="Of {tried} connections, {late} opened a second or more late, because their first packet had to be sent again."
        " {lost} did not open at all.",
        means="Every lost packet costs a second or more. Programs with a short time-out fail at random.",
        remedy=(
            "Test another connection of this computer: a cable instead of wireless, or without the VPN.",
            "If packets are lost there too, ask your network team to look for an overloaded or faulty link on the path to"
            " {addresses}.",
        ),
    ),
)
