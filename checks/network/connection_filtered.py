"""The host does not answer on that port.

*What it means*

This computer asked every address of the host to connect. No answer came within the time, not even a refusal. A computer that
is switched on and not protected answers at once. So something drops the packets, or their answers: most often a firewall. A
host that is down, or an address that nobody uses, looks the same; so does a rule of this computer's own firewall that says
nothing.

*Why it matters*

Programs wait for a long time before they give up, and then report a time-out.

*What to do*

Ask the firewall team whether outgoing connections to these addresses and this port are allowed from this computer. In a cloud
network, look at the security group, the network rules and the route table of the subnet, both ways.

*How it is told apart*

The same addresses are tried on the host's other usual port. If that answers, yes or no, the host is alive and the port is
filtered. If it is silent as well, the whole host is filtered, down or without a route back. diag cannot tell these apart from
here: a run from another network decides. At an address in this computer's own network nobody may be found: then no firewall is
suspected, and the finding says so. The address at which clouds keep their metadata service is told by itself: it answers machines
of that cloud alone, and containers where that is allowed. Where the system can (Linux), the path is traced hop by hop, to say
after whom the silence begins. Many routers never show themselves, so the culprit may stand further on. Where not even the first
hop shows itself, a rule of this computer may drop the packets, and the finding names that as well. Where this computer's gateway
does not answer, it is network-gateway-dead. Where every target of the run, and a comparison host (`--control`), is met with
silence, it is network-no-egress.
"""

from collections.abc import Iterable
from enum import StrEnum

from diag.knowledge.clouds import METADATA
from diag.knowledge.connect_outcomes import (
    ConnectOutcome,
    Dial,
    OtherPort,
    beside,
    heard_from,
    hosts_of,
    is_direct,
    on_other_port,
    other_port,
    outcome_of,
    outcomes_of,
    seconds_of,
    seen_beside,
    seen_in,
)
from diag.knowledge.routing import covering
from diag.model.answer import Hop, Path
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question, Trace
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown

QUIET = frozenset({ConnectOutcome.SILENCE, ConnectOutcome.NO_NEIGHBOUR})
"""Where nobody answers. In its own network this computer tells itself, after some seconds, that nobody is there."""


class Filtered(StrEnum):
    """What is swallowed, as far as it can be told."""

    PORT = "port"
    HOST_OR_DOWN = "host_or_down"
    PORT_OR_HOST = "port_or_host"


MOST_HOPS = 5
"""Hops that are named: the first, and the last before the silence."""


def _silent(view: EndpointView) -> tuple[Dial, ...]:
    """The walk's connects, where nothing came back to any of them; empty otherwise."""
    pairs = outcomes_of(view)
    return tuple(dial for dial, _ in pairs) if all(word in QUIET for _, word in pairs) else ()


def questions(view: EndpointView) -> Iterable[Question]:
    silent = _silent(view)
    return [*beside(view, silent), *(Trace(dial.question.address) for dial in silent[:1])]


def judge(view: EndpointView) -> Finding:
    silent = _silent(view)
    if not silent:
        return ok(*seen_in(view.dials)) if view.dials else unknown(Because.NO_ANSWER)
    others = seen_beside(view, silent)
    way = next((seen for seen in view.traces if seen.question.address == silent[0].question.address), None)
    alive = [dial for dial in others if outcome_of(dial, None) in (ConnectOutcome.ACCEPTED, ConnectOutcome.REFUSED)]
    hops = _shown(way.answer) if way else ()
    near = _own_network(view, silent)
    return problem(
        *seen_in(silent),
        *seen_in(others),
        *seen_in(view.control_dials),
        *((way.observation,) if way else ()),
        about=",".join(sorted(hosts_of(silent))),
        rules_out={"host-down": seen_in(silent) if near else seen_in(alive)},
        host=view.endpoint.host,
        port=view.endpoint.port,
        addresses=hosts_of(silent),
        seconds=seconds_of(silent),
        other_port=other_port(view.endpoint.port),
        beside=on_other_port(others),
        controls_heard=heard_from(view.control_dials),
        filtered=Filtered.PORT if alive else Filtered.HOST_OR_DOWN if others else Filtered.PORT_OR_HOST,
        host_at_hop=(way.answer.arrived or None) if way else None,
        no_hop=(not way.answer.arrived and not hops) or None if way else None,
        path=tuple(dict.fromkeys(hop.sender for hop in hops)) or None,
        last_hop=hops[-1].limit if hops else None,
        network=near,
        form=AT_METADATA if METADATA.issuperset(hosts_of(silent)) else NEIGHBOUR if near else None,
    )


def _own_network(view: EndpointView, silent: tuple[Dial, ...]) -> str | None:
    """The network of this computer that holds the first silent address, which nobody there claims; None: it is elsewhere."""
    table = view.machine.routes
    quiet = all(word is ConnectOutcome.NO_NEIGHBOUR for _, word in outcomes_of(view))
    if table is None or not quiet or not silent:
        return None
    host = silent[0].question.address.host
    holding = [(length, route) for route in table.answer.routes if (length := covering(route.destination, host)) > 0]
    best = max(holding, key=lambda pair: pair[0], default=None)
    return best[1].destination if best and not best[1].gateway else None


def _shown(way: Path) -> tuple[Hop, ...]:
    """Who answered on the way before the silence, the first and the last of them; none where the host answered after all."""
    if way.arrived:
        return ()
    return way.hops if len(way.hops) <= MOST_HOPS else (way.hops[0], *way.hops[1 - MOST_HOPS :])


NEIGHBOUR = "neighbour"
"""The form where this computer looks for the host in its own network."""
_NOT_THERE = Sentences(
    title="{host} does not answer on this computer's own network",
    seen="This computer takes {addresses} for a neighbour, since its own network {network} holds that address. Nobody there"
    " claimed it within {seconds} s, so nothing was sent to port {port}.",
    means="Either the host is down or has moved. Or this computer's subnet mask is too wide, and the host is beyond a router.",
    remedy=(
        "Ask the administrators of {host} whether it is up, and whether {addresses} {addresses:is|are} still its address.",
        "Compare the subnet mask of this computer ({network}) with that of other computers there.",
    ),
    owner=Owner.SERVICE,
)
AT_METADATA = "metadata"
"""The form where a cloud's metadata service is asked."""
_METADATA = Sentences(
    title="The cloud's metadata service {addresses} does not answer",
    seen="No reply came from {addresses} on port {port} within {seconds} s.",
    means="Machines in a cloud get their identity and credentials there. It answers the machine itself; a container only where"
    " that is allowed.",
    remedy=(
        "In a container on AWS, ask for a hop limit of 2 on the instance (HttpPutResponseHopLimit), or for credentials of the"
        " container's own.",
        "In Kubernetes, check whether a network policy or a rule of the node keeps pods from {addresses}.",
        "Outside of a cloud nothing answers there: give the program its credentials in another way. AWS programs then need"
        " AWS_EC2_METADATA_DISABLED=true, so that they do not wait.",
    ),
    owner=Owner.CLOUD,
)
CHECK = EndpointCheck(
    id="network-connection-filtered",
    owner=Owner.NETWORK,
    by_rule=True,
    by_place=True,
    asks_for="connections get no reply",
    at_wrong_address=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9293",
    do=(
        HowTo.NETWORK_FIREWALL,
        HowTo.LOCAL_FIREWALL,
    ),
    see=(
        ShellLine("curl -sv --noproxy '*' --connect-timeout 5 http://{host}:{port}/", "a time-out"),
        ShellLine("Test-NetConnection {to_host} -Port {to_port}", "TcpTestSucceeded : False", Shell.POWERSHELL),
    ),
    judge=judge,
    needs=Stage.CONNECT,
    applies=is_direct,
    questions=questions,
    tokens={"beside": OtherPort, "filtered": Filtered},
    rivals=(
        Rival(
            "host-down",
            owner=Owner.SERVICE,
            where="form",
            among=(None, NEIGHBOUR),
            decided_by="the same connection from another network",
            words="the host is down",
        ),
        Rival(
            "firewall-of-the-host",
            owner=Owner.SERVICE,
            whose=True,
            where="filtered",
            among=(Filtered.PORT,),
            decided_by="the same connection from another network",
            words="the host is up, and its own firewall drops connections to this port",
        ),
        Rival(
            "not-in-a-cloud",
            owner=Owner.MACHINE,
            whose=True,
            where="form",
            among=(AT_METADATA,),
            decided_by="whether this computer is a machine of a cloud",
            words="this computer is in no cloud, and the program should not ask there",
        ),
        Rival(
            "mask-too-wide",
            owner=Owner.MACHINE,
            whose=True,
            where="form",
            among=(NEIGHBOUR,),
            decided_by="the subnet mask of another computer on this network",
            words="this computer's subnet mask is too wide",
        ),
        Rival(
            "dropped-by-this-computer",
            owner=Owner.MACHINE,
            whose=True,
            where="no_hop",
            decided_by="the rules of this computer: nft list ruleset, or iptables -S OUTPUT",
            words="a rule on this computer drops the packets before they leave",
        ),
    ),
    alike=("beside", "form"),
    forms=((AT_METADATA, _METADATA), (NEIGHBOUR, _NOT_THERE)),
    sentences=Sentences(
        title="{host} does not answer on port {port}",
        seen=(
            "No reply came from {addresses} on port {port} within {seconds} s.",
            "Port {other_port} of the same host: {beside}.",
            "Devices on the path that answered: {path}. Nothing beyond hop {last_hop} answered.",
            When("no_hop", (True,), "Nothing on the path answered, not even the first hop."),
            "Yet one test packet was answered by the host, {host_at_hop} hops away.",
            When("controls_heard", (True,), "The comparison host answered."),
            When("controls_heard", (False,), "The comparison host did not answer either."),
        ),
        means=(
            "Something on the network path, most often a firewall, drops the packets or the replies.",
            When("filtered", (Filtered.PORT,), "Only port {port} is blocked: port {other_port} of the same host answers."),
            When("filtered", (Filtered.HOST_OR_DOWN,), "The whole host is blocked, or it is down."),
            When("filtered", (Filtered.PORT_OR_HOST,), "diag could not tell whether one port or the whole host is blocked."),
        ),
        remedy=(
            "Ask your firewall team whether this computer may connect to {addresses} on port {port}, and whether the replies"
            " may come back.",
            "Check the outgoing rules of this computer's own firewall as well.",
            "In a cloud network, check the security group, the network rules and the route table of this computer's subnet.",
            "If everything is open, try from another network. If the host is silent there too, it is down.",
        ),
    ),
)
