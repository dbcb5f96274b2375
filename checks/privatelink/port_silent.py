"""The private endpoint answers on one port and is silent on another that is needed too.

*What it means*

The name leads to a private address at which the service can be reached, on its other well-known port (443 or 80). On this one,
connections are met with silence.

*Why it matters*

Logins may work and something beside them does not. Port 80 is where clients ask whether certificates are revoked: where it is
silent, each login waits for it, or fails.

*What to do*

Have the cloud administrator allow this port in the rules of the endpoint (security group, network security group, firewall), for
the network of this computer.

*How it is told apart*

The other port of the same address is dialled. Where that is silent as well, it is `privatelink-endpoint-silent`: the rules, the
endpoint's approval and the route all remain possible.
"""

from collections.abc import Iterable

from checks.privatelink.endpoint_silent import ALIVE, other_port
from diag.knowledge.clouds import Cloud, cloud_of
from diag.knowledge.private_names import expected_private, is_outside, read
from diag.model.answer import Connection
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


def judge(view: EndpointView) -> Finding:
    """Return whether this port is silent at a private address whose other port answers."""
    seen = [dial.observation for dial in view.dials]
    if view.connected:
        return ok(*seen)
    if not view.dials:
        return unknown(Because.NOT_REACHED)
    addresses = read(view.addresses)
    if not _is_silent(view) or not addresses or any(is_outside(ip) or ip.is_loopback for ip in addresses):
        return unknown(Because.UNDECIDED, *seen)
    other = view.asked(other_port(view))
    if other is None or not isinstance(other.answer, Connection):
        return unknown(Because.NOT_LOOKED, *seen)
    if other.answer.failure not in ALIVE:
        return unknown(Because.UNDECIDED, *seen, other)
    return problem(
        *seen,
        other,
        about=f"{view.endpoint.host} {view.endpoint.port}",
        confidence=Confidence.LIKELY if other.answer.failure else Confidence.CERTAIN,
        host=view.endpoint.host,
        port=view.endpoint.port,
        other_port=other_port(view).address.port,
        addresses=tuple(view.addresses),
        cloud=cloud_of(view),
    )


def _is_silent(view: EndpointView) -> bool:
    return all(dial.answer.failure == Failure.TIMED_OUT for dial in view.dials)


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the other well-known port of the first address."""
    if view.dials and not view.connected and _is_silent(view):
        yield other_port(view)


CHECK = EndpointCheck(
    id="privatelink-port-silent",
    owner=Owner.CLOUD,
    by_rule=True,
    by_place=True,
    article=__doc__,
    reference="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    do=(HowTo.PRIVATE_RULES,),
    see=(
        ShellLine("curl -sv --noproxy '*' --connect-timeout 5 http://{host}:{port}/", "a time-out on this port"),
        ShellLine("Test-NetConnection {host} -Port {port}", "TcpTestSucceeded : False", Shell.POWERSHELL),
    ),
    needs=Stage.CONNECT,
    applies=lambda view: expected_private(view) and view.proxy is None,
    judge=judge,
    questions=questions,
    explains=("privatelink-endpoint-silent", "network-connection-filtered"),
    rivals=(
        Rival(
            "port-not-served",
            owner=Owner.SERVICE,
            decided_by="the provider's list of the ports that the service has behind a private link",
            words="the service is not offered on port {port} behind a private link",
        ),
    ),
    sentences=Sentences(
        title="The private endpoint {host} does not answer on port {port}, but does on {other_port}",
        seen="{host} {host:points|point} to the private {addresses:address|addresses} {addresses}. Port {other_port}"
        " answers there. Port {port} is silent.",
        means="The network path and the endpoint work. A rule on the endpoint allows one port and not the other.",
        remedy=(
            "Ask the cloud administrator to allow port {port} in the rules of the endpoint (security group, firewall) for"
            " this computer's network.",
        ),
        by_cloud={
            Cloud.AWS: (
                "In the security group of the VPC endpoint, allow incoming port {port} from this computer's network, like"
                " {other_port}.",
                "Check that the network ACLs of the endpoint's subnets allow port {port} and the replies.",
            ),
            Cloud.AZURE: (
                "In the network security group of the private endpoint's subnet, allow incoming port {port} from this computer's"
                " network, like {other_port}.",
                "If there is a firewall in between, allow port {port} to {addresses} there as well.",
            ),
            Cloud.GOOGLE: (
                "In the firewall rules of the VPC network, allow outgoing port {port} to {addresses}, like {other_port}.",
                "If it is allowed, ask the provider whether the published service accepts connections on port {port}.",
            ),
        },
    ),
)
