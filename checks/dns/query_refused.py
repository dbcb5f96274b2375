"""The resolvers refuse to answer this computer (REFUSED).

*What it means*

The resolvers work, but refuse: they do not serve this computer, or do not serve this name. Resolvers are commonly open to
certain networks alone.

*Why it matters*

Names cannot be turned into addresses here, though the resolvers are reached.

*What to do*

Check that these are the resolvers of the present network. If they are, the DNS team has to allow this computer's network, or
to switch recursion on for it.

*How it is told apart*

A resolver that tries and fails says SERVFAIL: dns-server-failure. One that cannot be reached says nothing:
dns-resolver-silent.
"""

from diag.knowledge.extended_errors import ExtendedError, errors_given
from diag.knowledge.resolver_answers import (
    SILENT_MAY_KNOW,
    DnsOutcome,
    agreed,
    answers_by_resolver,
    looked_up,
    looks_up,
    named,
    not_this,
    seen_of,
    settled,
)
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
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
        rules_out={SILENT_MAY_KNOW.id: () if silent else seen_of(heard)},
        name=view.dialled_host,
        resolvers=named(refusing),
        silent=named(silent) or None,
        extended_errors=errors_given(refusing) or None,
    )


CHECK = EndpointCheck(
    id="dns-query-refused",
    owner=Owner.DNS,
    by_place=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1",
    do=(
        HowTo.RESOLVERS,
        HowTo.RUN_RESOLVER,
    ),
    see=(
        ShellLine("dig +tries=1 @{resolvers} {name}", "status: REFUSED"),
        ShellLine("Resolve-DnsName {name} -Server {resolvers}", "DNS operation refused", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    rivals=(SILENT_MAY_KNOW,),
    tokens={"extended_errors": ExtendedError},
    sentences=Sentences(
        title="The resolvers refuse to answer this computer: {resolvers}",
        seen=(
            "{resolvers} answered REFUSED for {name}.",
            "{resolvers:Its reason|Their reasons}: {extended_errors}.",
            "{silent} did not answer.",
        ),
        means="The resolvers work, but do not serve this computer or {name:this name|these names}.",
        remedy=(
            "Ask your DNS team to let {resolvers} answer this computer for {name}.",
            "If {resolvers} {resolvers:belongs|belong} to another network than the present one, remove {resolvers:it|them}"
            " from this computer's settings.",
        ),
    ),
)
