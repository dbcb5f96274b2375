"""The network interface that this computer prefers leads nowhere, and another one works.

*What it means*

Several networks are connected at once: cable and wireless, or a VPN beside either. The system sends everything by the one that
it prefers. A connection through that one got no answer, or a router answered that it has no route (as one that has lost its
line does). The same connection through another one was accepted.

*Why it matters*

The system goes on preferring the dead way, so every program here fails although there is a way out.

*What to do*

Disconnect the network that is preferred and dead, or fix it. Or give the other one the lower metric.

*How it is told apart*

The same address is dialled once more, from the address of the other network and through its interface. Only where that is
accepted is this the cause. Where no way works it is network-no-egress or network-connection-filtered; where a route of its own
leads the target elsewhere, machine-route-captured.
"""

from collections.abc import Iterable

from diag.knowledge.connect_outcomes import is_direct
from diag.knowledge.other_interfaces import OtherWays, detour, lost_ways
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Question
from diag.model.verdict import Finding, Owner, problem


def _preferred(view: EndpointView) -> OtherWays | None:
    """The ways to a target that was lost by the way that all else takes; None otherwise."""
    ways = lost_ways(view)
    return ways if ways and ways.by_default else None


def questions(view: EndpointView) -> Iterable[Question]:
    ways = _preferred(view)
    return ways.others if ways else ()


def judge(view: EndpointView) -> Finding:
    found = detour(view, _preferred(view))
    if isinstance(found, Finding):
        return found
    return problem(
        *found.cites,
        about=found.taken.interface,
        host=view.endpoint.host,
        address=found.address,
        preferred=found.taken.interface,
        gateway=found.taken.gateway,
        other=found.interface,
        told_by=found.told_by or None,
        seconds=None if found.told_by else found.seconds,
        milliseconds=found.milliseconds,
    )


CHECK = EndpointCheck(
    id="network-preferred-route-dead",
    owner=Owner.MACHINE,
    by_place=True,
    article=__doc__,
    reference="https://man7.org/linux/man-pages/man8/ip-route.8.html",
    do=(HowTo.ROUTES,),
    see=(
        ShellLine(
            "curl -sv --interface {other} --noproxy '*' --connect-timeout 5 http://{address}:{to_port}/",
            "a connection through the other network interface",
        ),
        ShellLine("Find-NetRoute -RemoteIPAddress {address}", "the network interface that leads nowhere", Shell.POWERSHELL),
    ),
    judge=judge,
    needs=Stage.CONNECT,
    applies=is_direct,
    questions=questions,
    rivals=(
        Rival(
            "target-lost-there",
            decided_by="a connection to another endpoint through {preferred}",
            words="{preferred} works, and only the path to this endpoint fails there",
        ),
    ),
    explains=(
        "network-connection-filtered",
        "network-connection-rejected",
        "network-gateway-dead",
        "network-no-egress",
    ),
    sentences=Sentences(
        title="The network interface that this computer prefers ({preferred}) leads nowhere; {other} works",
        seen=(
            "The routes send {host} ({address}) out through the network interface {preferred}, to the gateway {gateway}.",
            "No reply came in {seconds} s.",
            "{told_by} replied that there is no route from there.",
            "Through the other network interface, {other}, the same connection succeeded in {milliseconds} ms.",
        ),
        means="Every program here uses the network interface that leads nowhere, although another one works.",
        remedy=(
            "Disconnect {preferred} (its cable, wireless network or VPN), or find out why it leads nowhere.",
            "If both have to stay connected, give {other} the lower metric, so that the system prefers it.",
        ),
    ),
)
