"""At the private address another service answers.

*What it means*

The name leads to a private address, as it should. What answers there proves itself with the certificate of a service that has
nothing to do with the one that was meant.

*Why it matters*

Requests and logins would go to a stranger; clients refuse the connection for that reason. The record or the endpoint was mixed
up: two endpoints exchanged, an address used again, a zone that catches more names than it should.

*What to do*

Have the cloud administrator compare the address in the private DNS zone with that of the endpoint for this very service.

*How it is told apart*

The certificate shares no domain with the name that was used. One that is for other names of the same service is
`privatelink-name-uncovered`. If the finding names a certificate of a device in your own network, something there answers for
addresses that are not its own.
"""

from diag.knowledge.clouds import Cloud, cloud_of
from diag.knowledge.presented_certificate import MOST_CERTIFICATE_NAMES, is_related, mismatch
from diag.knowledge.private_names import expected_private
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


def judge(view: EndpointView) -> Finding:
    """Return whether a private address presents an unrelated certificate."""
    if view.session is None or not view.chain:
        return unknown(Because.NOT_REACHED)
    found = mismatch(view)
    if found is None or is_related(view, found):
        return ok(view.session.observation)
    return problem(
        found.session.observation,
        about=view.endpoint.host,
        confidence=Confidence.LIKELY,
        host=view.endpoint.host,
        names=found.names[:MOST_CERTIFICATE_NAMES],
        issuer=found.chain.issuer,
        addresses=tuple(view.addresses),
        cloud=cloud_of(view),
    )


CHECK = EndpointCheck(
    id="privatelink-wrong-service",
    owner=Owner.CLOUD,
    article=__doc__,
    reference="https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html",
    do=(HowTo.PRIVATE_ZONE,),
    see=(
        ShellLine(
            "openssl s_client -connect {to_authority} -servername {host} </dev/null | openssl x509 -noout"
            " -subject -ext subjectAltName",
            "the names of another service",
        ),
    ),
    needs=Stage.HANDSHAKE,
    applies=lambda view: expected_private(view) and view.endpoint.speaks_tls,
    judge=judge,
    explains=("tls-name-mismatch", "tls-self-signed", "tls-issuer-untrusted"),
    rivals=(Rival("tls-intercepted", decided_by="the certificate that another host of that network is shown"),),
    sentences=Sentences(
        title="Another service answers at the private address of {host}",
        seen="{host} {host:points|point} to the private {addresses:address|addresses} {addresses}. The certificate"
        " there is for {names}, signed by {issuer}.",
        means="The record in the private DNS zone, or the endpoint behind it, belongs to another service.",
        remedy=(
            "Ask the cloud administrator to compare {addresses} with the address of the private endpoint for {host}.",
            "If they differ, ask them to correct the record in the private DNS zone.",
        ),
        by_cloud={
            Cloud.AWS: (
                "Compare {addresses} with the network interfaces of the VPC endpoint for {host}, and find out which endpoint has"
                " them.",
                "If they differ, correct the record in the Route 53 private hosted zone. If they match, check that the endpoint's"
                " service name is the provider's.",
            ),
            Cloud.AZURE: (
                "Compare {addresses} with the network interface of the private endpoint for {host}, and find out which endpoint"
                " has them.",
                "If they differ, correct the record in the private DNS zone. A new endpoint gets new addresses, and records made"
                " by hand stay old.",
            ),
            Cloud.GOOGLE: (
                "Compare {addresses} with the forwarding rule of the Private Service Connect endpoint for {host}.",
                "If they differ, correct the record in Cloud DNS. If they match, check that the rule's service attachment is the"
                " provider's.",
            ),
        },
    ),
)
