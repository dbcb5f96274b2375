"""The service says that it was asked too often, and answers no more for a while.

*What it means*

Services count requests, by account or by the address they come from. Above a limit they answer with status 429 instead of doing
what was asked; some with 403 or 503, and a header that says that no request is left.

*Why it matters*

Name, network, proxy and TLS work. Behind a shared address (a proxy, a NAT gateway) others may have used up the limit.

*What to do*

Wait as long as the service says, and let the program ask less often, with growing pauses. If it lasts without reason, ask the
provider which limit is hit and by which address.

*How it is told apart*

An answer that a proxy or a content network wrote is not the service's own, and is not called so. Another refusal counts only
where its own count of remaining requests is 0.
"""

import re

from diag.knowledge.each_address import ANSWERED_AT, at_each_answer
from diag.knowledge.response_author import BY_THE_PROXY, ON_THE_WAY, confidence_in, excluded, field, said_by_service, speaks_http
from diag.model.answer import HttpReply
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import Shell, ShellLine
from diag.model.verdict import Finding, Owner, problem

_TOO_MANY = 429
_ALSO = frozenset({403, 503})
"""By which some services say it too, with their count (GitHub's REST API for one)."""
_REMAINING = ("x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining")
_IETF_NONE_LEFT = re.compile(r"(?:^|[;,])\s*(?:r|remaining)\s*=\s*0\s*(?:$|[;,])")
"""In the field RateLimit of the drafts of the IETF's working group on HTTP APIs."""


@at_each_answer
def judge(view: EndpointView) -> Finding:
    """Return whether the service itself answered 429 (RFC 6585, section 4), or refused while its count of requests left is 0."""
    seen = said_by_service(view, lambda one: _is_limit(one.answer) and one.answer.status not in view.endpoint.expects.status)
    if isinstance(seen, Finding):
        return seen
    wait = field(seen.answer.headers, "retry-after")
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=confidence_in(view, seen),
        rules_out=excluded(view, seen),
        endpoint=str(view.endpoint.authority),
        status=seen.answer.status,
        none_left=_none_left(seen.answer) or None,
        wait=int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 10 else None,
    )


def _is_limit(answer: HttpReply) -> bool:
    return answer.status == _TOO_MANY or (answer.status in _ALSO and _none_left(answer))


def _none_left(answer: HttpReply) -> bool:
    """Whether the answer's own count of the requests that are left is 0."""
    counts = [field(answer.headers, name) for name in _REMAINING]
    return "0" in counts or _IETF_NONE_LEFT.search(field(answer.headers, "ratelimit")) is not None


CHECK = EndpointCheck(
    id="http-rate-limited",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc6585#section-4",
    see=(
        ShellLine("curl -sv -o /dev/null {to_url}", "status {status}"),
        ShellLine("curl.exe -sv -o NUL {to_url}", "status {status}", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    explains=("http-status-unexpected", "http-server-error"),
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
    measures=("wait",),
    sentences=Sentences(
        title="{endpoint} limits the number of requests, and the limit is reached",
        seen=(
            "{endpoint} answered with status {status} (too many requests).",
            When("none_left", (True,), "By its own count, no request is left."),
            "It asks for a pause of {wait} s.",
            *ANSWERED_AT,
        ),
        means="The network path works. The account, or the address of this network, sends more requests than the service allows.",
        remedy=(
            "Wait, then try again. Make the programs that use {endpoint} pause longer after each refusal.",
            "If it lasts, ask the service's provider which limit is reached, and whether others share it with you.",
        ),
    ),
)
