"""A route on this computer sends the host's address to the wrong network.

*What it means*

The target has a private address. Addresses of that kind are used over and over: by this company's network, by a second VPN, by
the virtual network that container software sets up. This computer has a route of its own for that range, so packets to the
target go there, and nobody there has the address.

*Why it matters*

Nothing on this computer can reach the target while that route stands, though other computers can.

*What to do*

Find out what made the route: container software (its address range can be changed), a virtual machine's network, or a second
VPN. Change its range, or disconnect it.

*How it is told apart*

The same address is dialled once more through the interface of the next less specific route. Only where that is accepted is the
route blamed: a target that is simply down answers by neither.
"""

from collections.abc import Iterable

from diag.knowledge.connect_outcomes import is_direct
from diag.knowledge.other_interfaces import OtherWays, detour, lost_ways
from diag.model.address import is_private
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.verdict import Finding, Owner, problem


def _captured(view: EndpointView) -> OtherWays | None:
    """The ways to a private target that was lost by a route of its own; None otherwise."""
    ways = lost_ways(view)
    return ways if ways and not ways.by_default and is_private(ways.address.ip) else None


def questions(view: EndpointView) -> Iterable[Question]:
    ways = _captured(view)
    return ways.others if ways else ()


def judge(view: EndpointView) -> Finding:
    found = detour(view, _captured(view))
    if isinstance(found, Finding):
        return found
    return problem(
        *found.cites,
        about=f"{found.taken.destination} {found.taken.interface}",
        host=view.endpoint.host,
        address=found.address,
        route=found.taken.destination,
        captor=found.taken.interface,
        other=found.interface,
        seconds=found.seconds,
        milliseconds=found.milliseconds,
    )


CHECK = EndpointCheck(
    id="machine-route-captured",
    owner=Owner.MACHINE,
    by_place=True,
    article=__doc__,
    reference="https://man7.org/linux/man-pages/man8/ip-route.8.html",
    do=(HowTo.ROUTES,),
    see=(
        ShellLine("ip route get {address}", "dev with the wrong network"),
        ShellLine("Find-NetRoute -RemoteIPAddress {address}", "the wrong InterfaceAlias", Shell.POWERSHELL),
    ),
    judge=judge,
    needs=Stage.CONNECT,
    applies=is_direct,
    questions=questions,
    explains=("network-connection-filtered", "network-connection-rejected", "network-gateway-dead"),
    rivals=(),
    sentences=Sentences(
        title="A route on this computer sends {host} to the wrong network: {route} goes to {captor}",
        seen="{host} {host:has|have} the address {address}. This computer sends {route} to {captor}, where nobody"
        " answered in {seconds} s. Through the network interface {other}, the same connection succeeded in"
        " {milliseconds} ms.",
        means="Two networks here use the same private addresses, and this computer picks the wrong one.",
        remedy=(
            "Find out what set up {captor}: container software, a virtual machine's network, or a second VPN.",
            "Move it to another range than {route} (in Docker: default-address-pools in daemon.json), or disconnect it.",
            "Run diag again.",
        ),
    ),
)
