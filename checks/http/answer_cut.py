"""The answer begins but does not finish.

*What it means*

The service answered with a status, and its answer ended before its end: the connection was closed or reset in the middle, or
nothing more came.

*Why it matters*

Programs report "incomplete read", "premature end" or a time-out, often only for large answers, while a quick test that looks at
the status alone says that all is well.

*What to do*

Repeat it. If it lasts, check whether a scanner inspects the answers (a virus filter, data loss prevention, a proxy). These
often cut what they do not like, or what is too large for them. If you run the service, compare the length that it announces
with what it sends, and check its log for a process that dies.

*How it is told apart*

The length that the answer announces (Content-Length, or the end of its chunks) is held against what came. An answer without a
length ends with its connection and counts as whole; one that goes on for ever (a stream of events) is not called silent. An
answer of which nothing came is `http-no-answer`.
"""

from enum import StrEnum

from diag.knowledge.each_address import ANSWERED_AT, at_each_answer
from diag.knowledge.response_author import field, speaks_http
from diag.model.answer import HttpReply
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.failure import Failure
from diag.model.how_to import Shell, ShellLine
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


class BrokenOff(StrEnum):
    """How an answer ended before its end."""

    CLOSED = "closed"
    RESET = "reset"
    SILENT = "silent"


_STREAMS = ("text/event-stream", "multipart/x-mixed-replace")
_HOW = {Failure.CUT: BrokenOff.CLOSED, Failure.RESET: BrokenOff.RESET, Failure.TIMED_OUT: BrokenOff.SILENT}


@at_each_answer
def judge(view: EndpointView) -> Finding:
    """Return whether the answer broke off after its head."""
    seen = view.exchange
    if seen is None:
        return unknown(Because.NOT_REACHED)
    answer = seen.answer
    if not answer.status:
        return unknown(Because.UNDECIDED, seen.observation)
    how = next((word for failure, word in _HOW.items() if answer.failure == failure), None)
    if how is None:
        return ok(seen.observation)
    announced = _announced(answer)
    if how is BrokenOff.SILENT and announced is None and _is_stream(answer):
        return ok(seen.observation)
    if how is BrokenOff.SILENT and announced is None:
        return unknown(Because.UNDECIDED, seen.observation)  # it may be a stream that has no end
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=Confidence.LIKELY,
        endpoint=str(view.endpoint.authority),
        path=view.endpoint.path,
        status=answer.status,
        broken_off=how.value,
        received=len(answer.body),
        announced=announced,
        proxy=str(view.proxy.authority) if view.proxy else None,
    )


def _is_stream(answer: HttpReply) -> bool:
    """Whether the answer says of itself that it goes on as long as the connection (WHATWG HTML, section 9.2)."""
    return answer.status < 300 and field(answer.headers, "content-type").startswith(_STREAMS)


def _announced(answer: HttpReply) -> int | None:
    """The length that the answer says it has; None: none, or none that can be read."""
    said = field(answer.headers, "content-length")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else None


CHECK = EndpointCheck(
    id="http-answer-cut",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9112#section-8",
    see=(
        ShellLine("curl -sv -o /dev/null {to_url}", "an error about the end of the transfer"),
        ShellLine("curl.exe -sv -o NUL {to_url}", "an error about the end of the transfer", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    rivals=(
        Rival(
            "scanner-on-the-way",
            owner=Owner.NETWORK,
            decided_by="the same request from another network, and without the proxy",
            words="a scanner or proxy in between cuts answers that it does not allow",
        ),
        Rival(
            "cut-by-the-proxy",
            owner=Owner.PROXY,
            decided_by="the same request without the proxy",
            words="the proxy cuts answers that it does not allow, or that take too long",
        ),
        Rival("network-packet-loss", decided_by="whether packets of the connection were lost"),
        Rival("network-mtu-blackhole", decided_by="whether large packets arrive"),
    ),
    tokens={"broken_off": BrokenOff},
    alike=("broken_off",),
    measures=("received", "announced"),
    sentences=Sentences(
        title="{endpoint} does not finish its answer",
        seen=(
            "The answer for {path} began with status {status}, and broke off: {broken_off}.",
            "Of the body, {received} of {announced} bytes came.",
            When("announced", (), "The answer itself announces that length (Content-Length)."),
            *ANSWERED_AT,
        ),
        means="Programs that need the whole answer fail, although the status looks fine. The server cuts the answer, or"
        " something in between does.",
        remedy=(
            "If you run {endpoint}, check its log for what ended the answer for {path}, and whether it announces a wrong length.",
            "Ask the team that runs the proxy {proxy} whether it scans answers and cut this one.",
            "Try the same from another network. If the answer is complete there, ask the network team what inspects traffic"
            " here.",
        ),
    ),
)
