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

Only documented codes in the service's own answer count. A bare 403 says nothing of the kind.
"""

from checks.http.codes import error_words
from checks.http.writers import confidence_in, speaks_http
from diag.model.author import Author, author
from diag.model.case import Case, Stage
from diag.model.check import EndpointCheck, Sentences
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown

CODES = {
    "390422": "incoming request with this address is not allowed",
    "forbiddenbyfirewall": "the client address is not authorized",
    "forbiddenbyconnection": "connections from public networks are not allowed",
}
"""Documented codes, in lower case: Snowflake's, and two of Azure Key Vault."""


def judge(case: Case) -> Finding:
    """Whether the service's answer holds a code that is about the address of the client."""
    seen = case.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not seen.answer.status:
        return unknown(Because.UNDECIDED, seen.observation)
    code = next((word for word in error_words(seen.answer) if word in CODES), "")
    if not code:
        return ok(seen.observation)
    wrote = author(case, seen)
    if wrote is not Author.SERVICE:
        return unknown(Because.UNDECIDED, seen.observation, status=seen.answer.status, author=wrote.value)
    return problem(
        seen.observation,
        about=str(case.endpoint.authority),
        confidence=confidence_in(case, seen),
        endpoint=str(case.endpoint.authority),
        status=seen.answer.status,
        code=code,
        reading=CODES[code],
    )


CHECK = EndpointCheck(
    id="http-network-policy-denied",
    owner=Owner.CLOUD,
    article=__doc__ or "",
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    explains=("http-status-unexpected",),
    sentences=Sentences(
        title="{endpoint} does not serve the address that requests from here come from",
        seen="{endpoint} answered with status {status} and the code {code} ({reading}).",
        means="The way there works. A policy of the account at the service does not name the network of this computer.",
        remedy=(
            "Ask your administrator of the service to add the address under which it sees this computer to the network policy.",
            "If you should come in by VPN or private link, connect that first: the service sees another address then.",
        ),
    ),
)
