"""The words by which a service itself says what is wrong: codes in a field or in a small document of its own, and their meaning.

What a code means is said by the service's profile; of a few common services it is known here.
"""

import re
from dataclasses import dataclass

from diag.knowledge.response_author import field
from diag.model.answer import HttpReply
from diag.model.endpoint_view import EndpointView
from diag.model.fingerprint import Denial, Fingerprint, Mark, json_values

_XML = re.compile(rb"<Code>([A-Za-z0-9_.]{1,80})</Code>")
_JSON = re.compile(rb"\"(?:code|errorCode|error_code|reason|status)\"\s*:\s*\"?([A-Za-z0-9_.]{1,80})")
_ENDPOINT_POLICY = re.compile(rb"explicit deny in a VPC endpoint policy|no VPC endpoint policy allows", re.IGNORECASE)
"""How AWS ends the sentence about a denied request (IAM User Guide, "Troubleshoot access denied error messages")."""
_ERROR_FIELD = "x-ms-error-code"
_STORES = (
    ("x-amz-request-id", "Amazon S3"),
    ("x-ms-request-id", "Azure Storage"),
    ("x-guploader-uploadid", "Google Cloud Storage"),
)
"""Fields that object stores put into every answer of theirs."""
ADDRESS_CODES = {
    "390422": "Requests from this address are not allowed.",
    "forbiddenbyfirewall": "The address of the client is not authorized.",
    "forbiddenbyconnection": "Connections from public networks are not allowed.",
}
"""Codes about the client's address that count without a profile, in lower case: Snowflake's, and two of Azure Key Vault."""
NETWORK_RULES = frozenset({"authorizationfailure", "securitypolicyviolated", "security_policy_violated", "vpcservicecontrols"})
"""Codes of object stores for rules about where a request comes from: Azure's firewall, Google's perimeter."""
NO_CODE = "none that is known"
ASK = "Ask your administrator of the service to add the address under which it sees this computer to the network policy."


@dataclass(frozen=True)
class _Refusal:
    """What a service says by a code."""

    code: str
    means: str
    remedy: str
    """What its profile advises; empty: nothing."""


def error_words(reply: HttpReply) -> tuple[str, ...]:
    """The error codes in an answer, in order, in lower case; empty: it names none, or is no document that has any."""
    own = field(reply.headers, _ERROR_FIELD)
    kind = field(reply.headers, "content-type")
    found = _XML.findall(reply.body) if "xml" in kind else _JSON.findall(reply.body) if "json" in kind else []
    return tuple(dict.fromkeys((*((own,) if own else ()), *(word.decode("ascii").lower() for word in found))))


def object_store(reply: HttpReply) -> str:
    """Which object store wrote an answer, by its own fields; empty: none did."""
    return next((name for mark, name in _STORES if field(reply.headers, mark)), "")


def refusal(view: EndpointView, reply: HttpReply, of: Denial) -> _Refusal | None:
    """By which documented code the service refuses; None: by none. Whether the service wrote that is another question."""
    told = next((one for one in view.fingerprints if one.denies is of and one.is_in(reply)), None)
    if told is not None:
        return _Refusal(_said(told, reply), told.means, told.remedy)
    known = next((word for word in error_words(reply) if word in ADDRESS_CODES), "") if of is Denial.ADDRESS else ""
    return _Refusal(known, ADDRESS_CODES[known], ASK) if known else None


def refuses_network(view: EndpointView, reply: HttpReply) -> str:
    """The code by which a service or its object store refuses the network that a request came from; empty: it does not."""
    refused = refusal(view, reply, Denial.ADDRESS)
    return refused.code if refused else next((word for word in error_words(reply) if word in NETWORK_RULES), "")


def names_endpoint_policy(reply: HttpReply) -> bool:
    """Whether AWS says in its own answer that the policy of a VPC endpoint denies, or does not allow, the request."""
    return reply.status == 403 and bool(error_words(reply)) and _ENDPOINT_POLICY.search(reply.body) is not None


def own_code(view: EndpointView, reply: HttpReply) -> str:
    """The code in an answer whose meaning its profile tells, with that meaning."""
    told = next((one for one in view.fingerprints if one.means and one.is_in(reply)), None)
    return f"{_said(told, reply)} ({told.means.rstrip('.')})" if told else NO_CODE


def _said(told: Fingerprint, reply: HttpReply) -> str:
    """The code as it stands in the answer: a pattern may fit several."""
    match told.where:
        case Mark.HEADER:
            return field(reply.headers, told.name)
        case Mark.FIELD:
            return next((value for value in json_values(reply, told.name)), told.value)
        case _:
            return told.value
