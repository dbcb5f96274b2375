"""Of several ways out of this computer, the one that it prefers leads nowhere, and another one works.

*What it means*

Several networks are connected at once: cable and wireless, or a VPN beside either. The system sends everything by the one that
it prefers. Connecting by that one brought no answer; the same connect by another one was accepted.

*Why it matters*

The system goes on preferring the dead way, so every program here fails although there is a way out.

*What to do*

Disconnect the network that is preferred and dead, or mend it; or give the other one the lower metric.

*How it is told apart*

The same address is dialled once more, from the address of the other network and through its interface. Only where that is
accepted is this the cause. Where no way works it is network-no-egress or network-connection-filtered; where a route of its own
leads the target elsewhere, machine-route-captured.
"""

from collections.abc import Iterable

from checks.network.detours import answered, lost_ways, tried
from checks.network.dials import is_direct, seconds_of, seen_in
from diag.model.case import Case, Stage
from diag.model.check import EndpointCheck, Sentences
from diag.model.question import Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


def _questions(case: Case) -> Iterable[Question]:
    ways = lost_ways(case)
    return ways.others if ways and ways.by_default else ()


def _judge(case: Case) -> Finding:
    ways = lost_ways(case)
    if ways is None or not ways.by_default:
        return ok(*seen_in(case.dials)) if case.dials else unknown(Because.NO_ANSWER)
    table = case.machine.routes
    others, other = tried(case, ways), answered(case, ways)
    if other is None or table is None:
        return ok(*seen_in(case.dials), *seen_in(others)) if others else unknown(Because.NOT_LOOKED, *seen_in(case.dials))
    return problem(
        table.observation,
        *seen_in(case.dials),
        other.observation,
        about=ways.taken.interface,
        confidence=Confidence.LIKELY,
        host=case.endpoint.host,
        address=ways.address.host,
        preferred=ways.taken.interface,
        gateway=ways.taken.gateway,
        other=other.question.interface,
        seconds=seconds_of(case.dials),
        milliseconds=round(other.observation.took * 1000, 1),
    )


CHECK = EndpointCheck(
    id="network-preferred-route-dead",
    owner=Owner.MACHINE,
    article=__doc__,
    judge=_judge,
    needs=Stage.CONNECT,
    applies=is_direct,
    questions=_questions,
    explains=(
        "network-connection-filtered",
        "network-connection-rejected",
        "network-gateway-dead",
        "network-no-egress",
    ),
    sentences=Sentences(
        title="The network that this computer prefers ({preferred}) leads nowhere; {other} works",
        seen="The routes send {host} ({address}) out by {preferred}, to the gateway {gateway}: no answer in {seconds} s. The same"
        " connect by {other} was accepted after {milliseconds} ms.",
        means="Every program here uses the dead way, though another one is there.",
        remedy=(
            "Disconnect {preferred} (the cable, the wireless network or the VPN behind it), or see why it leads nowhere.",
            "If both have to stay connected, give {other} the lower metric, so that the system prefers it.",
        ),
    ),
)
