"""The service answers, and takes very long to begin.

*What it means*

Connecting and the handshake were quick; then more than five seconds went by between the request and the first byte of the
answer.

*Why it matters*

Programs with a shorter time-out give up and report a time-out, though the network path works. Others just feel slow.

*What to do*

See the service's status page, and try again. If it lasts, tell the provider the time, the name, the path and how long it took.
Raising the time-out of the program helps meanwhile.

*How it is told apart*

The way itself was quick, so it is not `network-high-latency`. Where the answer did not come within the time of this run, the
request is made once more with a longer time-out. If it is answered then, it is this; if not, it is `http-no-answer`.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from diag.knowledge.response_author import speaks_http
from diag.model.answer import HttpReply
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Exchange, Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown, warning
from diag.model.view import Answered

_SLOW = 5.0
"""Seconds to the first byte from which on an answer is slow."""
QUICK = 2.0
"""Seconds that connecting and shaking hands may each take on a way that is not to blame."""
LONG_PATIENCE = 6.5
"""Seconds for which the request is waited for when it is made once more: both together end within twelve."""


def judge(view: EndpointView) -> Finding:
    """Return whether the first byte came late though the way was quick."""
    seen = view.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    answered = seen if seen.answer.status else _again(view, seen)
    if answered is None or not answered.answer.status:
        return unknown(Because.UNDECIDED if answered else Because.NOT_LOOKED, seen.observation)
    if answered.answer.first_byte_after < _SLOW:
        return ok(seen.observation) if answered is seen else unknown(Because.UNDECIDED, seen.observation, answered.observation)
    if not _way_is_quick(view) or (view.proxy and not view.endpoint.speaks_tls):
        return unknown(Because.UNDECIDED, seen.observation, answered.observation)
    say = warning if answered is seen else problem
    return say(
        seen.observation,
        answered.observation,
        about=str(view.endpoint.authority),
        confidence=Confidence.CERTAIN if answered is seen else Confidence.LIKELY,
        endpoint=str(view.endpoint.authority),
        path=view.endpoint.path,
        seconds=round(answered.answer.first_byte_after, 1),
        limit=round(view.evidence.run.limits.timeout, 1),
    )


def questions(view: EndpointView) -> Iterable[Question]:
    """Yield the same request with more patience, where none was answered in time."""
    seen = view.exchange
    unanswered = seen and seen.answer.failure == Failure.TIMED_OUT and not seen.answer.stage and not seen.answer.status
    if seen and unanswered and (view.session is None or view.session_accepted):
        yield _patient(seen.question)


def _patient(question: Exchange) -> Exchange:
    return replace(question, patience=LONG_PATIENCE)


def _again(view: EndpointView, seen: Answered[Exchange, HttpReply]) -> Answered[Exchange, HttpReply] | None:
    more = (one for one in view.exchanges if one.question.patience > seen.question.patience)
    return next((one for one in more if replace(one.question, patience=seen.question.patience) == seen.question), None)


def _way_is_quick(view: EndpointView) -> bool:
    """Whether everything before the request went fast."""
    dials = [dial for dial in view.dials if not dial.answer.failure]
    before = [seen.observation.took for seen in (view.tunnel, view.session) if seen]
    return bool(dials) and min(dial.observation.took for dial in dials) < QUICK and all(took < QUICK for took in before)


CHECK = EndpointCheck(
    id="http-slow",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-15.6.5",
    do=(HowTo.TIME_OUT,),
    see=(
        ShellLine("time curl -so /dev/null {to_url}", "the seconds until the answer"),
        ShellLine("Measure-Command { curl.exe -s -o NUL {to_url} }", "the seconds until the answer", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    questions=questions,
    explains=("http-no-answer",),
    rivals=(Rival("network-high-latency", decided_by="how long packets take on the network path"),),
    sentences=Sentences(
        title="{endpoint} takes {seconds} s to begin its answer",
        seen="Connection and TLS handshake were quick. The first byte of the answer for {path} came after {seconds} s. diag"
        " first waits {limit} s.",
        means="The network path works. The service behind it is slow, and programs with a short time-out fail.",
        remedy=(
            "If you run {endpoint}, find out why {path} takes so long. If you do not, check its provider's status page, and"
            " try again.",
            "If it lasts, report to the provider that {endpoint} {endpoint:takes|take} {seconds} s for {path}."
            " Meanwhile, raise the time-out of the program.",
        ),
    ),
)
