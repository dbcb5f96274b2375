"""An object store denies access.

*What it means*

Object stores (Amazon S3, Azure Storage, Google Cloud Storage) answer each request that they do not allow with a small document
that names the reason. Here the reason is a rule about the network the request came from; or the list of endpoints says that this
request should have been allowed.

*Why it matters*

The way to the store works, and it does not hand out or take in data. Loading and unloading through it fails.

*What to do*

Ask the cloud administrator to check the store's network rules: its firewall, the allowed networks and private endpoints. Then
the policy of the bucket and of the private endpoint, and the perimeter of the organisation.

*How it is told apart*

diag sends no credentials, and to such requests a store that is perfectly well answers "access denied", or that public access is
not permitted: that alone is no finding. What it cannot tell without credentials: whether a policy would let your own program in.
"""

from diag.knowledge.response_author import (
    BY_THE_PROXY,
    ON_THE_WAY,
    SeenReply,
    confidence_in,
    excluded,
    less_sure,
    said_by_service,
    speaks_http,
)
from diag.knowledge.response_codes import NETWORK_RULES, STORE_WORDS, ObjectStore, error_words, object_store
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Confidence, Finding, Owner, ok, problem

_DENIED = frozenset({403, 409})


def judge(view: EndpointView) -> Finding:
    """Return whether the store named a rule about the network, or denied what should be allowed."""
    seen = said_by_service(view, lambda one: _is_denied(view, one))
    if isinstance(seen, Finding):
        return seen
    answer, words = seen.answer, error_words(seen.answer)
    by_rule = next((word for word in words if word in NETWORK_RULES), "")
    if not by_rule and not view.endpoint.expects.status:
        return ok(seen.observation)
    least = Confidence.LIKELY if by_rule else Confidence.POSSIBLE
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=less_sure(least, confidence_in(view, seen)),
        rules_out=excluded(view, seen),
        endpoint=str(view.endpoint.authority),
        object_store=STORE_WORDS[object_store(answer)].value,
        code=by_rule or next(iter(words), None),
        status=answer.status,
    )


def _is_denied(view: EndpointView, seen: SeenReply) -> bool:
    answer = seen.answer
    return answer.status in _DENIED and answer.status not in view.endpoint.expects.status and bool(object_store(answer))


CHECK = EndpointCheck(
    id="http-storage-denied",
    owner=Owner.CLOUD,
    article=__doc__,
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html",
    do=(HowTo.PRIVATE_RULES,),
    see=(
        ShellLine("curl -sv {to_url}", "the status and the code of the refusal"),
        ShellLine("curl.exe -sv {to_url}", "the status and the code of the refusal", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    explains=("http-status-unexpected",),
    rivals=(ON_THE_WAY, BY_THE_PROXY),
    tokens={"object_store": ObjectStore},
    alike=("object_store", "code"),
    sentences=Sentences(
        title="The object store {endpoint} denies access",
        seen=(
            "{endpoint} ({object_store}) answered a request without credentials with status {status}.",
            "The code in the answer: {code}.",
        ),
        means="The network path works. A rule of the store or its organisation denies requests from here. Your own program"
        " sends credentials and may be allowed: diag cannot tell.",
        remedy=(
            "Ask the cloud administrator to check the network rules of {endpoint}: firewall, allowed networks, private"
            " endpoints.",
            "Then check the policies of the bucket or container, of the private endpoint, and of the organisation.",
        ),
    ),
)
