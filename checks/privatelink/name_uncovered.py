"""The private endpoint is used under a name that the service's certificate is not for.

*What it means*

The address is right: the service answers there, and proves it with its certificate. But that certificate is for the service's
own names, and another name was used: the one that the cloud gave to the endpoint, an address, or an alias.

*Why it matters*

Clients that check names refuse the connection. Switching the check off would let anybody answer.

*What to do*

Use the name that the provider documents for private access, and have a private DNS zone lead it to the endpoint's address. The
finding lists the names that the certificate is for.

*How it is told apart*

The address is private, and the certificate is for names of the same domain, or the name used is one that clouds give to
endpoints. A certificate of somebody else altogether is `privatelink-wrong-service`.
"""

from diag.knowledge.clouds import Cloud, cloud_of
from diag.knowledge.presented_certificate import MOST_CERTIFICATE_NAMES, is_related, mismatch
from diag.knowledge.private_names import expected_private
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown


def judge(view: EndpointView) -> Finding:
    """Return whether a related certificate at a private address does not cover the name."""
    if view.session is None or not view.chain:
        return unknown(Because.NOT_REACHED)
    found = mismatch(view)
    if found is None or not is_related(view, found):
        return ok(view.session.observation)
    return problem(
        found.session.observation,
        about=view.endpoint.host,
        host=view.endpoint.host,
        names=found.names[:MOST_CERTIFICATE_NAMES],
        addresses=tuple(view.addresses),
        cloud=cloud_of(view),
    )


CHECK = EndpointCheck(
    id="privatelink-name-uncovered",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html",
    do=(HowTo.PRIVATE_ZONE,),
    see=(
        ShellLine(
            "openssl s_client -connect {to_authority} -servername {host} </dev/null | openssl x509 -noout -ext subjectAltName",
            "a list of names without this one",
        ),
    ),
    needs=Stage.HANDSHAKE,
    applies=lambda view: expected_private(view) and view.endpoint.speaks_tls,
    judge=judge,
    explains=("tls-name-mismatch",),
    rivals=(),
    sentences=Sentences(
        title="The service's certificate does not cover {host}, a name of the private endpoint",
        seen="At the private {addresses:address|addresses} {addresses}, the service presented a certificate for"
        " {names}. {host} {host:is|are} not among them.",
        means="The private endpoint is right, but the name is not. Programs that check names refuse the connection.",
        remedy=(
            "Use the name that the provider documents for private access. It is one of {names}.",
            "Point that name at the endpoint's address in a private DNS zone. Do not switch the check of names off.",
        ),
        by_cloud={
            Cloud.AWS: (
                "Use the name that the provider documents for private access. It is one of {names}. A vpce- name is the"
                " endpoint's own, and no service's certificate covers it.",
                "Enable private DNS names on the VPC endpoint. Or create a Route 53 private hosted zone that points the"
                " documented name to it.",
            ),
            Cloud.AZURE: (
                "Use the name without privatelink in it, one of {names}. The privatelink name is only an alias.",
                "Point that name at {addresses} in the private DNS zone. Do not switch the check of names off.",
            ),
            Cloud.GOOGLE: (
                "Use the name that the provider documents for private access. It is one of {names}.",
                "Point that name at {addresses} in a private zone of Cloud DNS. A p.googleapis.com name is only for Google's own"
                " services.",
            ),
        },
    ),
)
