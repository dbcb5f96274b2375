"""The service redirects to a host that is not in the endpoint list.

*What it means*

The service answered with a redirect (3xx), and the address it points to belongs to another owner than any endpoint of the list.

*Why it matters*

A program that follows will need that host, too, and a firewall that was opened for the list alone stops it there. It may also
be a name that was retired, or taken over by a page that has nothing to do with the service.

*What to do*

Check whether the provider documents the new host. If so, add it to the list and have it allowed. If not, ask them.

*How it is told apart*

Many healthy services redirect browsers to their front page, so this is a warning. It is a problem only where the list names
the statuses that it expects and the redirect is none of them. Redirects within the list's own domains do not count, nor do
answers that somebody else has signed. Over plain HTTP the network itself redirects people to its sign-in page. Without a mark
of the service it is no more than possible there, and `http-captive-portal` is named beside it.
"""

from diag.knowledge.domains import registrable_domain, registrable_domains
from diag.knowledge.response_author import (
    BY_THE_PROXY,
    ON_THE_WAY,
    REDIRECTS,
    SeenReply,
    bears_mark,
    confidence_in,
    excluded,
    said_by_service,
    speaks_http,
    target_of,
)
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Confidence, Finding, Owner, problem, warning


def judge(view: EndpointView) -> Finding:
    """Return whether the service answered with a redirect to somebody else's host."""
    seen = said_by_service(view, lambda one: _leads_elsewhere(view, one))
    if isinstance(seen, Finding):
        return seen
    # Over plain HTTP the network itself sends people to its login page by a redirect.
    by_anybody = not view.endpoint.speaks_tls and not bears_mark(view, seen.answer)
    say = problem if view.endpoint.expects.status and not by_anybody else warning
    return say(
        seen.observation,
        about=target_of(seen.answer),
        confidence=Confidence.POSSIBLE if by_anybody else confidence_in(view, seen),
        rules_out=excluded(view, seen),
        endpoint=str(view.endpoint.authority),
        status=seen.answer.status,
        target=target_of(seen.answer),
    )


def _leads_elsewhere(view: EndpointView, seen: SeenReply) -> bool:
    status, target = seen.answer.status, target_of(seen.answer)
    if status not in REDIRECTS or status in view.endpoint.expects.status:
        return False
    return bool(target) and registrable_domain(target) not in registrable_domains(view.evidence.hosts)


CHECK = EndpointCheck(
    id="http-redirected-elsewhere",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-15.4",
    do=(HowTo.NETWORK_FIREWALL,),
    see=(
        ShellLine("curl -sv -o /dev/null {to_url}", "the Location header"),
        ShellLine("curl.exe -sv -o NUL {to_url}", "the Location header", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    explains=("http-status-unexpected",),
    rivals=(
        ON_THE_WAY,
        BY_THE_PROXY,
        Rival("http-captive-portal", decided_by="whether a browser on this computer is asked to sign in"),
    ),
    sentences=Sentences(
        title="{endpoint} redirects to {target}",
        seen="{endpoint} answered with status {status}, a redirect to {target}. No endpoint of the list belongs to that host.",
        means="Programs that follow the redirect also need {target}. Or the name now belongs to something else.",
        remedy=(
            "Ask the service's provider, or check its documentation, whether {endpoint} should redirect to {target}.",
            "If it should, add {target} to the endpoint list and to the firewall's allowlist.",
        ),
    ),
)
