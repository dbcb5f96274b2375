"""The resolvers refuse to answer this computer (REFUSED).

*What it means*

The resolvers are alive and say no: they do not serve this computer, or do not serve this name. Resolvers are commonly open to
certain networks alone.

*Why it matters*

Names cannot be turned into addresses here, though the resolvers are reached.

*What to do*

See whether these are the resolvers of the network that this computer is in now. If they are, the DNS team has to allow this
computer's network, or to switch recursion on for it.

*How it is told apart*

A resolver that tries and fails says SERVFAIL: dns-server-failure. One that cannot be reached says nothing:
dns-resolver-silent.
"""

from diag.knowledge.resolver_answers import (
    DnsOutcome,
    agreed,
    answers_by_resolver,
    codes_of,
    looked_up,
    looks_up,
    named,
    not_this,
    reasons,
    seen_of,
    settled,
)
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.verdict import Confidence, Finding, Owner, problem


def judge(view: EndpointView) -> Finding:
    if finding := settled(view):
        return finding
    heard = answers_by_resolver(view)
    refusing = agreed(heard, DnsOutcome.REFUSED)
    if not refusing:
        return not_this(view)
    silent = tuple(voice for voice in heard if voice not in refusing)
    return problem(
        *looked_up(view),
        *seen_of(heard),
        about=", ".join(named(refusing)),
        confidence=Confidence.LIKELY if silent else Confidence.CERTAIN,
        name=view.dialled_host,
        resolvers=named(refusing),
        silent=named(silent),
        reasons=reasons(codes_of(refusing)) or ("none given",),
    )


CHECK = EndpointCheck(
    id="dns-query-refused",
    owner=Owner.NETWORK,
    by_place=True,
    article=__doc__,
    judge=judge,
    applies=looks_up,
    sentences=Sentences(
        title="The resolvers refuse to answer this computer: {resolvers}",
        seen="Asked for {name}, {resolvers} answered REFUSED; reasons given: {reasons}. No answer from: {silent}.",
        means="The resolvers are alive, and do not serve this computer or this name.",
        remedy=(
            "See whether {resolvers} are the resolvers of the network that this computer is in now.",
            "If they are, ask your DNS team to let {resolvers} answer this computer's network for {name}.",
        ),
    ),
)
