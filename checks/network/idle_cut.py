"""A connection that is idle for a while is dead afterwards, and nobody said so.

*What it means*

You asked for a connection to be left idle (`--idle`). It was opened, left alone for that time, and used again: what was sent
was met with a reset, or with silence. Firewalls and address translators forget connections that are idle, and then drop or
reset what still comes.

*Why it matters*

Programs that keep connections open for later use, such as database drivers and pools, fail at the first use after a pause, and
often wait for a long time before they notice.

*What to do*

Have programs send something before that time is over: TCP keep-alive, or the keep-alive of their own protocol. Or have the time
after which the firewall or translator forgets raised.

*How it is told apart*

A server that ends an idle connection itself does so in good order (a FIN), which programs see at once: nothing is said of that.
A fresh connection is opened afterwards: only where it is accepted is the idle one said to have been cut, and not the host gone.
"""

from collections.abc import Iterable

from diag.model.answer import HoldEnd
from diag.model.case import Case, Stage
from diag.model.check import EndpointCheck, Sentences
from diag.model.failure import Failure
from diag.model.question import Connect, Hold, Question, Wire, dialled
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.view import Seen

_CUT = frozenset({Failure.RESET, Failure.TIMED_OUT})


def _idles(case: Case) -> bool:
    return case.evidence.run.trials.idle > 0


def _wire(case: Case) -> Wire | None:
    """The walk's open connection, as far up as it went; None: there is none."""
    if not case.arrived:
        return None
    if case.session:
        return case.session.question
    if case.tunnel:
        return case.tunnel.question
    return next((dial.question for dial in case.dials if not dial.answer.failure), None)


def _hold(case: Case) -> Hold | None:
    wire = _wire(case)
    return Hold(wire, case.evidence.run.trials.idle) if wire else None


def _held(case: Case) -> Seen[Hold, HoldEnd] | None:
    return next((seen for seen in case.holds if seen.question == _hold(case)), None)


def _is_dead(held: Seen[Hold, HoldEnd]) -> bool:
    return not held.answer.stage and held.answer.failure in _CUT


def _afresh(case: Case, held: Seen[Hold, HoldEnd]) -> Connect:
    """A new connection to the same address, under the first number that no walk has."""
    return Connect(dialled(held.question.over), attempt=case.evidence.run.trials.repeat)


def _questions(case: Case) -> Iterable[Question]:
    hold, held = _hold(case), _held(case)
    if held and _is_dead(held):
        return (hold, _afresh(case, held)) if hold else ()
    return (hold,) if hold else ()


def _judge(case: Case) -> Finding:
    held = _held(case)
    if held is None or held.answer.stage:
        return unknown(Because.NOT_REACHED if _hold(case) is None else Because.NO_ANSWER)
    if not _is_dead(held):
        return ok(held.observation, lived=round(held.answer.lived, 1), ended=held.answer.failure)
    afresh = next((seen for seen in case.connections if seen.question == _afresh(case, held)), None)
    if afresh is None or afresh.answer.failure:
        return unknown(Because.UNDECIDED, held.observation, *((afresh.observation,) if afresh else ()))
    return problem(
        held.observation,
        afresh.observation,
        about=str(case.endpoint),
        confidence=Confidence.LIKELY,
        host=case.endpoint.host,
        seconds=round(case.evidence.run.trials.idle, 1),
        lived=round(held.answer.lived, 1),
        how="a reset" if held.answer.failure == Failure.RESET else "silence",
        neighbour="the host itself forgets idle connections",
        decided_by="the same look from another network",
    )


CHECK = EndpointCheck(
    id="network-idle-cut",
    owner=Owner.NETWORK,
    article=__doc__,
    judge=_judge,
    needs=Stage.CONNECT,
    applies=_idles,
    questions=_questions,
    sentences=Sentences(
        title="A connection to {host} is dead after {seconds} s of idleness",
        seen="A connection was left idle for {lived} s; what was sent then was met with {how}. A fresh one was accepted.",
        means="Something on the way forgets idle connections, and programs that keep them open fail at the next use.",
        remedy=(
            "Let programs send TCP keep-alives (or their protocol's own) more often than every {seconds} s.",
            "Or have your network team raise the idle time-out of the firewall, translator or balancer on the way to {host}.",
        ),
    ),
)
