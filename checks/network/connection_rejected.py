"""A router or firewall on the network path reports that the host may not, or cannot, be reached.

*What it means*

This computer asked to connect, and a device on the network path answered with an error in its own name (an ICMP message). A
rule forbids the connection, or there is no route from there. The host itself was not heard.

*Why it matters*

The connection is refused on purpose, or the network has lost its way to the host. Trying again does not help.

*What to do*

Give the firewall or network team the sender of that message, the address and the port: the sender is where they should look.

*How it is told apart*

A no from the host itself is network-connection-refused; silence is network-connection-filtered. Where this computer itself has
no way, or forbids the connect, machine-offline and machine-local-firewall say so. Where this computer's own gateway has no way
on, a route of its own may be missing here as well as there. Where the next hop from here does not answer,
it is network-gateway-dead. Which of them it was is read from the message's sender; where the system does not tell it, diag
concludes nothing. A message from the host's own address is most likely that of its own firewall, and the finding says so.
"""

from diag.knowledge.connect_outcomes import (
    ConnectOutcome,
    Dial,
    all_ended,
    has_no_way_on,
    hosts_of,
    is_direct,
    is_outside,
    milliseconds_of,
    outcomes_of,
    seen_in,
)
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown


def judge(view: EndpointView) -> Finding:
    rejected = all_ended(view, ConnectOutcome.REJECTED)
    if not rejected:
        if not view.dials or any(word is ConnectOutcome.OTHER for _, word in outcomes_of(view)):
            return unknown(Because.UNDECIDED if view.dials else Because.NO_ANSWER, *seen_in(view.dials))
        return ok(*seen_in(view.dials))
    senders = tuple(dict.fromkeys(dial.answer.icmp.sender for dial in rejected if dial.answer.icmp))
    return problem(
        *seen_in(rejected),
        about=", ".join(sorted(senders)),
        rules_out={"firewall-of-the-provider": () if senders and all(map(is_outside, senders)) else seen_in(rejected)},
        host=view.endpoint.host,
        port=view.endpoint.port,
        addresses=hosts_of(rejected),
        senders=senders,
        ending=tuple(dict.fromkeys(dial.answer.failure for dial in rejected)),
        icmp_type=rejected[0].answer.icmp.kind if rejected[0].answer.icmp else None,
        icmp_code=rejected[0].answer.icmp.code if rejected[0].answer.icmp else None,
        own_gateway=_at_the_first_hop(view, rejected) or None,
        milliseconds=milliseconds_of(rejected),
        form=HOST_ITSELF if _is_of_the_host(rejected, senders) else None,
    )


def _is_of_the_host(rejected: tuple[Dial, ...], senders: tuple[str, ...]) -> bool:
    """Whether the messages bear the addresses that were dialled: a firewall on the host, or one that answers in its name."""
    return bool(senders) and set(senders) <= set(hosts_of(rejected))


def _at_the_first_hop(view: EndpointView, rejected: tuple[Dial, ...]) -> bool:
    """Whether it is this computer's own gateways that have no way on: then a route may be missing here as well as there."""
    table = view.machine.routes
    gateways = {route.gateway for route in table.answer.routes if route.gateway} if table else set()
    return all(has_no_way_on(dial) and dial.answer.icmp and dial.answer.icmp.sender in gateways for dial in rejected)


HOST_ITSELF = "host_itself"
"""The form where the host's own address rejects."""
_BY_THE_HOST = Sentences(
    title="{host} itself rejects connections on port {port}",
    seen="The connection to {addresses} failed after {milliseconds} ms with an error from that same address (ICMP type"
    " {icmp_type}, code {icmp_code}): {ending}.",
    means="The host is up. Most likely its own firewall does not admit this computer. A firewall in front of it may also answer"
    " in its name.",
    remedy=(
        "Ask the provider or the administrators of {host} whether its firewall admits this computer on port {port}.",
        "If it does, ask your network team whether a firewall answers in the name of {addresses}.",
    ),
    owner=Owner.SERVICE,
)
CHECK = EndpointCheck(
    id="network-connection-rejected",
    owner=Owner.NETWORK,
    by_rule=True,
    by_place=True,
    asks_for="a firewall or router rejects connections",
    at_wrong_address=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc1812#section-5.2.7.1",
    do=(HowTo.NETWORK_FIREWALL,),
    see=(
        ShellLine(
            "curl -sv --noproxy '*' --connect-timeout 5 http://{host}:{port}/",
            "No route to host, Permission denied or Network is unreachable",
        ),
        ShellLine("Test-NetConnection {to_host} -Port {to_port}", "TcpTestSucceeded : False", Shell.POWERSHELL),
    ),
    judge=judge,
    needs=Stage.CONNECT,
    applies=is_direct,
    tokens={"ending": Failure},
    rivals=(
        Rival(
            "answered-in-its-name",
            owner=Owner.NETWORK,
            whose=True,
            where="form",
            among=(HOST_ITSELF,),
            decided_by="the same connection from another network",
            words="a firewall in front of the host answers in its name",
        ),
        Rival(
            "route-missing-here",
            owner=Owner.MACHINE,
            whose=True,
            where="own_gateway",
            decided_by="the route that the system would take (ip route get ADDRESS)",
            words="this computer lacks a route to {addresses}, such as a VPN's",
        ),
        Rival(
            "firewall-of-the-provider",
            owner=Owner.SERVICE,
            whose=True,
            decided_by="to whom {senders} {senders:belongs|belong}",
            words="the firewall or router that answers is the provider's own",
        ),
    ),
    alike=("ending",),
    forms=((HOST_ITSELF, _BY_THE_HOST),),
    sentences=Sentences(
        title="{senders} {senders:rejects|reject} connections to {host} on port {port}",
        seen="The connection to {addresses} failed after {milliseconds} ms with an error from {senders} (ICMP type"
        " {icmp_type}, code {icmp_code}): {ending}.",
        means="A firewall or router on the network path rejects {host:the connection|connections}. {host:The host itself|The"
        " hosts themselves} sent nothing.",
        remedy=(
            When("own_gateway", (True,), "Check whether this computer lacks a route to {addresses}, such as a VPN's route."),
            "Tell your firewall or network team that {senders} {senders:rejects|reject} connections to {addresses} on port"
            " {port} (ICMP type {icmp_type}, code {icmp_code}): {ending}.",
            "Ask them to allow the connection, or to fix the route to {addresses}.",
        ),
    ),
)
