"""Looking up the name takes long.

*What it means*

The system needed more than a second for the name's address, and a resolver that was asked by itself needed as long.

*Why it matters*

Every first connection to this host is that much later. Programs with short time-outs give up.

*What to do*

The DNS team can see in the resolver's log what it waits for: a forwarding target that is far away or half dead, for one.

*How it is told apart*

Where a dead first resolver is the reason, dns-first-resolver-dead says so. Where the resolvers answer quickly and the system
alone is slow, nothing is said here: the wait is then this computer's own.
"""

from diag.knowledge.resolver_answers import (
    DnsOutcome,
    answers_by_resolver,
    looked_up,
    looks_up,
    resolved,
    seen_of,
    server_text,
    settled,
)
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, unknown, warning

_LONG = 1.0
"""Seconds."""


def judge(view: EndpointView) -> Finding:
    if not resolved(view):
        return settled(view) or unknown(Because.UNDECIDED, *looked_up(view))
    heard = [voice for voice in answers_by_resolver(view) if voice.said is DnsOutcome.ADDRESSES]
    waits = [(max(seen.took for seen in voice.seen), voice) for voice in heard]
    own = view.lookup.observation.took if view.lookup else None
    cites = (*looked_up(view), *seen_of(heard))
    if own is not None and own <= _LONG:
        return ok(*cites)
    if not waits:
        return unknown(Because.UNDECIDED, *cites)
    longest, slow = max(waits, key=lambda wait: wait[0])
    if min(wait for wait, _ in waits) <= _LONG:
        return ok(*cites) if own is None else unknown(Because.UNDECIDED, *cites)
    return warning(
        *cites,
        about=server_text(slow.server),
        confidence=Confidence.LIKELY,
        name=view.dialled_host,
        seconds=round(longest if own is None else own, 1),
        resolver=server_text(slow.server),
        waited=round(longest, 1),
    )


CHECK = EndpointCheck(
    id="dns-slow",
    owner=Owner.NETWORK,
    by_place=True,
    article=__doc__,
    judge=judge,
    applies=looks_up,
    sentences=Sentences(
        title="Looking up {name} takes {seconds} s",
        seen="Looking up {name} took {seconds} s; {resolver}, asked by itself, took {waited} s.",
        means="Every first connection to this host is that much later, and impatient programs give up.",
        remedy=("Give your DNS team the name {name} and the resolver {resolver}, and ask what it waits for.",),
    ),
)
