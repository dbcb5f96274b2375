"""A resolver here invents an address for names that do not exist, and this name is one of them.

*What it means*

Some providers and filters answer a mistyped name with the address of a page of their own, instead of saying that it does not
exist. A resolver here did that for a name that cannot exist, and gave the same address for the name of the service.

*Why it matters*

The name looks as if it existed, and the connection goes to a stranger.

*What to do*

Correct the name: as far as this resolver knows, it does not exist. Then have the rewriting switched off, or use another
resolver: it hides every misspelling, and breaks programs that rely on hearing that a name is not there.

*How it is told apart*

The resolver is asked for two names that cannot exist. One is below `invalid`, which no registry will ever give out (RFC 6761,
section 6.4); many resolvers deny it by themselves. The other is below a top domain that does not exist. Only where one of them
gets an address, and the service's name gets the same ones and no other, is this the cause. A name that is picked out alone is
dns-name-sinkholed.
"""

from collections.abc import Iterable

from diag.knowledge.resolver_answers import (
    DnsOutcome,
    ResolverAnswer,
    answers_by_resolver,
    looked_up,
    looks_up,
    message_of,
    named,
    seen_of,
    settled,
)
from diag.model.address import MADE_UP
from diag.model.answer import DnsReply
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Lookup, Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered

IMPOSSIBLE = tuple(f"no-such-name{end}" for end in MADE_UP)
"""Names that cannot exist."""


def _knowing(view: EndpointView) -> tuple[ResolverAnswer, ...]:
    """The resolvers that gave an address, where the walk came to nothing."""
    return () if view.arrived else tuple(voice for voice in answers_by_resolver(view) if voice.said is DnsOutcome.ADDRESSES)


def questions(view: EndpointView) -> Iterable[Question]:
    return [Lookup(name, voice.server, "A") for voice in _knowing(view) for name in IMPOSSIBLE]


def judge(view: EndpointView) -> Finding:
    heard = answers_by_resolver(view)
    knowing = _knowing(view)
    if not knowing:
        return settled(view) or (ok(*seen_of(heard)) if seen_of(heard) else unknown(Because.UNDECIDED, *looked_up(view)))
    asked = [seen for seen in view.replies if seen.question.name in IMPOSSIBLE and not view.on_walk(seen)]
    if not asked:
        return unknown(Because.NOT_LOOKED)
    rewriting = tuple(voice for voice in knowing if set(voice.addresses) <= _invented(voice, asked))
    cites = (*looked_up(view), *seen_of(knowing), *(seen.observation for seen in asked))
    if len(rewriting) < len(knowing):
        return ok(*cites)
    return problem(
        *cites,
        about=", ".join(named(rewriting)),
        name=view.dialled_host,
        resolvers=named(rewriting),
        addresses=tuple(dict.fromkeys(address for voice in rewriting for address in voice.addresses)),
        impossible=tuple(dict.fromkeys(seen.question.name for seen in asked if _addresses(seen))),
    )


def _invented(voice: ResolverAnswer, asked: Iterable[Answered[Lookup, DnsReply]]) -> set[str]:
    """The addresses that a resolver gave for names that cannot exist."""
    return {address for seen in asked if seen.question.server == voice.server for address in _addresses(seen)}


def _addresses(seen: Answered[Lookup, DnsReply]) -> set[str]:
    message = message_of(seen.answer)
    return set(message.addresses) if message else set()


CHECK = EndpointCheck(
    id="dns-nxdomain-rewritten",
    owner=Owner.DNS,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc2308",
    do=(HowTo.RESOLVERS,),
    see=(
        ShellLine("dig +short @{resolvers} {impossible}", "an address for a name that cannot exist"),
        ShellLine(
            "Resolve-DnsName {impossible} -Server {resolvers}", "an address for a name that cannot exist", Shell.POWERSHELL
        ),
    ),
    judge=judge,
    applies=looks_up,
    questions=questions,
    explains=(
        "dns-name-sinkholed",
        "network-connection-refused",
        "network-connection-filtered",
        "network-connection-rejected",
        "network-connection-cut",
        "proxy-unreachable",
        "tls-name-mismatch",
        "tls-self-signed",
        "tls-issuer-untrusted",
        "tls-plaintext-answer",
        "tls-handshake-cut",
        "tls-handshake-silent",
    ),
    rivals=(),
    sentences=Sentences(
        title="{name} {name:does|do} not exist, and {resolvers} {resolvers:invents|invent} an address {name:for it|for each}",
        seen="{resolvers} gave {addresses} for {name}, and for a name that cannot exist: {impossible}.",
        means="The resolver answers for missing names with an address of its own, so the connection goes to a stranger.",
        remedy=(
            "Ask your DNS team to switch this rewriting of missing names off on {resolvers}.",
            "Compare {name} letter by letter with the name that the provider gave you.",
        ),
    ),
)
