"""The answer for the name is too long for UDP, and over TCP the resolver cannot be reached.

*What it means*

DNS uses UDP, and changes to TCP where an answer is long. The resolver said that its answer is cut short; the same question over
TCP brought no answer. Port 53 is open for UDP alone.

*Why it matters*

Names with short answers work, names with long ones do not, so a single service seems to be missing.

*What to do*

Ask the firewall team to open port 53 over TCP to the resolvers: DNS needs both (RFC 7766). Where TCP is refused at once, begin
with the team that runs the resolver: most likely it does not listen there.

*How it is told apart*

A resolver that is silent over UDP too is dns-resolver-silent. The truncated answer itself is kept, so it is certain that the
resolver is alive and has more to say. A refusal comes with the resolver's own address, so silence is most likely a firewall's,
and a refusal most likely the resolver's own. A firewall can refuse in its name as well.
"""

from diag.knowledge.resolver_answers import (
    DnsOutcome,
    agreed,
    answers_by_resolver,
    endings,
    looked_up,
    looks_up,
    named,
    not_this,
    seen_of,
    settled,
)
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Finding, Owner, problem

REFUSES_TCP = "refuses"
"""The form where the resolver's address itself refuses TCP."""
_SEEN = "For {name}, {resolvers} sent over UDP an answer that is cut short. Over TCP, port 53: {ending}."
_MEANS = "Names with an answer too long for UDP cannot be resolved here. Other names can."


def judge(view: EndpointView) -> Finding:
    if finding := settled(view):
        return finding
    heard = answers_by_resolver(view)
    short = agreed(heard, DnsOutcome.CUT_SHORT)
    if not short:
        return not_this(view)
    cut = [reply for voice in short for reply in voice.replies if reply.answer.truncated]
    ended = endings(cut)
    refuses = ended == (Failure.REFUSED,)
    return problem(
        *looked_up(view),
        *seen_of(heard),
        about=", ".join(named(short)),
        owner=Owner.DNS if refuses else Owner.NETWORK,
        form=REFUSES_TCP if refuses else None,
        name=view.dialled_host,
        resolvers=named(short),
        ending=ended,
        size=max(len(reply.answer.truncated) for reply in cut),
    )


CHECK = EndpointCheck(
    id="dns-tcp-blocked",
    owner=Owner.NETWORK,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc7766",
    do=(HowTo.RUN_RESOLVER,),
    see=(
        ShellLine("dig +tcp +tries=1 +time=3 @{resolvers} {name}", "no reply over TCP"),
        ShellLine("Test-NetConnection {resolvers} -Port 53", "TcpTestSucceeded : False", Shell.POWERSHELL),
    ),
    judge=judge,
    applies=looks_up,
    rivals=(
        Rival(
            "tcp-refused-in-its-name",
            owner=Owner.NETWORK,
            whose=True,
            where="form",
            among=(REFUSES_TCP,),
            decided_by="the same question over TCP, asked on {resolvers} itself",
            words="a firewall refuses in place of the resolver",
        ),
        Rival(
            "resolver-without-tcp",
            owner=Owner.DNS,
            whose=True,
            where="form",
            among=(None,),
            decided_by="the same question over TCP, asked on {resolvers} itself",
            words="the resolver itself does not answer over TCP",
        ),
    ),
    tokens={"ending": Failure},
    alike=("ending",),
    measures=("size",),
    sentences=Sentences(
        title="Long DNS answers are lost: {resolvers} cannot be reached over TCP",
        seen=_SEEN,
        means=_MEANS,
        remedy=(
            "Ask your firewall team to open port 53 over TCP, as well as UDP, from this computer to {resolvers}.",
            "If it is open, ask the DNS team to check that {resolvers} {resolvers:answers|answer} over TCP.",
        ),
    ),
    forms=(
        (
            REFUSES_TCP,
            Sentences(
                title="Long DNS answers are lost: {resolvers} {resolvers:refuses|refuse} TCP",
                seen=_SEEN,
                means=_MEANS,
                remedy=(
                    "Ask your DNS team to let {resolvers} answer over TCP, as well as UDP, on port 53.",
                    "If {resolvers} already {resolvers:does|do}, ask the firewall team what refuses TCP to port 53 on the path.",
                ),
            ),
        ),
    ),
)
