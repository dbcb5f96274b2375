"""The service says that it was asked too often, and answers no more for a while (status 429).

*What it means*

Services count requests, by account or by the address they come from. Above a limit they answer with status 429 instead of doing
what was asked.

*Why it matters*

Name, network, proxy and TLS work. Behind a shared address (a proxy, a NAT gateway) others may have used up the limit.

*What to do*

Wait as long as the service says, and let the program ask less often, with growing pauses. If it lasts without reason, ask the
provider which limit is hit and by which address.

*How it is told apart*

An answer that a proxy or a content network wrote is not the service's own, and is not called so.
"""

from diag.knowledge.each_address import ANSWERED_AT, at_each_answer
from diag.knowledge.response_author import BY_THE_PROXY, ON_THE_WAY, confidence_in, excluded, field, said_by_service, speaks_http
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import Shell, ShellLine
from diag.model.verdict import Finding, Owner, problem

_TOO_MANY = 429


@at_each_answer
def judge(view: EndpointView) -> Finding:
    """Return whether the service itself answered 429 (RFC 6585, section 4)."""
    seen = said_by_service(view, lambda one: one.answer.status == _TOO_MANY and _TOO_MANY not in view.endpoint.expects.status)
    if isinstance(seen, Finding):
        return seen
    wait = field(seen.answer.headers, "retry-after")
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=confidence_in(view, seen),
        rules_out=excluded(view, seen),
        endpoint=str(view.endpoint.authority),
        wait=int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 10 else None,
    )


CHECK = EndpointCheck(
    id="http-rate-limited",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc6585#section-4",
    see=(
        ShellLine("curl -sv -o /dev/null {to_url}", "status 429"),
        ShellLine("curl.exe -sv -o NUL {to_url}", "status 429", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    explains=("http-status-unexpected",),
    rivals=(
        ON_THE_WAY,
        BY_THE_PROXY,
        Rival(
            "limit-too-low",
            owner=Owner.SERVICE,
            whose=True,
            decided_by="the limit that the provider sets for this account",
            words="the limit is too low for what the account may do",
        ),
    ),
    sentences=Sentences(
        title="{endpoint} limits the number of requests, and the limit is reached",
        seen=("{endpoint} answered with status 429 (too many requests).", "It asks for a pause of {wait} s.", *ANSWERED_AT),
        means="The network path works. The account, or the address of this network, sends more requests than the service allows.",
        remedy=(
            "Wait, then try again. Make the programs that use {endpoint} pause longer after each refusal.",
            "If it lasts, ask the service's provider which limit is reached, and whether others share it with you.",
        ),
    ),
)
