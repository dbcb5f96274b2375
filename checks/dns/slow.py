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

from diag.knowledge.resolver_answers import Said, looked_up, looks_up, resolved, seen_of, server_text, settled, voices
from diag.model.case import Case
from diag.model.check import EndpointCheck, Sentences
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, unknown, warning

LONG = 1.0
"""Seconds."""


def _judge(case: Case) -> Finding:
    if not resolved(case):
        return settled(case) or unknown(Because.UNDECIDED, *looked_up(case))
    heard = [voice for voice in voices(case) if voice.said is Said.ADDRESSES]
    waits = [(max(seen.took for seen in voice.seen), voice) for voice in heard]
    own = case.lookup.observation.took if case.lookup else None
    cites = (*looked_up(case), *seen_of(heard))
    if own is not None and own <= LONG:
        return ok(*cites)
    if not waits:
        return unknown(Because.UNDECIDED, *cites)
    longest, slow = max(waits, key=lambda wait: wait[0])
    if min(wait for wait, _ in waits) <= LONG:
        return ok(*cites) if own is None else unknown(Because.UNDECIDED, *cites)
    return warning(
        *cites,
        about=server_text(slow.server),
        confidence=Confidence.LIKELY,
        name=case.dialled_host,
        seconds=round(longest if own is None else own, 1),
        resolver=server_text(slow.server),
        waited=round(longest, 1),
    )


CHECK = EndpointCheck(
    id="dns-slow",
    owner=Owner.NETWORK,
    article=__doc__,
    judge=_judge,
    applies=looks_up,
    sentences=Sentences(
        title="Looking up {name} takes {seconds} s",
        seen="Looking up {name} took {seconds} s; {resolver}, asked by itself, took {waited} s.",
        means="Every first connection to this host is that much later, and impatient programs give up.",
        remedy=("Give your DNS team the name {name} and the resolver {resolver}, and ask what it waits for.",),
    ),
)
