"""The service was reached and reports an error of its own (status 5xx).

*What it means*

Name, network, proxy and TLS all work: the request arrived. The service answered that it cannot serve it now, with a status from
500 upwards, which is the server's way of saying that the fault is on its side.

*Why it matters*

Nothing on this computer or its network will change it. Waiting, or the service's provider, will.

*What to do*

See the provider's status page and try again in some minutes. If it lasts, report the time, the name and the status to them.

*How it is told apart*

Who wrote the answer is settled first. Inside TLS with a trusted certificate for the right name nobody on the way can write.
Over plain HTTP a proxy can: what carries a proxy's mark, or is a gateway's status behind a proxy, is not counted against the
service. What a content network in front of the service wrote by itself is left open, too.
"""

from checks.http.writers import confidence_in, speaks_http
from diag.model.author import Author, author
from diag.model.case import Case, Stage
from diag.model.check import EndpointCheck, Sentences
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown

PORTAL = 511
"""Network authentication required (RFC 6585, section 6): never a service's."""


def judge(case: Case) -> Finding:
    """Whether the service itself answered with a status of 500 to 599."""
    seen = case.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    status = seen.answer.status
    if not status:
        return unknown(Because.UNDECIDED, seen.observation)
    if not 500 <= status < 600 or status == PORTAL or status in case.endpoint.expects.status:
        return ok(seen.observation)
    wrote = author(case, seen)
    if wrote is not Author.SERVICE:
        return unknown(Because.UNDECIDED, seen.observation, status=status, author=wrote.value)
    return problem(
        seen.observation,
        about=str(case.endpoint.authority),
        confidence=confidence_in(case, seen),
        endpoint=str(case.endpoint.authority),
        status=status,
        path=case.endpoint.path,
    )


CHECK = EndpointCheck(
    id="http-server-error",
    owner=Owner.SERVICE,
    article=__doc__ or "",
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    explains=("http-status-unexpected",),
    sentences=Sentences(
        title="{endpoint} answers with an error of its own: status {status}",
        seen="The request for {path} reached {endpoint}, and it answered with status {status}.",
        means="The way there works. The service says that it cannot serve the request, and that the fault is on its side.",
        remedy=(
            "See the status page of the service's provider, and try again in some minutes.",
            "If it lasts, report to them that {endpoint} answers {path} with status {status}, and since when.",
        ),
    ),
)
