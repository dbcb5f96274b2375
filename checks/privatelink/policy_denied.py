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
explains; and what S3 says in words where the policy of a VPC endpoint denies, by which a gateway endpoint shows itself although
its addresses are public. A bare 403 says nothing of the kind.
"""

from diag.knowledge.clouds import Cloud, cloud_of
from diag.knowledge.private_names import expected_private, is_outside, read
from diag.knowledge.response_author import SeenReply, confidence_in, said_by_service
from diag.knowledge.response_codes import error_words, names_endpoint_policy, refuses_network
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.verdict import Finding, Owner, problem

WRITTEN_ON_THE_WAY = "written-on-the-way"


def judge(view: EndpointView) -> Finding:
    """Whether the service names a policy, over a private address."""
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
    seen="{endpoint} answered with status {status} and the code {code}, and says that a policy of the VPC endpoint denies the"
    " request.",
    means="The request came over a VPC endpoint, as it should. The endpoint's own policy does not list what was asked for:"
    " this bucket, this account, or this action.",
    remedy=(
        "Have the cloud administrator allow the bucket or resource behind {endpoint} in the policy of the VPC endpoint that"
        " serves it (for S3 mostly a gateway endpoint).",
        "If it is a provider's bucket, ask the provider for its name, and add that one rather than all buckets.",
        "Run diag again: the policy counts within minutes.",
    ),
)
CHECK = EndpointCheck(
    id="privatelink-policy-denied",
    owner=Owner.CLOUD,
    article=__doc__,
    needs=Stage.EXCHANGE,
    applies=lambda view: view.endpoint.speaks_http and view.proxy is None and (expected_private(view) or _names_policy(view)),
    judge=judge,
    explains=("http-network-policy-denied", "http-storage-denied", "http-status-unexpected"),
    forms=((BY_THE_ENDPOINT, WHERE_THE_ENDPOINT_DENIES),),
    rivals=(
        Rival(
            WRITTEN_ON_THE_WAY,
            decided_by="the same request from another network",
            words="something on the way wrote the answer",
        ),
    ),
    alike=("form", "code"),
    sentences=Sentences(
        title="{endpoint} is reached over the private link, and its policy denies what comes that way",
        seen="At the private addresses {addresses} the service answered with status {status} and the code {code}.",
        means="The private link works; a network policy of the service, or a policy of the endpoint, does not let it in.",
        remedy=(
            "Have the administrator of the service add this private endpoint, or its addresses, to the network policy.",
            "Have the cloud administrator see whether a policy of the private endpoint itself leaves {endpoint} out.",
        ),
        by_cloud={
            Cloud.AWS: (
                "Have the administrator of the service add the id of the VPC endpoint (vpce-...), or the private addresses"
                " behind it, to the network policy.",
                "Have the cloud administrator see whether the policy of the VPC endpoint leaves {endpoint}, or its bucket, out.",
                "For a bucket, see whether its own policy names another VPC or VPC endpoint (aws:SourceVpc, aws:SourceVpce).",
            ),
            Cloud.AZURE: (
                "Have the administrator of the service add the link identifier of the private endpoint, or the private addresses"
                " behind it, to the network policy.",
                "See that the private endpoint leads to this very account and sub-resource (blob, dfs, vault ...): requests that"
                " come by another are held to the firewall.",
                "If the code {code} stays, see the firewall of the service: Networking, public network access and selected"
                " networks.",
            ),
            Cloud.GOOGLE: (
                "Have the administrator of the service add the id of the Private Service Connect connection, or the private"
                " addresses behind it, to the network policy.",
                "See whether the VPC network is inside the service perimeter (VPC Service Controls), or an ingress rule lets it"
                " in.",
                "See whether the names lead to restricted.googleapis.com, which serves only what the perimeter knows.",
            ),
        },
    ),
)
