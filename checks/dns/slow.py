"""Looking up the name takes long.

*What it means*

The system needed more than a second for the name's address, and a resolver that was asked by itself needed as long. Where the
user named the resolvers, the first one's answer alone is looked at.

*Why it matters*

Every first connection to this host is that much later. Programs with short time-outs give up.

*What to do*

The DNS team can see in the resolver's log what it waits for: a forwarding target that is far away or half dead, for one.

*How it is told apart*

Where a dead first resolver is the reason, dns-first-resolver-dead says so. Where the resolvers answer quickly and the system
alone is slow, nothing is said here: the wait is then this computer's own.
"""

from checks.dns.answers import (
    Said,
    Voice,
    looked_up,
    looks_up,
    named_by_user,
    resolved,
    seen_of,
    server_text,
    settled,
    voices,
)
from diag.model.case import Case
from diag.model.check import EndpointCheck, Sentences
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, unknown, warning

LONG = 1.0
"""Seconds."""


def _judge(case: Case) -> Finding:
    heard = [voice for voice in voices(case) if voice.said is Said.ADDRESSES]
    if finding := _not_slow(case, heard):
        return finding
    if not heard:
        return unknown(Because.UNDECIDED, *looked_up(case))
    if min(map(_wait, heard)) <= LONG:
        return unknown(Because.UNDECIDED, *looked_up(case), *seen_of(heard))
    slow = max(heard, key=_wait)
    return warning(
        *looked_up(case),
        *seen_of(heard),
        about=server_text(slow.server),
        confidence=Confidence.LIKELY,
        name=case.dialled_host,
        seconds=round(case.lookup.observation.took if case.lookup else _wait(heard[0]), 1),
        resolver=server_text(slow.server),
        waited=round(_wait(slow), 1),
    )


def _not_slow(case: Case, heard: list[Voice]) -> Finding | None:
    """The finding where the name was not resolved, or was in good time; None: it took long."""
    if not resolved(case):
        return settled(case) or unknown(Because.UNDECIDED, *looked_up(case))
    if case.lookup:
        return ok(case.lookup.observation) if case.lookup.observation.took <= LONG else None
    if not named_by_user(case) or not heard:
        return unknown(Because.NOT_LOOKED, *seen_of(heard))
    return ok(*heard[0].seen) if _wait(heard[0]) <= LONG else None


def _wait(voice: Voice) -> float:
    return max(seen.took for seen in voice.seen)


CHECK = EndpointCheck(
    id="dns-slow",
    owner=Owner.NETWORK,
    article=__doc__,
    judge=_judge,
    applies=looks_up,
    sentences=Sentences(
        title="Looking up {name} takes {seconds} s",
        seen="The lookup of {name} took {seconds} s; {resolver}, asked by itself, took {waited} s.",
        means="Every first connection to this host is that much later, and impatient programs give up.",
        remedy=("Give your DNS team the name {name} and the resolver {resolver}, and ask what it waits for.",),
    ),
)
