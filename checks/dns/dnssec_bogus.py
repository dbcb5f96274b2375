"""The name's DNSSEC signatures do not hold, so the resolvers refuse to give its address.

*What it means*

The zone of this name is signed. The resolvers here check such signatures, and those of this name are expired, missing or
wrong. They then answer SERVFAIL on purpose. With the check switched off they do give an answer.

*Why it matters*

Whoever uses a resolver that checks signatures cannot reach the service; whoever uses one that does not, can. That makes it
look like a fault of this network.

*What to do*

The owner of the zone has to sign it anew, or mend the DS record at its parent. Until then the DNS team can set an exception
for that zone (a negative trust anchor, RFC 7646). Make sure first that this resolver's own clock is right.

*How it is told apart*

SERVFAIL that stays without the check has another reason: dns-server-failure.
"""

from diag.knowledge.dnssec import failing, failing_behind, unvalidated, without_validation
from diag.knowledge.resolver_answers import codes_of, looked_up, looks_up, named, not_this, reasons, seen_of, settled
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

VALIDATION = frozenset({1, 2, 5, 6, 7, 8, 9, 10, 11, 12})
"""The extended errors that are about DNSSEC (RFC 8914, sections 4.2 to 4.13)."""


def judge(view: EndpointView) -> Finding:
    if finding := settled(view):
        return finding
    failed = failing(view)
    if not failed:
        return not_this(view)
    unchecked = without_validation(view)
    if not unchecked.answered:
        return ok(*unchecked.seen) if unchecked.failed else unknown(Because.UNDECIDED, *seen_of(failed))
    behind = failing_behind(view)
    codes = codes_of((*failed, *behind))
    return problem(
        *looked_up(view),
        *seen_of((*failed, *behind)),
        *unchecked.seen,
        about=view.dialled_host,
        confidence=Confidence.CERTAIN if VALIDATION.intersection(codes) else Confidence.LIKELY,
        name=view.dialled_host,
        resolvers=named(behind or failed),
        reasons=reasons(codes) or ("none given",),
        unchecked=unchecked.word,
    )


CHECK = EndpointCheck(
    id="dns-dnssec-bogus",
    owner=Owner.SERVICE,
    article=__doc__,
    judge=judge,
    applies=looks_up,
    questions=unvalidated,
    sentences=Sentences(
        title="The signatures of {name} in DNS do not hold, so resolvers refuse to give its address",
        seen="{resolvers} answered SERVFAIL for {name}; reasons given: {reasons}. With the check of signatures off: {unchecked}.",
        means="The resolvers here check DNSSEC signatures, and find those of this name expired, missing or wrong.",
        remedy=(
            "Tell the owner of the zone of {name} that its DNSSEC signatures fail, with the reasons: {reasons}.",
            "Have your DNS team see whether the clock of {resolvers} is right: a wrong clock makes good signatures look expired.",
            "Until the zone is mended, your DNS team can set an exception for it (a negative trust anchor, RFC 7646).",
        ),
    ),
)
