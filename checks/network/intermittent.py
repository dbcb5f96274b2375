"""The same test fails at times and succeeds at others.

*What it means*

You asked for the endpoint to be looked at several times (`--repeat`). Each time the same was done, from the lookup of the name
to the answer. Some of these attempts succeeded, and others did not.

*Why it matters*

Programs here fail now and then, and a single test that happens to succeed proves nothing.

*What to do*

Follow the pattern. One address among several, or one resolver, is a server or a path of its own. Every second or third time
points at a balancer with a faulty member. Failures in a row point at something that is overloaded, or that comes and goes.

*How it is told apart*

The attempts are counted, and the order in which they failed is compared with an even rhythm and with rows of failures. Where
every attempt fails the cause is steady, and the other checks tell of it. They also do where one address of several shows by
itself what is wrong with it. This is what is left where nothing else explains the failures. Attempts that did not end, because
time ran out, are not counted.
"""

from collections import Counter
from enum import StrEnum
from itertools import groupby, pairwise

from msgspec import Struct

from diag.knowledge.asked_for import repeats
from diag.knowledge.resolver_answers import DnsOutcome, answers_by_resolver, server_text
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, ShellLine
from diag.model.observation import Observation
from diag.model.question import dialled
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown

SURE = 2
"""How many failures, and how many successes, leave no doubt that both happen."""
RHYTHM = 3
"""How many failures at even distances make a rhythm."""
ROW = 3
"""How many failures one after the other make a burst."""


class WalkStage(StrEnum):
    """Where looks ended."""

    START = "start"
    LOOKUP = "lookup"
    CONNECT = "connect"
    TUNNEL = "tunnel"
    UPGRADE = "upgrade"
    HANDSHAKE = "handshake"
    EXCHANGE = "exchange"


_OWNERS = {
    Stage.LOOKUP: Owner.DNS,
    Stage.CONNECT: Owner.NETWORK,
    Stage.TUNNEL: Owner.PROXY,
    Stage.UPGRADE: Owner.SERVICE,
    Stage.HANDSHAKE: Owner.SERVICE,
    Stage.EXCHANGE: Owner.SERVICE,
}
"""Whose it is as a rule, by the stage at which most looks ended: who answered there, or should have."""


def _ended(walk: EndpointView) -> bool:
    """Whether a walk came to an end of its own, good or bad."""
    return (walk.arrived or walk.stopped) and not any(seen.fault for seen in walk.observations)


def _used(walk: EndpointView) -> str:
    """The address on which a walk went on, or at which it failed; empty: none."""
    if walk.session and walk.session.question.over:
        return dialled(walk.session.question).host
    return walk.connected[0].host if walk.connected else walk.addresses[0] if len(walk.addresses) == 1 else ""


def _mute(walk: EndpointView) -> frozenset[str]:
    """The resolvers that did not answer, or failed, in a walk."""
    bad = (DnsOutcome.NOTHING, DnsOutcome.SERVER_FAILURE, DnsOutcome.REFUSED, DnsOutcome.CUT_SHORT)
    return frozenset(server_text(voice.server) for voice in answers_by_resolver(walk) if voice.said in bad)


class Pattern(Struct, frozen=True):
    """In what order looks failed. Neither: in no order that could be seen."""

    every: int = 0
    """At even distances, every so many looks."""
    row: int = 0
    """One after the other, up to so many."""


def pattern(failed: list[bool]) -> Pattern:
    """Return the order in which looks failed."""
    at = [index for index, is_failed in enumerate(failed) if is_failed]
    steps = {after - before for before, after in pairwise(at)}
    if len(at) >= RHYTHM and len(steps) == 1:
        step = steps.pop()
        if step > 1 and at[0] < step and len(failed) - at[-1] <= step:
            return Pattern(every=step)
    longest = max((len(list(group)) for is_failed, group in groupby(failed) if is_failed), default=0)
    return Pattern(row=longest) if longest >= ROW else Pattern()


def _address(good: list[EndpointView], bad: list[EndpointView]) -> str | None:
    """The address that all failed looks share, and no good one used."""
    addresses = {_used(walk) for walk in bad}
    alone = len(addresses) == 1 and "" not in addresses and not addresses & {_used(walk) for walk in good}
    return addresses.pop() if alone else None


def _resolver(good: list[EndpointView], bad: list[EndpointView]) -> str | None:
    """The one resolver that failed in all failed looks, and in no good one."""
    mute = frozenset.intersection(*(_mute(walk) for walk in bad)) - frozenset[str]().union(*(_mute(walk) for walk in good))
    return next(iter(mute)) if len(mute) == 1 else None


def _refused(bad: list[EndpointView]) -> bool:
    """Whether every failed look ended in refusals in the host's name: as by a load balancer with a dead machine behind it."""
    dials = [dial for walk in bad for dial in walk.dials if dial.answer.failure]
    return all(walk.reached is Stage.CONNECT for walk in bad) and all(dial.answer.failure == Failure.REFUSED for dial in dials)


def _last(walk: EndpointView) -> Observation:
    """The observation at which a walk ended."""
    dials = walk.dials if walk.reached is Stage.CONNECT else ()
    ends = [dial.observation for dial in dials if bool(dial.answer.failure) is walk.stopped]
    lookups = [seen.observation for seen in (walk.lookup, *walk.resolver_replies) if seen]
    return walk.ended_above or next(iter((*ends, *lookups)), walk.observations[-1])


def judge(view: EndpointView) -> Finding:
    walks = [walk for walk in view.walks if _ended(walk)]
    good, bad = [walk for walk in walks if walk.arrived], [walk for walk in walks if not walk.arrived]
    if len(walks) < SURE:
        return unknown(Because.NO_ANSWER)
    if not good or not bad:
        return ok(*(_last(walk) for walk in walks), looks=len(walks), failed=len(bad))
    stages = Counter(walk.reached for walk in bad)
    order, address, resolver = pattern([not walk.arrived for walk in walks]), _address(good, bad), _resolver(good, bad)
    ended_at = stages.most_common(1)[0][0]
    return problem(
        *(_last(walk) for walk in bad),
        _last(good[0]),
        about=str(view.endpoint),
        owner=Owner.DNS if resolver else Owner.SERVICE if address or _refused(bad) else _OWNERS.get(ended_at),
        rules_out={
            "changed-once": [_last(walk) for walk in bad] if min(len(good), len(bad)) >= SURE else (),
            "firewall-at-times": [] if ended_at is Stage.CONNECT else [_last(walk) for walk in bad],
        },
        host=view.endpoint.host,
        looks=len(walks),
        failed=len(bad),
        percent=round(100 * len(bad) / len(walks)),
        every=order.every or None,
        row=order.row or None,
        at_address=address,
        at_resolver=resolver,
        stages=tuple(WalkStage[stage.name].value for stage, _ in stages.most_common()),
    )


CHECK = EndpointCheck(
    id="network-intermittent",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2",
    do=(HowTo.TIME_OUT,),
    see=(
        ShellLine(
            "for n in 1 2 3 4 5 6 7 8 9; do curl -so /dev/null --connect-timeout 5 {to_url} || echo failed; done",
            "failed, in some of the attempts",
        ),
    ),
    judge=judge,
    applies=repeats,
    is_what_is_left=True,
    tokens={"stages": WalkStage},
    rivals=(
        Rival(
            "changed-once",
            decided_by="more attempts (--repeat)",
            words="a lasting or single change in the middle of the run",
        ),
        Rival(
            "firewall-at-times",
            owner=Owner.NETWORK,
            whose=True,
            decided_by="the same attempts from another network",
            words="a firewall in between drops or refuses some of the connections",
        ),
    ),
    explains=(
        "dns-resolver-silent",
        "dns-server-failure",
        "network-connection-filtered",
        "network-connection-refused",
        "network-connection-rejected",
        "network-connection-cut",
        "tls-handshake-cut",
        "tls-handshake-silent",
        "http-no-answer",
    ),
    sentences=Sentences(
        title="{host} fails at times: {failed} of {looks} attempts",
        seen=(
            "Of {looks} attempts, {failed} failed ({percent} %). They ended at {stages}.",
            When("every", (2,), "Every second attempt failed."),
            When("every", (3,), "Every third attempt failed."),
            When("every", tuple(range(4, 100)), "Every {every}th attempt failed."),
            "Up to {row} attempts failed in a row.",
            "All failed attempts went to the address {at_address}, and no successful one did.",
            "The resolver {at_resolver} did not answer in any of the failed attempts, and answered in all others.",
        ),
        means="The fault comes and goes, so one successful test proves nothing.",
        remedy=(
            "Tell the provider of {host} that its address {at_address} fails, and the others do not.",
            "Ask the DNS team why the resolver {at_resolver} fails at times.",
            When(
                "every",
                (),
                "Tell the provider that attempts fail at even distances, as with one faulty server among several.",
            ),
            "Send the times of the failed attempts to the team or provider named above."
            " Ask which server or link took part in them.",
            "Repeat with more attempts and longer pauses, to find out whether it follows the load of the day.",
        ),
    ),
)
