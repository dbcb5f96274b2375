"""Many connections at once fail where a single one succeeds.

*What it means*

You asked for many connections at once (`--load`). A single one was accepted before and afterwards, but of the many at once
some were met with silence or a refusal. A NAT gateway on the network path has a limited number of ports, and drops what
exceeds it. So does a limit on connections for each client.

*Why it matters*

Programs that open many connections, or many computers behind one address, fail at busy hours and work at quiet ones.

*What to do*

In a cloud network give the NAT gateway more addresses or more ports for each machine. Let programs use connections again
instead of opening new ones.

*How it is told apart*

Connections that were lost by chance are sent again and succeed late: those are network-packet-loss. Here each was tried for
the whole time and failed. Where this computer itself ran out of ports it is machine-ports-exhausted. A comparison host
(`--control`) tells whether the limit is in the network or at the host. It is tried with as many connections, and where all of
them succeed the limit is the host's.
"""

from collections.abc import Iterable

from diag.knowledge.asked_for import crowds
from diag.model.address import Address
from diag.model.answer import ConnectBurstEnd
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo
from diag.model.question import Connect, ConnectBurst, Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered

_ENOUGH = 2
"""How many of the connections at once must have failed."""
_REMOTE = frozenset({Failure.TIMED_OUT, Failure.REFUSED, Failure.RESET, Failure.PROHIBITED, Failure.UNREACHABLE})


def _crowd(view: EndpointView, address: Address) -> ConnectBurst:
    return ConnectBurst(address, view.evidence.run.trials.load)


def _of_control(view: EndpointView) -> ConnectBurst | None:
    """As many to a host that is known to be good, if one accepted."""
    return next((_crowd(view, dial.question.address) for dial in view.control_dials if not dial.answer.failure), None)


def _afresh(view: EndpointView) -> Connect:
    """One connection more, under the first number that no walk has."""
    return Connect(view.connected[0], attempt=view.evidence.run.trials.repeat)


def _failed(seen: Answered[ConnectBurst, ConnectBurstEnd]) -> int:
    return sum(dialled.failure in _REMOTE for dialled in seen.answer.connects)


def questions(view: EndpointView) -> Iterable[Question]:
    if not view.connected:
        return ()
    many = _seen(view, _crowd(view, view.connected[0]))
    if many is None:
        return (_crowd(view, view.connected[0]),)
    control = _of_control(view)
    return (_afresh(view), *((control,) if control else ())) if _failed(many) >= _ENOUGH else ()


def _seen(view: EndpointView, question: ConnectBurst | None) -> Answered[ConnectBurst, ConnectBurstEnd] | None:
    return next((seen for seen in view.connect_bursts if seen.question == question), None)


def judge(view: EndpointView) -> Finding:
    many = _seen(view, _crowd(view, view.connected[0])) if view.connected else None
    if many is None:
        return unknown(Because.NO_ANSWER if view.connected else Because.NOT_REACHED)
    if _failed(many) < _ENOUGH:
        return ok(many.observation)
    one = next((seen for seen in view.connections if seen.question == _afresh(view)), None)
    if one is None or one.answer.failure:
        return unknown(Because.UNDECIDED, many.observation, *((one.observation,) if one else ()))
    control = _seen(view, _of_control(view))
    if view.lacks_control or (control is None and _of_control(view)):
        return unknown(Because.NO_ANSWER, many.observation)
    if control and _failed(control) < _ENOUGH:
        return unknown(Because.UNDECIDED, many.observation, control.observation)
    words = {str(dialled.failure) for dialled in many.answer.connects if dialled.failure in _REMOTE}
    return problem(
        many.observation,
        one.observation,
        *((control.observation,) if control else ()),
        about="ports on the way" if control else view.connected[0].host,
        confidence=Confidence.LIKELY if control else Confidence.POSSIBLE,
        host=view.endpoint.host,
        number=len(many.answer.connects),
        failed=_failed(many),
        ending=tuple(sorted(words)),
        control_failed=_failed(control) if control else None,
    )


CHECK = EndpointCheck(
    id="network-source-ports-scarce",
    owner=Owner.NETWORK,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc6888",
    do=(HowTo.LIMITS,),
    see_not="it needs many connections at once: diag run --load opens them",
    judge=judge,
    needs=Stage.CONNECT,
    applies=crowds,
    questions=questions,
    tokens={"ending": Failure},
    rivals=(
        Rival(
            "host-limits",
            owner=Owner.SERVICE,
            decided_by="the counters of the gateway or firewall (ports in use, dropped connections), or as many"
            " connections to another"
            " good host (--control)",
            words="the host itself limits connections from one client",
        ),
    ),
    explains=("network-packet-loss",),
    sentences=Sentences(
        title="Of {number} simultaneous connections to {host}, {failed} failed; a single one succeeds",
        seen=(
            "Of {number} simultaneous connections, {failed} failed ({ending}). A single connection afterwards succeeded.",
            "Of as many connections to the comparison host, {control_failed} failed.",
        ),
        means="A NAT gateway or firewall on the network path, or the host, limits the number of connections.",
        remedy=(
            "Ask your network or cloud team to check the NAT gateway or firewall: ports in use, dropped connections.",
            "Give it more addresses or more ports for each computer, and make programs reuse connections.",
            "If nothing in your network has such a limit, ask the provider whether {host} {host:limits|limit}"
            " connections from one address.",
        ),
    ),
)
