"""A resolver answers one kind of question about the name, and never the other.

*What it means*

A name may have addresses of two kinds: IPv4 (record type A) and IPv6 (AAAA). Programs ask for both. A resolver here answers for
the one and keeps silent about the other, however often it is asked. A resolver that has no such address must say so.

*Why it matters*

Every lookup waits for the reply that never comes, 5 to 15 seconds on Linux. Then some programs continue with what they have,
and others report that the name cannot be found.

*What to do*

Ask the DNS team to make the resolver answer for both types. Ask the network team whether a firewall drops questions of that
type, or the second of two questions from one port. Until then, this computer can ask differently. The option
`single-request-reopen` of resolv.conf asks one question after the other, each from a port of its own. `no-aaaa` (glibc 2.36
and later) helps where IPv6 is not needed.

*How it is told apart*

Each question was sent several times, and the silent one is asked once more by itself, later, and over TCP. Only where that brings
nothing over UDP either is the type blamed. That is sure where the other type was answered at once, twice: lost packets do not
choose. A resolver that is silent for both is dns-resolver-silent; one that answers SERVFAIL for one type is dns-server-failure.
Where the system's lookup takes no harm from it nothing is said.
"""

from collections.abc import Iterable

from diag.knowledge.connect_outcomes import ConnectOutcome
from diag.knowledge.heard_promptly import PROMPT
from diag.knowledge.resolver_answers import (
    ASKED_AGAIN,
    DnsOutcome,
    ResolverAnswer,
    answers_by_resolver,
    looked_up,
    looks_up,
    named,
    outcome_of_reply,
    seen_of,
)
from diag.knowledge.resolver_settings import SLACK, wait_for_reply
from diag.knowledge.unanswered import NoReply, endings_met
from diag.model.answer import DnsReply
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Lookup, Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning

_SAYS = frozenset({DnsOutcome.ADDRESSES, DnsOutcome.NO_ADDRESS})
"""Answers for one type after which the other type has to be answered as well."""


def _half(view: EndpointView, voice: ResolverAnswer) -> NoReply | None:
    """The question that one resolver leaves unanswered, in silence, while it answers the other; None where it does not."""
    lost = voice.unanswered
    said = {outcome_of_reply(reply.answer) for reply in voice.replies if reply not in lost}
    silent = len(lost) == 1 and endings_met(view, lost) == {ConnectOutcome.SILENCE}
    return lost[0] if silent and said and said <= _SAYS else None


def _halves(view: EndpointView) -> dict[ResolverAnswer, NoReply]:
    return {voice: lost for voice in answers_by_resolver(view) if (lost := _half(view, voice))}


def _later(lost: NoReply) -> tuple[Lookup, Lookup, Lookup]:
    """The same question once more by itself, over TCP, and the one that was answered once more."""
    asked = lost.question
    other = "AAAA" if asked.record == "A" else "A"
    return (
        Lookup(asked.name, asked.server, asked.record, attempt=ASKED_AGAIN),
        Lookup(asked.name, asked.server, asked.record, "tcp"),
        Lookup(asked.name, asked.server, other, attempt=ASKED_AGAIN),
    )


def _answered_at_once(view: EndpointView, voice: ResolverAnswer) -> list[Observation]:
    """Both answers of a resolver to the type that it answers, where neither had to be asked for twice; empty otherwise."""
    (lost,) = voice.unanswered
    first = [reply.observation for reply in voice.replies if reply is not lost]
    again = view.asked(_later(lost)[2])
    both = [*first, *([again] if again else [])]
    prompt = all(seen.took < PROMPT and isinstance(seen.answer, DnsReply) and seen.answer.message for seen in both)
    return both if len(both) > 1 and prompt else []


def questions(view: EndpointView) -> Iterable[Question]:
    return [question for lost in _halves(view).values() if _suffers(view) for question in _later(lost)]


def _suffers(view: EndpointView) -> bool:
    """Whether the system's lookup came to nothing, or took as long as one that waits for a reply."""
    lookup = view.lookup
    if lookup is None:
        return bool(view.resolver_replies)
    return not lookup.answer.addresses or lookup.observation.took >= SLACK * wait_for_reply(view)


def _reply(view: EndpointView, question: Lookup) -> tuple[Observation, DnsReply] | None:
    seen = view.asked(question)
    return (seen, seen.answer) if seen and isinstance(seen.answer, DnsReply) else None


def judge(view: EndpointView) -> Finding:
    heard = answers_by_resolver(view)
    cites = (*looked_up(view), *seen_of(heard))
    halves = _halves(view)
    if not seen_of(heard):
        return unknown(Because.NOT_LOOKED, *cites)
    if not halves:
        complete = all(voice.said is not DnsOutcome.NOT_ASKED for voice in heard)
        return ok(*cites) if complete else unknown(Because.UNDECIDED, *cites)
    if not _suffers(view):
        return unknown(Because.UNDECIDED, *cites)
    later = {voice: [_reply(view, question) for question in _later(lost)] for voice, lost in halves.items()}
    if all(again is None for again, *_ in later.values()):
        return unknown(Because.NO_ANSWER, *cites)
    mute = {voice: halves[voice] for voice, (again, *_) in later.items() if again and not again[1].message}
    asked = [reply[0] for replies in later.values() for reply in replies if reply]
    if not mute:
        return unknown(Because.UNDECIDED, *cites, *asked)
    return _found(view, mute, [*cites, *asked], later)


def _found(
    view: EndpointView,
    mute: dict[ResolverAnswer, NoReply],
    cites: list[Observation],
    later: dict[ResolverAnswer, list[tuple[Observation, DnsReply] | None]],
) -> Finding:
    resolved = view.lookup is not None and bool(view.lookup.answer.addresses)
    over_tcp = [reply for voice in mute if (reply := later[voice][1])]
    again = [reply[0] for voice in mute if (reply := later[voice][0])]
    told = [_answered_at_once(view, voice) for voice in mute]
    chosen = [seen for both in told for seen in both] if all(told) else []
    say = warning if resolved or (view.lookup is None and bool(view.dials)) else problem
    records = tuple(dict.fromkeys(lost.question.record for lost in mute.values()))
    return say(
        *cites,
        about=", ".join(named(mute)),
        confidence=Confidence.CERTAIN if chosen else Confidence.POSSIBLE,
        rules_out={"lost-packets": [*again, *chosen] if chosen else ()},
        name=view.dialled_host,
        resolvers=named(mute),
        records=records,
        other_records=tuple(record for record in ("A", "AAAA") if record not in records) or None,
        seconds=round(view.lookup.observation.took, 1) if view.lookup else None,
        tcp_answers=any(answer.message for _, answer in over_tcp) if over_tcp else None,
    )


CHECK = EndpointCheck(
    id="dns-record-type-unanswered",
    owner=Owner.DNS,
    by_place=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc4074",
    do=(HowTo.RUN_RESOLVER,),
    see=(
        ShellLine("dig +tries=1 +time=3 @{resolvers} {name} {records}", "no reply (timed out)"),
        ShellLine("Resolve-DnsName {name} -Type {records} -Server {resolvers}", "a time-out", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    questions=questions,
    explains=("dns-slow", "dns-first-resolver-dead", "dns-resolver-silent"),
    rivals=(
        Rival(
            "lost-packets",
            owner=Owner.NETWORK,
            words="these questions were lost on the network at that moment",
            decided_by="the same question once more",
        ),
        Rival(
            "dropped-on-the-way",
            owner=Owner.NETWORK,
            whose=True,
            words="a device on the network path drops these questions",
            decided_by="the same question, asked on {resolvers} itself",
        ),
    ),
    sentences=Sentences(
        title="{resolvers} never {resolvers:answers|answer} questions for {records} records of {name}",
        seen=(
            "{resolvers} answered for {other_records} records, but not for {records} records, each time.",
            When("tcp_answers", (True,), "Over TCP, answers came for both."),
            When("tcp_answers", (False,), "Over TCP, no answer came for {records} records either."),
            "The system's own lookup took {seconds} s.",
        ),
        means="Programs ask for IPv4 (A) and IPv6 (AAAA) addresses together, and wait 5 to 15 seconds for the missing reply.",
        remedy=(
            "Ask your DNS team why {resolvers} {resolvers:does|do} not answer questions for {records} records. A resolver has"
            " to answer, even if there is no such record.",
            "Ask your network team whether a firewall drops these questions, or the second of two questions from one port.",
            "Until then, on Linux: add options single-request-reopen to /etc/resolv.conf, or no-aaaa if IPv6 is not needed.",
        ),
    ),
)
