"""A name has an address of one kind, and questions for the other kind are answered with an error.

*What it means*

A name may have addresses of two kinds: IPv4 (record type A) and IPv6 (AAAA). Where it has only one, the right answer for the
other is an empty one. Here the answer is that the whole name does not exist (NXDOMAIN), or that the server failed (SERVFAIL). Old
load balancers and hand-made zones do this (RFC 4074).

*Why it matters*

Programs ask for both kinds together. Those with glibc, Go, Windows or macOS use the address that came. Those with musl (Alpine
Linux, and so many container images) take the error for the whole name: "Name does not resolve", or "Try again". So the same
program works on a laptop and fails in its container.

*What to do*

The operator of the zone's name servers corrects the answer: no error, and no record. For a name in a zone of your own network
that is your DNS team, or the team of the load balancer that answers for it. Until then, an image with glibc helps.

*How it is told apart*

Each resolver is asked for both kinds, and for the one that it denies once more: an error that does not come again was a moment's.
Where no reply comes for one kind, it is dns-record-type-unanswered. Where both kinds are denied, it is dns-name-not-found or
dns-server-failure. An empty answer without an error is right, and nothing is said.
"""

from collections.abc import Iterable

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
from diag.knowledge.unanswered import NoReply
from diag.model.address import is_private, literal
from diag.model.answer import DnsReply
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Lookup, Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown, warning

_DENIALS = frozenset({DnsOutcome.NO_SUCH_NAME, DnsOutcome.SERVER_FAILURE})
"""Answers for one type that contradict an address of the other."""


def _denied(voice: ResolverAnswer) -> NoReply | None:
    """The reply that denies one type where the other brought addresses; None: there is none."""
    if voice.said is not DnsOutcome.ADDRESSES:
        return None
    return next((reply for reply in voice.replies if outcome_of_reply(reply.answer) in _DENIALS), None)


def _halves(view: EndpointView) -> dict[ResolverAnswer, NoReply]:
    return {voice: reply for voice in answers_by_resolver(view) if (reply := _denied(voice))}


def _once_more(reply: NoReply) -> Lookup:
    asked = reply.question
    return Lookup(asked.name, asked.server, asked.record, attempt=ASKED_AGAIN)


def questions(view: EndpointView) -> Iterable[Question]:
    """Return each question that was denied, once more."""
    return [_once_more(reply) for reply in _halves(view).values()]


def judge(view: EndpointView) -> Finding:
    heard = answers_by_resolver(view)
    cites = (*looked_up(view), *seen_of(heard))
    halves = _halves(view)
    if not seen_of(heard):
        return unknown(Because.NOT_LOOKED, *cites)
    if not halves:
        return ok(*cites)
    again = {voice: seen for voice, reply in halves.items() if (seen := view.asked(_once_more(reply))) and seen.answer}
    if not again:
        return unknown(Because.NOT_LOOKED, *cites)
    lasting = {voice: reply for voice, reply in halves.items() if _says_the_same(again.get(voice), reply)}
    if not lasting:
        return ok(*cites, *again.values())
    return _found(view, lasting, [*cites, *again.values()])


def _says_the_same(seen: Observation | None, reply: NoReply) -> bool:
    answer = seen.answer if seen else None
    return isinstance(answer, DnsReply) and outcome_of_reply(answer) is outcome_of_reply(reply.answer)


def _found(view: EndpointView, lasting: dict[ResolverAnswer, NoReply], cites: list[Observation]) -> Finding:
    addresses = tuple(dict.fromkeys(str(address) for voice in lasting for address in voice.addresses))
    inside = all(is_private(ip) for address in addresses if (ip := literal(address)) is not None)
    stopped = view.lookup is not None and not view.lookup.answer.addresses
    say = problem if stopped else warning
    return say(
        *cites,
        about=view.dialled_host,
        owner=Owner.DNS if inside else Owner.SERVICE,
        name=view.dialled_host,
        resolvers=named(lasting),
        addresses=addresses,
        inside=inside or None,
        records=tuple(dict.fromkeys(reply.question.record for reply in lasting.values())),
        denial=tuple(dict.fromkeys(outcome_of_reply(reply.answer).value for reply in lasting.values())),
    )


CHECK = EndpointCheck(
    id="dns-record-type-denied",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc4074#section-4.2",
    do=(HowTo.PRIVATE_ZONE,),
    see=(
        ShellLine("dig +tries=1 @{resolvers} {name} {records}", "status: NXDOMAIN, or SERVFAIL"),
        ShellLine("Resolve-DnsName {name} -Type {records} -Server {resolvers}", "an error", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    questions=questions,
    rivals=(
        Rival(
            "denied-here",
            owner=Owner.DNS,
            whose=True,
            where="inside",
            among=(None,),
            words="a resolver or a zone of your own network gives the error",
            decided_by="the same question to a resolver outside this network",
        ),
    ),
    tokens={"denial": DnsOutcome},
    alike=("denial", "records"),
    sentences=Sentences(
        title="{records} records of {name} are denied: programs with musl (Alpine) fail",
        seen="{resolvers} gave {addresses} for {name}. Asked for {records} records, twice: {denial}.",
        means="The name exists, so the right answer for {records} records is an empty one. Programs with glibc, Go, Windows or"
        " macOS use the address. Those with musl (Alpine Linux) take the error for the whole name, and fail.",
        remedy=(
            "Ask the operator of the name servers of {name} to answer for {records} records without an error (RFC 4074).",
            "If the name is in a zone of your own network, that is your DNS team, or the team of the load balancer that answers.",
            "Until then, run the programs that fail in an image with glibc (such as Debian) in place of Alpine.",
        ),
    ),
)
