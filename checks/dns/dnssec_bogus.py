"""The name's DNSSEC signatures are not valid, so the resolvers refuse to give its address.

*What it means*

The zone of this name is signed. The resolvers here check such signatures, and those of this name are expired, missing or
wrong. They then answer SERVFAIL on purpose. With the check switched off they do give an answer.

*Why it matters*

With a resolver that checks signatures the service cannot be reached; with one that does not, it can. That makes it look like a
fault of this network.

*What to do*

The owner of the zone has to sign it again, or fix the DS record at its parent. Until then the DNS team can set an exception
for that zone (a negative trust anchor, RFC 7646). Make sure first that this resolver's own clock is right.

*How it is told apart*

SERVFAIL that stays without the check has another reason: dns-server-failure.
"""

from diag.knowledge.dnssec import failing, failing_behind, later, says_why, told_anew, without_validation
from diag.knowledge.extended_errors import ExtendedError, errors_given
from diag.knowledge.resolver_answers import DnsOutcome, looked_up, looks_up, named, not_this, seen_of, settled
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


def judge(view: EndpointView) -> Finding:
    if finding := settled(view):
        return finding
    failed = failing(view)
    if not failed:
        return not_this(view)
    unchecked = without_validation(view)
    if not unchecked.answered:
        return ok(*unchecked.seen) if unchecked.failed else unknown(Because.UNDECIDED, *seen_of(failed))
    again = later(view)
    if again.answered:
        return ok(*unchecked.seen, *again.seen)
    behind = failing_behind(view)
    given = errors_given((*failed, *behind))
    says_so = says_why(view)
    return problem(
        *looked_up(view),
        *seen_of((*failed, *behind)),
        *unchecked.seen,
        *again.seen,
        about=view.dialled_host,
        confidence=Confidence.CERTAIN if says_so else Confidence.LIKELY,
        rules_out={"failed-for-a-moment": seen_of((*failed, *behind)) if says_so else again.seen},
        name=view.dialled_host,
        resolvers=named(behind or failed),
        extended_errors=given or None,
        unchecked=unchecked.said,
    )


CHECK = EndpointCheck(
    id="dns-dnssec-bogus",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc4035",
    do=(HowTo.RUN_RESOLVER,),
    see=(
        ShellLine(
            "dig +tries=1 @{resolvers} {name}; dig +cd +tries=1 @{resolvers} {name}",
            "SERVFAIL first, then NOERROR without validation",
        ),
        ShellLine("Resolve-DnsName {name} -Server {resolvers}", "DNS server failure", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    questions=told_anew,
    rivals=(
        Rival(
            "failed-for-a-moment",
            words="the resolvers failed for a moment, and had recovered when they were asked without validation",
            decided_by="the same question once more, with validation on",
        ),
    ),
    tokens={"extended_errors": ExtendedError, "unchecked": DnsOutcome},
    alike=("extended_errors",),
    sentences=Sentences(
        title="The DNSSEC signatures of {name} are not valid, so resolvers refuse to give {name:its address|their addresses}",
        seen=(
            "{resolvers} answered SERVFAIL (server failure) for {name}.",
            "{resolvers:Its reason|Their reasons}: {extended_errors}.",
            "With signature checking off, the result is: {unchecked}.",
        ),
        means="The resolvers here check signatures (DNSSEC). Those of {name:this name|these names} are expired, missing or"
        " wrong.",
        remedy=(
            "Tell the owner of the zone of {name} that its DNSSEC signatures are not valid, and since when.",
            "Ask your DNS team to check the clock of {resolvers}: with a wrong clock, valid signatures look expired.",
            "Until the zone is fixed, your DNS team can set an exception for it (a negative trust anchor, RFC 7646).",
        ),
    ),
)
