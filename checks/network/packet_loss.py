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
address, without anything being sent: two of them at least must have been late. An address that is silent on the walk and
answers when the way to it is measured is tried as well. Where connections open, and no first message of any size or name is
acknowledged, what is sent is lost. Where only large messages are lost, it is network-mtu-blackhole; where only those with a
name are, tls-sni-filtered. A question to a resolver that met silence several times is asked again later: an answer at once shows
that it was lost. A way that takes that long by itself is network-high-latency; where neither an early answer nor the kernel's own
measure shows that the way is short, nothing is said. Where only as many connections at once get lost as are too many, it is
network-source-ports-scarce.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from diag.knowledge.resolver_answers import ASKED_AGAIN, server_text
from diag.model.address import Address
from diag.model.answer import DnsReply, Session, TcpInfo
from diag.model.check import Rival, RunCheck, Sentences, When
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.failure import Failure
from diag.model.how_to import Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Connect, ConnectBurst, Handshake, Lookup, Question, carrier, dialled
from diag.model.verdict import Because, Confidence, Finding, Owner, Status, ok, problem, unknown, warning
from diag.model.view import Answered

SAMPLE = 10
"""Connections that are opened to see whether one late one was chance."""
LATE = 0.9
"""Seconds after which a system sends a connection's first packet again, with some room (RFC 6298, section 2: one second)."""
_TRIES = 3
"""How many first messages, different in size and name, must have been lost."""
QUESTIONS = "questions"
"""The form where questions to a resolver are lost at times."""
UNACKNOWLEDGED = "unacknowledged"
"""The form where connections open, and nothing that is sent on them is acknowledged."""
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
        plain = not (seen.question.mss or seen.question.interface or seen.question.without_ecn) and seen.question.attempt < walks
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


def _contradicted(run_view: RunView) -> Iterator[Opening]:
    """The connects of the walk that met silence, though the same address answered one that was sent to measure the way."""
    heard = {seen.question.address for seen in run_view.traces if seen.answer.arrived}
    for view in run_view.cases:
        for seen in view.dials:
            if seen.answer.failure == Failure.TIMED_OUT and seen.question.address in heard:
                yield Opening(seen.observation, seen.question.address, late=False, lost=True)


def _suspects(run_view: RunView) -> list[Address]:
    """The addresses to which a connection opened late, or did not open although somebody is there; the first two."""
    late = (opening.address for opening in _walked(run_view) if opening.late)
    return list(dict.fromkeys((*late, *(opening.address for opening in _contradicted(run_view)))))[:2]


def _unacknowledged(run_view: RunView) -> Iterator[tuple[EndpointView, list[Observation]]]:
    """The endpoints where no byte of a first message was acknowledged, large or small and whatever its name."""
    for view in run_view.cases:
        own = carrier(view.session.question) if view.session else None
        if not isinstance(own, Connect):
            continue
        tries = [seen for seen in view.sessions if dialled(seen.question) == own.address and not seen.answer.stage]
        if len(tries) >= _TRIES and all(map(_is_unheard, tries)):
            yield view, [seen.observation for seen in tries]


def _is_unheard(seen: Answered[Handshake, Session]) -> bool:
    """Whether a message was sent again and again, and no byte of it acknowledged (the kernel counts the SYN as one)."""
    tcp = seen.answer.tcp
    sent_again = tcp is not None and tcp.total_retransmits > 0 and tcp.unacked > 0 and tcp.bytes_acked <= 1
    return seen.answer.failure == Failure.TIMED_OUT and not seen.answer.bytes_received and sent_again


def _lost_questions(run_view: RunView) -> Iterator[tuple[EndpointView, Answered[Lookup, DnsReply], Observation]]:
    """The questions to resolvers that met silence and left a name without an address, with the same one later, answered."""
    for view in run_view.cases:
        if view.lookup and view.lookup.answer.addresses:
            continue
        for seen in view.resolver_replies:
            silent = not seen.answer.message and not seen.answer.stray and seen.answer.failure == Failure.TIMED_OUT
            later = view.asked(replace(seen.question, attempt=ASKED_AGAIN))
            if silent and later and isinstance(later.answer, DnsReply) and later.answer.message and later.took < LATE:
                yield view, seen, later


def questions(run_view: RunView) -> Iterable[Question]:
    return [ConnectBurst(address, SAMPLE) for address in _suspects(run_view)]


def judge(run_view: RunView) -> Finding:
    found = _of_openings(run_view)
    unheard, lost = list(_unacknowledged(run_view)), list(_lost_questions(run_view))
    if found.status in (Status.PROBLEM, Status.WARNING) or not (unheard or lost):
        return found
    return _of_messages(unheard) if unheard else _of_questions(lost)


def _of_questions(lost: list[tuple[EndpointView, Answered[Lookup, DnsReply], Observation]]) -> Finding:
    """The finding on questions to resolvers that are lost at times."""
    servers = dict.fromkeys(seen.question.server for _, seen, _ in lost)
    resolvers = tuple(server_text(server) for server in servers if server)
    return problem(
        *(one for _, seen, later in lost for one in (seen.observation, later)),
        about=", ".join(resolvers),
        hits=tuple(dict.fromkeys(str(view.endpoint) for view, *_ in lost)),
        confidence=Confidence.LIKELY,
        addresses=resolvers,
        names=tuple(dict.fromkeys(view.dialled_host for view, *_ in lost)),
        form=QUESTIONS,
    )


def _of_messages(unheard: list[tuple[EndpointView, list[Observation]]]) -> Finding:
    """The finding on open connections of which nothing that is sent arrives."""
    addresses = tuple(dict.fromkeys(address for view, _ in unheard for address in view.addresses))
    return problem(
        *(seen for _, tries in unheard for seen in tries),
        about=", ".join(addresses),
        hits=[str(view.endpoint) for view, _ in unheard],
        confidence=Confidence.LIKELY,
        addresses=addresses,
        tried=sum(len(tries) for _, tries in unheard),
        form=UNACKNOWLEDGED,
    )


def _of_openings(run_view: RunView) -> Finding:
    """What the openings of connections show by themselves."""
    walked = list(_walked(run_view))
    if not walked and not any(_contradicted(run_view)):
        return unknown(Because.NO_ANSWER if run_view.connections else Because.NOT_REACHED)
    suspects = set(_suspects(run_view))
    openings = [*walked, *_contradicted(run_view), *_sampled(run_view, suspects)]
    late = [opening for opening in openings if opening.late]
    if not late and not any(_contradicted(run_view)):
        return ok(*(opening.observation for opening in walked))
    lost = [opening for opening in openings if opening.lost]
    if len(late) + len(lost) < _ENOUGH:
        sampled = any(opening not in walked for opening in openings)
        cites = [opening.observation for opening in openings]
        return ok(*cites) if sampled else unknown(Because.UNDECIDED, *cites)
    if not any(opening.near for opening in openings):
        return unknown(Because.UNDECIDED, *(opening.observation for opening in openings))
    hosts = {address.host for address in suspects}
    hit = [view for view in run_view.cases if hosts & {*view.addresses}]
    say = problem if any(view.stopped for view in hit) else warning
    return say(
        *(opening.observation for opening in (*late, *lost)),
        about=", ".join(sorted(hosts)),
        hits=[str(view.endpoint) for view in hit],
        confidence=Confidence.LIKELY if len(late) + len(lost) > _ENOUGH else Confidence.POSSIBLE,
        addresses=tuple(sorted(hosts)),
        asks_ecn=(len(late) == len(openings) and _asks_ecn(run_view)) or None,
        late=len(late),
        lost=len(lost),
        tried=len(openings),
    )


def _asks_ecn(run_view: RunView) -> bool:
    """Whether the first packet of each connection asks for ECN; the one that is sent again does not (RFC 3168)."""
    seen = run_view.machine.system
    return seen is not None and seen.answer.asks_ecn


_NOTHING_ARRIVES = Sentences(
    title="Nothing that this computer sends on an open connection to {addresses} arrives",
    seen="Connections opened. Of {tried} first messages, large and small, none was acknowledged, although each was sent again"
    " several times.",
    means="A device on the path lets connections open and then drops what is sent on them, or the path loses nearly all packets.",
    remedy=(
        "Ask your network team which device on the path to {addresses} drops data after a connection has opened. Often it is a"
        " firewall that sees only one direction of the traffic.",
        "Test another connection of this computer: a cable instead of wireless, or without the VPN.",
    ),
)
_QUESTIONS_LOST = Sentences(
    title="Questions to {addresses} are lost at times",
    seen="diag asked {addresses} several times in a row for {names}, and no reply came. The same question was answered at once a"
    " moment later.",
    means="The resolver works, but packets to it or from it are lost. Lookups fail at random, or take seconds.",
    remedy=(
        "Test another connection of this computer: a cable instead of wireless, or without the VPN.",
        "If questions are lost there too, ask your network team to look for an overloaded or faulty link on the path to"
        " {addresses}.",
    ),
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
    explains=(
        "network-high-latency",
        "network-connection-filtered",
        "network-address-dead",
        "machine-lookup-differs",
        "dns-resolver-silent",
        "dns-record-type-unanswered",
        "dns-slow",
        "tls-handshake-silent",
        "http-no-answer",
    ),
    rivals=(
        Rival(
            "host-overloaded",
            owner=Owner.SERVICE,
            decided_by="the same test of other hosts on the same path",
            words="the host is overloaded and drops connections itself",
        ),
        Rival(
            "dropped-for-ecn",
            owner=Owner.MACHINE,
            where="asks_ecn",
            decided_by="the same with net.ipv4.tcp_ecn set to 2",
            words="a device on the path drops every first packet because this computer asks for ECN in it",
        ),
    ),
    sentences=Sentences(
        title="Packets to {addresses} are lost on the network path",
        seen="Of {tried} connections, {late} opened a second or more late, because their first packet had to be sent again."
        " {lost} did not open at all.",
        means="Every lost packet costs a second or more. Programs with a short time-out fail at random.",
        remedy=(
            When(
                "asks_ecn",
                (True,),
                "Every first packet was lost, and this computer asks for ECN in it. Set net.ipv4.tcp_ecn to 2, the usual value,"
                " and run diag again.",
            ),
            "Test another connection of this computer: a cable instead of wireless, or without the VPN.",
            "If packets are lost there too, ask your network team to look for an overloaded or faulty link on the path to"
            " {addresses}.",
        ),
    ),
    forms=((UNACKNOWLEDGED, _NOTHING_ARRIVES), (QUESTIONS, _QUESTIONS_LOST)),
)
