"""The service sends this client on to a host that is not in the list of endpoints.

*What it means*

The service answered with a redirect (3xx), and the address it points to belongs to another owner than any endpoint of the list.

*Why it matters*

A program that follows will need that host, too, and a firewall that was opened for the list alone stops it there. It may also
be a name that was retired, or taken over by a page that has nothing to do with the service.

*What to do*

See whether the provider documents the new host. If so, add it to the list and have it allowed. If not, ask them.

*How it is told apart*

Many healthy services send browsers on to their front page, so this is a warning, and a problem only where the list names the
statuses that it expects and the redirect is none of them. Redirects within the list's own domains do not count, nor do answers
that the service may not have written: over plain HTTP the network itself sends people to its login page by a redirect.
"""

from checks.http.writers import REDIRECTS, confidence_in, site_of, speaks_http, target_of
from diag.model.author import Author, author
from diag.model.case import Case, Stage
from diag.model.check import EndpointCheck, Sentences
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown, warning


def judge(case: Case) -> Finding:
    """Whether the service answered with a redirect to somebody else's host."""
    seen = case.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    status = seen.answer.status
    if not status:
        return unknown(Because.UNDECIDED, seen.observation)
    target = target_of(seen.answer)
    if status not in REDIRECTS or status in case.endpoint.expects.status or not target or site_of(target) in _own_sites(case):
        return ok(seen.observation)
    wrote = author(case, seen) if case.endpoint.speaks_tls else Author.UNKNOWN
    if wrote is not Author.SERVICE:
        return unknown(Because.UNDECIDED, seen.observation, status=status, author=wrote.value)
    say = problem if case.endpoint.expects.status else warning
    return say(
        seen.observation,
        about=target,
        confidence=confidence_in(case, seen),
        endpoint=str(case.endpoint.authority),
        status=status,
        target=target,
    )


def _own_sites(case: Case) -> set[str]:
    return {site_of(trail.endpoint.host) for trail in case.evidence.run.trails}


CHECK = EndpointCheck(
    id="http-redirected-elsewhere",
    owner=Owner.SERVICE,
    article=__doc__ or "",
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    explains=("http-status-unexpected",),
    sentences=Sentences(
        title="{endpoint} sends its clients on to {target}",
        seen="{endpoint} answered with status {status}, a redirect to {target}, which no endpoint of the list belongs to.",
        means="Clients that follow need {target}, too; or the name now belongs to something else.",
        remedy=(
            "See whether the service's provider documents {target}; if so, add it to the list and have it allowed.",
            "If not, ask the provider why {endpoint} leads there.",
        ),
    ),
)
