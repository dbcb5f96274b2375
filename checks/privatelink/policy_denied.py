"""The service is reached over the private link, but a policy denies the request.

*What it means*

The connection succeeded at the private address, and the service answered that its policy does not allow it from there.
Policies exist at both ends: at the service (which addresses and which private endpoints it serves) and at the endpoint (what
may be reached through it).

*Why it matters*

The private link works. Nobody gets in through it until the policy names it.

*What to do*

Ask the administrator of the service to add the private addresses, or the identity of this private endpoint, to its network
policy. Ask the cloud administrator whether the endpoint has a policy of its own that excludes this service or bucket.

*How it is told apart*

Only documented codes in the service's own answer count, as for `http-network-policy-denied` and `http-storage-denied`, which
this explains. What S3 says in words where the policy of a VPC endpoint denies counts as well: by that a gateway endpoint shows
itself although its addresses are public. A bare 403 says nothing of the kind.
"""

from diag.knowledge.clouds import Cloud, cloud_of
from diag.knowledge.private_names import expected_private, is_outside, read
from diag.knowledge.response_author import SeenReply, confidence_in, said_by_service
from diag.knowledge.response_codes import error_words, names_endpoint_policy, refuses_network
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Finding, Owner, problem

WRITTEN_ON_THE_WAY = "written-on-the-way"


def judge(view: EndpointView) -> Finding:
    """Return whether the service names a policy, over a private address."""
    seen = said_by_service(view, lambda one: _is_denied_inside(view, one))
    if isinstance(seen, Finding):
        return seen
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=confidence_in(view, seen),
        endpoint=str(view.endpoint.authority),
        addresses=tuple(view.addresses),
        status=seen.answer.status,
        form=BY_THE_ENDPOINT if names_endpoint_policy(seen.answer) else None,
        code=refuses_network(view, seen.answer) or next(iter(error_words(seen.answer)), None),
        cloud=cloud_of(view),
        rules_out={WRITTEN_ON_THE_WAY: [view.session.observation] if view.session else ()},
    )


def _is_denied_inside(view: EndpointView, seen: SeenReply) -> bool:
    inside = [ip for ip in read(view.addresses) if not is_outside(ip)]
    if names_endpoint_policy(seen.answer):
        return True
    private = expected_private(view) and bool(inside) and len(inside) == len(view.addresses)
    return private and bool(refuses_network(view, seen.answer))


def _names_policy(view: EndpointView) -> bool:
    return view.exchange is not None and names_endpoint_policy(view.exchange.answer)


BY_THE_ENDPOINT = "by_the_endpoint"
WHERE_THE_ENDPOINT_DENIES = Sentences(
    title="A policy of the VPC endpoint denies {endpoint}",
    seen="{endpoint} answered with status {status} and the code {code}. The answer names a policy of the VPC endpoint.",
    means="The request came over a VPC endpoint, as it should. The endpoint's policy does not list this bucket, this"
    " account or this action.",
    remedy=(
        "Ask the cloud administrator to allow the bucket or resource behind {endpoint} in the policy of the VPC endpoint"
        " (for S3 mostly a gateway endpoint).",
        "If it is a provider's bucket, ask the provider for its name. Add that one, not all buckets.",
        "Run diag again: a new policy takes effect within minutes.",
    ),
)
CHECK = EndpointCheck(
    id="privatelink-policy-denied",
    owner=Owner.CLOUD,
    article=__doc__,
    reference="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    do=(HowTo.PRIVATE_RULES,),
    see=(
        ShellLine("curl -sv {to_url}", "the refusal and its code"),
        ShellLine("curl.exe -sv {to_url}", "the refusal and its code", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=lambda view: view.endpoint.speaks_http and view.proxy is None and (expected_private(view) or _names_policy(view)),
    judge=judge,
    explains=("http-network-policy-denied", "http-storage-denied", "http-status-unexpected"),
    forms=((BY_THE_ENDPOINT, WHERE_THE_ENDPOINT_DENIES),),
    rivals=(
        Rival(
            WRITTEN_ON_THE_WAY,
            decided_by="the same request from another network",
            words="something in between wrote the answer",
        ),
    ),
    alike=("form", "code"),
    sentences=Sentences(
        title="A policy denies requests to {endpoint} over the private link",
        seen="At the private {addresses:address|addresses} {addresses}, the service answered with status {status} and the code"
        " {code}.",
        means="The private link works. A network policy of the service, or a policy of the endpoint, denies requests from it.",
        remedy=(
            "Ask the administrator of the service to add this private endpoint, or its addresses, to the network policy.",
            "Ask the cloud administrator to check whether the policy of the private endpoint itself allows {endpoint}.",
        ),
        by_cloud={
            Cloud.AWS: (
                "Ask the administrator of the service to add the id of the VPC endpoint (vpce-...), or the private addresses"
                " behind it, to the network policy.",
                "Ask the cloud administrator to check whether the policy of the VPC endpoint allows {endpoint}, or its bucket.",
                "For a bucket, check whether its own policy names another VPC or VPC endpoint (aws:SourceVpc, aws:SourceVpce).",
            ),
            Cloud.AZURE: (
                "Ask the administrator of the service to add the link identifier of the private endpoint, or the private"
                " addresses behind it, to the network policy.",
                "Check that the private endpoint leads to this very account and sub-resource (blob, dfs, vault ...). The firewall"
                " treats requests through another one as public.",
                "If the code {code} stays, check the firewall of the service: Networking, public network access and selected"
                " networks.",
            ),
            Cloud.GOOGLE: (
                "Ask the administrator of the service to add the Private Service Connect connection's id, or the"
                " private addresses behind it, to the network policy.",
                "Check whether the VPC network is inside the service perimeter (VPC Service Controls), or an ingress rule allows"
                " it.",
                "Check whether the names point to restricted.googleapis.com, which serves only what the perimeter allows.",
            ),
        },
    ),
)
