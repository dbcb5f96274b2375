"""The service is reached over the private link, and a policy denies what comes that way.

*What it means*

The connection came about at the private address, and the service answered that its policy does not allow it from there. Policies
exist at both ends: at the service (which addresses and which private endpoints it serves) and at the endpoint (what may be
reached through it).

*Why it matters*

The private link works. Nobody gets in through it until the policy names it.

*What to do*

Have the administrator of the service add the private addresses, or the identity of this private endpoint, to its network policy;
and have the cloud administrator see whether the endpoint has a policy of its own that leaves this service or bucket out.

*How it is told apart*

Only documented codes in the service's own answer count, as for `http-network-policy-denied` and `http-storage-denied`, which this
explains. A bare 403 says nothing of the kind.
"""

from checks.http.codes import error_words
from checks.http.network_policy_denied import CODES
from checks.http.storage_denied import NETWORK_RULES
from checks.http.writers import confidence_in
from checks.privatelink.answers import expected_private, is_outside, read
from diag.model.author import Author, author
from diag.model.case import Case, Stage
from diag.model.check import EndpointCheck, Sentences
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown


def judge(case: Case) -> Finding:
    """Whether the service names a policy, over a private address."""
    seen = case.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not seen.answer.status:
        return unknown(Because.UNDECIDED, seen.observation)
    code = next((word for word in error_words(seen.answer) if word in CODES or word in NETWORK_RULES), "")
    inside = [ip for ip in read(case.addresses) if not is_outside(ip)]
    if not code or not inside or len(inside) < len(case.addresses):
        return ok(seen.observation)
    if author(case, seen) is not Author.SERVICE:
        return unknown(Because.UNDECIDED, seen.observation, status=seen.answer.status)
    return problem(
        seen.observation,
        about=str(case.endpoint.authority),
        confidence=confidence_in(case, seen),
        endpoint=str(case.endpoint.authority),
        addresses=tuple(case.addresses),
        status=seen.answer.status,
        code=code,
    )


CHECK = EndpointCheck(
    id="privatelink-policy-denied",
    owner=Owner.CLOUD,
    article=__doc__ or "",
    needs=Stage.EXCHANGE,
    applies=lambda case: expected_private(case) and case.endpoint.speaks_http and case.proxy is None,
    judge=judge,
    explains=("http-network-policy-denied", "http-storage-denied", "http-status-unexpected"),
    sentences=Sentences(
        title="{endpoint} is reached over the private link, and its policy denies what comes that way",
        seen="At the private addresses {addresses} the service answered with status {status} and the code {code}.",
        means="The private link works; a network policy of the service, or a policy of the endpoint, does not let it in.",
        remedy=(
            "Have the administrator of the service add this private endpoint, or its addresses, to the network policy.",
            "Have the cloud administrator see whether a policy of the private endpoint itself leaves {endpoint} out.",
        ),
    ),
)
