"""The service itself says that it does not serve the address that this request came from.

*What it means*

Services let their customers name the networks from which they may be used (a network policy, an IP allow list, a firewall of the
service). The service was reached, and answered that this one is not among them.

*Why it matters*

Nothing on this computer or on the way is broken. Logins and requests from here will be refused until the policy names the address
under which the service sees this computer.

*What to do*

Ask your administrator of the service to add that address to the policy. It is the address of your network's exit, or the private
one where a private link is used; it may be another one with the VPN than without.

*How it is told apart*

Only documented codes in the service's own answer count: those of its profile, and a few that are known without one. A bare 403
says nothing of the kind.
"""

from diag.knowledge.response_author import confidence_in, said_by_service, speaks_http
from diag.knowledge.response_codes import ASK, refusal
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.fingerprint import Denial
from diag.model.verdict import Finding, Owner, problem


def judge(view: EndpointView) -> Finding:
    """Whether the service's answer holds a code that is about the address of the client."""
    seen = said_by_service(view, lambda one: refusal(view, one.answer, Denial.ADDRESS) is not None)
    if isinstance(seen, Finding):
        return seen
    refused = refusal(view, seen.answer, Denial.ADDRESS)
    assert refused is not None
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=confidence_in(view, seen),
        endpoint=str(view.endpoint.authority),
        status=seen.answer.status,
        code=refused.code,
        reading=refused.means,
        advice=refused.remedy or ASK,
    )


CHECK = EndpointCheck(
    id="http-network-policy-denied",
    owner=Owner.CLOUD,
    article=__doc__,
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    explains=("http-status-unexpected",),
    sentences=Sentences(
        title="{endpoint} does not serve the address that requests from here come from",
        seen="{endpoint} answered with status {status} and the code {code}. That means: {reading}",
        means="The way there works. A policy of the account at the service does not name the network of this computer.",
        remedy=(
            "{advice}",
            "If you should come in by VPN or private link, connect that first: the service sees another address then.",
        ),
    ),
)
