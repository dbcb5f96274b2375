"""The host refuses the connection on that port.

*What it means*

This computer asked to connect and got an immediate no, at every address of the host. The way there and back works. Either no
program listens on that port of the host, or a firewall refuses in the host's name.

*Why it matters*

The service cannot be used at this address and port, by nobody who is answered like this.

*What to do*

Check that host and port are the ones that the provider gave. If they are, tell the provider which address refused, and when.
If the refusal came from something much nearer than the host, ask the firewall team first.

*How it is told apart*

Silence instead of a no is network-connection-filtered; a no from a router on the way, in its own name, is
network-connection-rejected. A refusal by a proxy on the way is proxy-unreachable. The same host is tried on its other usual
port. If that accepts, and a packet to it and back needs several times as long as the refusal did, something nearer than the
host refused. Else a firewall that refuses in the host's name leaves the same evidence as the host itself, and the same
connection from another network decides. A rule of this computer that refuses in the host's name is found by a packet that may not
go past the first router: machine-local-firewall. Only where this computer itself is the host is there nobody in between.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from diag.knowledge.connect_outcomes import (
    ONE_STEP,
    ConnectOutcome,
    Dial,
    OtherPort,
    all_ended,
    beside,
    hosts_of,
    is_direct,
    milliseconds_of,
    on_other_port,
    other_port,
    seconds_of,
    seen_beside,
    seen_in,
)
from diag.knowledge.first_step import REFUSED_AT_ONCE, steps_seen
from diag.knowledge.own_endpoint import is_own_address
from diag.knowledge.shared_rivals import REFUSED_BY_THIS_COMPUTER, REFUSED_IN_ITS_NAME
from diag.model.address import is_own
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Question
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown

NEARER = 4
"""How many times as long as the refusal a trip to the host must take for the refusal to come from nearer."""
_FAR = 0.01
"""Seconds of a trip there and back under which nothing is said about distance."""


def questions(view: EndpointView) -> Iterable[Question]:
    return beside(view, all_ended(view, ConnectOutcome.REFUSED))


def judge(view: EndpointView) -> Finding:
    refused = all_ended(view, ConnectOutcome.REFUSED)
    if not refused:
        return ok(*seen_in(view.dials)) if view.dials else unknown(Because.NO_ANSWER)
    others = seen_beside(view, refused)
    here = all(is_own_address(view, host) for host in hosts_of(refused))
    meant_here = here and (is_own(view.endpoint.host) or not any(is_own(host) for host in hosts_of(refused)))
    near = _is_near(refused, [dial for dial in others if not dial.answer.failure])
    return problem(
        *seen_in(refused),
        *seen_in(others),
        about=f"{','.join(sorted(hosts_of(refused)))} {view.endpoint.port}",
        owner=Owner.NETWORK if near else Owner.MACHINE if meant_here else None,
        form=MEANT_HERE if meant_here else None,
        rules_out={
            REFUSED_IN_ITS_NAME.id: seen_in(refused) if here else (),
            REFUSED_BY_THIS_COMPUTER.id: _by_another(view, refused, here=here),
        },
        host=view.endpoint.host,
        port=view.endpoint.port,
        addresses=hosts_of(refused),
        milliseconds=milliseconds_of(refused),
        other_port=other_port(view.endpoint.port),
        beside=on_other_port(others),
        nearer=near or None,
    )


def _by_another(view: EndpointView, refused: tuple[Dial, ...], *, here: bool) -> tuple[Observation, ...]:
    """What shows that no rule of this computer refused in the host's name: the time it took, or where the refusal stopped."""
    if here or seconds_of(refused) >= REFUSED_AT_ONCE:
        return seen_in(refused)
    steps = steps_seen(view, refused)
    return tuple(step.observation for step in steps) if all(step.answer.arrived != ONE_STEP for step in steps) else ()


def _is_near(refused: Iterable[Dial], accepted: list[Dial]) -> bool:
    """Whether the refusals came far quicker than a packet goes to the same addresses and back, by the kernel's own measure."""
    trips = [dial.answer.tcp.min_rtt / 1_000_000 for dial in accepted if dial.answer.tcp and dial.answer.tcp.min_rtt]
    if not trips:
        return False
    distance = min(trips)
    return distance > _FAR and seconds_of(refused) * NEARER < distance


MEANT_HERE = "here"
"""The form where the endpoint is this computer by its own name or address."""
_HERE = Sentences(
    title="No program on this computer listens on port {port}",
    seen="{addresses} refused the connection within {milliseconds} ms.",
    means="{host} {host:is|are} this computer itself. Inside a container, it is the container, not the machine that it runs on.",
    remedy=(
        "Start the service on this computer, and check that it listens on port {port}.",
        "If the service runs elsewhere (on another computer, on the container's host, in another container), use the name of"
        " that place in place of {host}.",
    ),
)
CHECK = EndpointCheck(
    id="network-connection-refused",
    owner=Owner.SERVICE,
    at_wrong_address=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9293#section-3.10.7.1",
    do=(HowTo.NETWORK_FIREWALL,),
    see=(
        ShellLine("curl -sv --noproxy '*' --connect-timeout 5 http://{host}:{port}/", "Connection refused"),
        ShellLine("Test-NetConnection {to_host} -Port {to_port}", "TcpTestSucceeded : False", Shell.POWERSHELL),
    ),
    judge=judge,
    needs=Stage.CONNECT,
    applies=is_direct,
    questions=questions,
    tokens={"beside": OtherPort},
    rivals=(
        replace(REFUSED_IN_ITS_NAME, where="nearer", among=(None,)),
        REFUSED_BY_THIS_COMPUTER,
        Rival("network-ecn-refused", decided_by="the same with net.ipv4.tcp_ecn set to 2"),
        Rival(
            "refused-by-its-front",
            owner=Owner.SERVICE,
            where="nearer",
            decided_by="whether the provider of {host} has a load balancer nearer than its servers",
            words="a load balancer of the service refuses, which is much nearer than its servers",
        ),
    ),
    alike=("beside", "form"),
    forms=((MEANT_HERE, _HERE),),
    sentences=Sentences(
        title="{host} refuses connections on port {port}",
        seen=(
            "{addresses} refused the connection within {milliseconds} ms.",
            "Port {other_port} of the same host: {beside}.",
            When("nearer", (True,), "The refusal came from a device much nearer than the host."),
        ),
        means="No program listens on port {port} of the host, or a firewall refuses in its place.",
        remedy=(
            When("nearer", (True,), "Ask your firewall team for a rule that refuses port {port} of {addresses}."),
            "Compare {host} and port {port} with what the provider of the service gave you.",
            "Tell the provider that {addresses} refused port {port}, and when.",
        ),
    ),
)
