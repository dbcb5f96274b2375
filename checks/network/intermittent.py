"""The same look fails at times and succeeds at others.

*What it means*

You asked for the endpoint to be looked at several times (`--repeat`). Each time the same was done, from the lookup of the name
to the answer. Some of these looks succeeded, and others did not.

*Why it matters*

Programs here fail now and then, and a single test that happens to succeed proves nothing.

*What to do*

Follow the pattern. One address among several, or one resolver, is a server or a path of its own. Every second or third time
points at a balancer with a faulty member. Failures in a row point at something that is overloaded, or that comes and goes.

*How it is told apart*

The looks are counted, and the order in which they failed is compared with an even rhythm and with rows of failures. Where every
look fails the cause is steady, and the other checks tell of it. Looks that did not end, because time ran out, are not counted.
"""

from collections import Counter
from itertools import groupby, pairwise

from diag.knowledge.resolver_answers import DnsOutcome, answers_by_resolver, server_text
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.observation import Observation
from diag.model.question import dialled
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

SURE = 2
"""How many failures, and how many successes, leave no doubt that both happen."""
RHYTHM = 3
"""How many failures at even distances make a rhythm."""
ROW = 3
"""How many failures one after the other make a burst."""
_STAGES = {
    Stage.LOOKUP: "the lookup of the name",
    Stage.CONNECT: "the connection",
    Stage.TUNNEL: "the proxy",
    Stage.UPGRADE: "the start of encryption (STARTTLS)",
    Stage.HANDSHAKE: "the encryption (TLS)",
    Stage.EXCHANGE: "the answer",
}


def _repeats(view: EndpointView) -> bool:
    return view.evidence.run.trials.repeat > 1


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


def pattern(failed: list[bool]) -> str:
    """In what order looks failed: `every third time`, `in rows of up to 4`, `without an order that could be seen`."""
    at = [index for index, is_failed in enumerate(failed) if is_failed]
    steps = {after - before for before, after in pairwise(at)}
    if len(at) >= RHYTHM and len(steps) == 1:
        step = steps.pop()
        if step > 1 and at[0] < step and len(failed) - at[-1] <= step:
            return {2: "every second time", 3: "every third time"}.get(step, f"every {step}th time")
    longest = max((len(list(group)) for is_failed, group in groupby(failed) if is_failed), default=0)
    return f"in rows of up to {longest}" if longest >= ROW else "in no order that could be seen"


def _culprit(good: list[EndpointView], bad: list[EndpointView]) -> str:
    """What all failed looks share, and no good one has; empty: nothing."""
    addresses = {_used(walk) for walk in bad}
    if len(addresses) == 1 and "" not in addresses and not addresses & {_used(walk) for walk in good}:
        return f"always at the address {addresses.pop()}"
    mute = frozenset.intersection(*(_mute(walk) for walk in bad)) - frozenset[str]().union(*(_mute(walk) for walk in good))
    if len(mute) == 1:
        return f"always when the resolver {next(iter(mute))} failed"
    return ""


def _last(walk: EndpointView) -> Observation:
    """The observation at which a walk ended."""
    at = {
        Stage.CONNECT: next((dial for dial in walk.dials if bool(dial.answer.failure) is walk.stopped), None),
        Stage.TUNNEL: walk.tunnel,
        Stage.UPGRADE: walk.upgrade,
        Stage.HANDSHAKE: walk.session,
        Stage.EXCHANGE: walk.exchange,
    }.get(walk.reached)
    lookups = [seen.observation for seen in (walk.lookup, *walk.resolver_replies) if seen]
    return at.observation if at else next(iter(lookups), walk.observations[-1])


def judge(view: EndpointView) -> Finding:
    walks = [walk for walk in view.walks if _ended(walk)]
    good, bad = [walk for walk in walks if walk.arrived], [walk for walk in walks if not walk.arrived]
    if len(walks) < SURE:
        return unknown(Because.NO_ANSWER)
    if not good or not bad:
        return ok(*(_last(walk) for walk in walks), looks=len(walks), failed=len(bad))
    stages = Counter(walk.reached for walk in bad)
    culprit = _culprit(good, bad)
    return problem(
        *(_last(walk) for walk in bad),
        _last(good[0]),
        about=str(view.endpoint),
        confidence=Confidence.CERTAIN if min(len(good), len(bad)) >= SURE else Confidence.LIKELY,
        host=view.endpoint.host,
        looks=len(walks),
        failed=len(bad),
        percent=round(100 * len(bad) / len(walks)),
        pattern=", ".join(part for part in (pattern([not walk.arrived for walk in walks]), culprit) if part),
        stages=tuple(_STAGES.get(stage, "the start") for stage, _ in stages.most_common()),
        neighbour="a change for good, or for once, in the middle of the looks",
        decided_by="more looks (--repeat)",
    )


CHECK = EndpointCheck(
    id="network-intermittent",
    owner=Owner.NETWORK,
    article=__doc__,
    judge=judge,
    applies=_repeats,
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
        title="{host} fails at times: {failed} of {looks} looks",
        seen="Of {looks} looks, {failed} failed ({percent} in a hundred): {pattern}. They ended at {stages}.",
        means="The fault comes and goes, so a single test that succeeds proves nothing.",
        remedy=(
            "Give the pattern ({pattern}) to your network team: which server or link on the way takes part in just those looks?",
            "If the failures are at one address of the service, or at every second or third time, tell the provider as well.",
            "Repeat with more looks, and longer between them, to see whether it follows the load of the day.",
        ),
    ),
)
