"""A connection no longer works after some time without traffic.

*What it means*

You asked for a connection to be left idle (`--idle`). It was opened, left alone for that time, and used again: what was sent
was met with a reset, or with silence. Firewalls and address translators forget connections that are idle, and then drop or
reset what still comes.

*Why it matters*

Programs that keep connections open for later use, such as database drivers and pools, fail at the first use after a pause.
They often wait for a long time before they notice.

*What to do*

Have programs send something before that time is over: TCP keep-alive, or the keep-alive of their own protocol. Or have the time
after which the firewall or translator forgets raised.

*How it is told apart*

A server that ends an idle connection itself does so in good order (a FIN), which programs see at once: nothing is said of that.
A fresh connection is opened afterwards: only where it is accepted is the idle one said to have been cut, and not the host gone.
"""

from collections.abc import Iterable

from diag.knowledge.asked_for import idles
from diag.model.answer import HoldEnd
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, ShellLine
from diag.model.question import Carrier, Connect, Hold, Question, dialled
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown
from diag.model.view import Answered

_CUT = frozenset({Failure.RESET, Failure.TIMED_OUT})


def _wire(view: EndpointView) -> Carrier | None:
    """The walk's open connection, as far up as it went; None: there is none."""
    if not view.arrived:
        return None
    if view.session:
        return view.session.question
    if view.tunnel:
        return view.tunnel.question
    return next((dial.question for dial in view.dials if not dial.answer.failure), None)


def _hold(view: EndpointView) -> Hold | None:
    wire = _wire(view)
    return Hold(wire, view.evidence.run.trials.idle) if wire else None


def _held(view: EndpointView) -> Answered[Hold, HoldEnd] | None:
    return next((seen for seen in view.holds if seen.question == _hold(view)), None)


def _is_dead(held: Answered[Hold, HoldEnd]) -> bool:
    return not held.answer.stage and held.answer.failure in _CUT


def _afresh(view: EndpointView, held: Answered[Hold, HoldEnd]) -> Connect:
    """A new connection to the same address, under the first number that no walk has."""
    return Connect(dialled(held.question.over), attempt=view.evidence.run.trials.repeat)


def questions(view: EndpointView) -> Iterable[Question]:
    hold, held = _hold(view), _held(view)
    if held and _is_dead(held):
        return (hold, _afresh(view, held)) if hold else ()
    return (hold,) if hold else ()


def judge(view: EndpointView) -> Finding:
    held = _held(view)
    if held is None or held.answer.stage:
        return unknown(Because.NOT_REACHED if _hold(view) is None else Because.NO_ANSWER)
    if not _is_dead(held):
        return ok(held.observation, lived=round(held.answer.lived, 1), ending=held.answer.failure or None)
    afresh = next((seen for seen in view.connections if seen.question == _afresh(view, held)), None)
    if afresh is None or afresh.answer.failure:
        return unknown(Because.UNDECIDED, held.observation, *((afresh.observation,) if afresh else ()))
    return problem(
        held.observation,
        afresh.observation,
        about=str(view.endpoint),
        host=view.endpoint.host,
        seconds=round(view.evidence.run.trials.idle, 1),
        lived=round(held.answer.lived, 1),
        ending=held.answer.failure,
    )


CHECK = EndpointCheck(
    id="network-idle-cut",
    owner=Owner.NETWORK,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc1122#section-4.2.3.6",
    do=(HowTo.KEEP_ALIVE,),
    see=(
        ShellLine(
            "(sleep {seconds}; echo) | openssl s_client -quiet -connect {to_authority} -servername {host}",
            "no answer, or a reset, after the pause",
        ),
    ),
    judge=judge,
    needs=Stage.CONNECT,
    applies=idles,
    questions=questions,
    tokens={"ending": Failure},
    rivals=(
        Rival(
            "host-forgets",
            owner=Owner.SERVICE,
            decided_by="the same test from another network",
            words="the host itself forgets idle connections",
        ),
    ),
    sentences=Sentences(
        title="A connection to {host} no longer works after {seconds} s without traffic",
        seen=(
            "diag left a connection without traffic for {lived} s.",
            When("ending", ("reset",), "It was reset at the next packet. A new connection succeeded."),
            When("ending", ("timed_out",), "The next packet got no reply. A new connection succeeded."),
        ),
        means="Something on the network path forgets idle connections. Programs that keep connections open fail at the next use.",
        remedy=(
            "Make programs send TCP keep-alives, or those of their own protocol, more often than every {seconds} s.",
            "Or ask your network team to raise the idle time-out of the firewall, NAT or load balancer on the path to {host}.",
        ),
    ),
)
