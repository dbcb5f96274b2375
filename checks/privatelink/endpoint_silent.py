"""The private address is known, and does not answer.

*What it means*

The name leads to a private address, as it should. Connections to it are met with silence.

*Why it matters*

The private link is set up as far as DNS goes; what is missing is the way to it or the permission to use it.

*What to do*

Three things look the same from here, so check them in this order. The rules on the endpoint itself (security group, network
security group, firewall) have to allow this computer's network on this port. The provider has to accept ("approve") the
connection of the endpoint. And a route has to lead to the endpoint's network (peering, transit, VPN).

*How it is told apart*

The address is private, so no filter of the open internet is involved. One more port of the same address is dialled: if that one
answers, way and endpoint are fine and a rule is about the port. Google's range for its own services is told by its addresses.
"""

from collections.abc import Iterable
from enum import StrEnum

from diag.knowledge.clouds import Cloud, cloud_of
from diag.knowledge.private_names import GOOGLE_PRIVATE, expected_private, is_outside, read
from diag.model.address import Address
from diag.model.answer import Connection
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Connect, Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown

ALIVE = frozenset({"", Failure.REFUSED, Failure.RESET})
"""Ends of a connect that something at that address has caused."""


class _OtherPort(StrEnum):
    """What the other well-known port of the same address does."""

    ANSWERS = "answers"
    SILENT = "silent"


def judge(view: EndpointView) -> Finding:
    """Return whether every address is private and silent."""
    seen = [dial.observation for dial in view.dials]
    if view.connected:
        return ok(*seen)
    if not view.dials:
        return unknown(Because.NOT_REACHED)
    addresses = read(view.addresses)
    silent = all(dial.answer.failure == Failure.TIMED_OUT for dial in view.dials)
    if not silent or not addresses or any(is_outside(ip) or ip.is_loopback for ip in addresses):
        return unknown(Because.UNDECIDED, *seen)
    other = view.asked(other_port(view))
    return problem(
        *seen,
        *([other] if other else []),
        about=view.endpoint.host,
        confidence=Confidence.LIKELY,
        host=view.endpoint.host,
        port=view.endpoint.port,
        form=GOOGLE_VIP if all(any(ip in block for block in GOOGLE_PRIVATE) for ip in addresses) else None,
        cloud=cloud_of(view),
        addresses=tuple(str(dial.question.address) for dial in view.dials),
        other_port=other_port(view).address.port,
        other_port_is=_word(other),
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the other well-known port of the first address."""
    if view.dials and not view.connected and all(dial.answer.failure == Failure.TIMED_OUT for dial in view.dials):
        yield other_port(view)


def other_port(view: EndpointView) -> Connect:
    """Return the other well-known port of the first address."""
    first = view.dials[0].question.address
    return Connect(Address(first.host, 80 if first.port == 443 else 443))


def _word(other: Observation | None) -> _OtherPort | None:
    if other is None or not isinstance(other.answer, Connection):
        return None
    return _OtherPort.ANSWERS if other.answer.failure in ALIVE else _OtherPort.SILENT


GOOGLE_VIP = "google_vip"
WHERE_GOOGLE_ANSWERS_INSIDE = Sentences(
    title="{host} points to Google's private range, which cannot be reached from here",
    seen=(
        "{host} {host:points|point} to {addresses}. These addresses work only inside networks with Private Google Access.",
        "Connections got no reply.",
    ),
    means="Only networks with Private Google Access and a route for these addresses reach them.",
    remedy=(
        "Switch on Private Google Access for the subnet of this computer.",
        "Add a route for 199.36.153.4/30 (restricted.googleapis.com) or 199.36.153.8/30 (private.googleapis.com) to the"
        " default internet gateway of the VPC network. From on premises, announce it over VPN or Interconnect.",
        "Check that no firewall rule of the VPC network denies outgoing port {port} to {addresses}.",
        "If this computer should not use that range, check which private zone of Cloud DNS points {host} there.",
    ),
)
CHECK = EndpointCheck(
    id="privatelink-endpoint-silent",
    owner=Owner.CLOUD,
    by_rule=True,
    by_place=True,
    article=__doc__,
    reference="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    do=(HowTo.PRIVATE_RULES,),
    see=(
        ShellLine("curl -sv --noproxy '*' --connect-timeout 5 http://{host}:{port}/", "a time-out"),
        ShellLine("Test-NetConnection {host} -Port {port}", "TcpTestSucceeded : False", Shell.POWERSHELL),
    ),
    needs=Stage.CONNECT,
    applies=lambda view: expected_private(view) and view.proxy is None,
    judge=judge,
    questions=questions,
    explains=("network-connection-filtered",),
    forms=((GOOGLE_VIP, WHERE_GOOGLE_ANSWERS_INSIDE),),
    rivals=(
        Rival(
            "endpoint-gone",
            decided_by="the cloud's own list of the endpoints at {addresses}",
            words="the endpoint that had this address no longer exists",
        ),
    ),
    tokens={"other_port_is": _OtherPort},
    alike=("form",),
    sentences=Sentences(
        title="The private endpoint {host} does not answer",
        seen=(
            "{host} {host:points|point} to the private {addresses:address|addresses} {addresses}. Connections got no reply.",
            When("other_port_is", (), "Port {other_port} of the first address: {other_port_is}."),
        ),
        means="A rule on the endpoint, a connection that was never accepted, or a missing route: from here they look the same.",
        remedy=(
            "In the rules on the endpoint (security group, firewall), allow this computer's network to connect to {addresses}.",
            "Check that the provider has accepted (approved) the endpoint's connection.",
            "Check that a route leads from this computer's network to the endpoint's network (peering, transit, VPN).",
        ),
        by_cloud={
            Cloud.AWS: (
                "Check that the security group of the VPC endpoint allows incoming port {port} from this computer's network.",
                "Check that the state of the VPC endpoint is available: pendingAcceptance means that the provider has not"
                " accepted it yet.",
                "Check that a route leads from here to the endpoint's subnets at {addresses} (peering, transit gateway, VPN), and"
                " that their network ACLs allow both directions.",
            ),
            Cloud.AZURE: (
                "Check that the network security group of the private endpoint's subnet allows incoming port {port} from this"
                " computer's network.",
                "Check that the connection state of the private endpoint is Approved: Pending means that the provider has not"
                " approved it yet.",
                "Check that a route leads from here to {addresses} (peering, VPN, ExpressRoute), and that no route table sends it"
                " to a firewall that drops it.",
            ),
            Cloud.GOOGLE: (
                "Check that no firewall rule of the VPC network denies outgoing port {port} to {addresses}.",
                "Check that the status of the Private Service Connect connection is Accepted: Pending means that the provider has"
                " not accepted it yet.",
                "Check that a route leads from here to {addresses} (VPN, Interconnect). From another region, it needs global"
                " access. VPC peering does not lead there.",
            ),
        },
    ),
)
