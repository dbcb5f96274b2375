"""The proxy script (PAC) is there and of no use: it is no script, fails, never ends, or names no way.

*What it means*

This computer is set to ask a small script for each address which proxy to take. What lies at the script's address could not be
run, or did not say anything that a client understands.

*Why it matters*

Browsers go direct when their script fails, without a word. Where the network lets nothing out but the proxy, everything fails,
and it seems to be the service's fault. A mistake may concern one host only.

*What to do*

Give what was seen to whoever keeps the script: the kind of error, its line, or what was returned. A web page in its place is
often a login page of the network, or the answer of a server that no longer has the script.

*How it is told apart*

The script is run as browsers do, with the helper functions that they give it, for this very endpoint. Its text is not kept. A
script that cannot be fetched at all is `proxy-pac-unreachable`. A mistyped part beside good ones does no harm and is passed over.
A script that takes too long, or too much memory, is so by diag's limits; clients may be more patient, and the finding is less
sure. Where this client does not obey the script, or reached the endpoint all the same, it is a warning.
"""

from diag.knowledge.pac import has_script, is_obeyed, pac_progress, set_in, shown
from diag.model.answer import PacResult
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Observation
from diag.model.script import Flaw
from diag.model.verdict import Because, Confidence, Finding, Owner, not_applicable, ok, problem, unknown, warning

_HOW = {
    Flaw.PAGE: "it is a web page, and no script",
    Flaw.EMPTY: "it is empty",
    Flaw.SYNTAX: "it is no valid JavaScript",
    Flaw.NO_FUNCTION: "it has no function FindProxyForURL",
    Flaw.THREW: "it fails with an error",
    Flaw.TOO_DEEP: "it calls itself without end",
    Flaw.NOT_TEXT: "it returns something other than text",
    Flaw.NONSENSE: "it returns a text that names no way",
    Flaw.TOO_LARGE: "it is too large, or takes too much memory",
    Flaw.TOO_SLOW: "it does not end",
    Flaw.GIVEN_UP: "it does not end",
    Flaw.TOO_MANY_NAMES: "it looks up too many names",
}
BY_OUR_LIMITS = frozenset({Flaw.TOO_LARGE, Flaw.TOO_SLOW, Flaw.GIVEN_UP, Flaw.TOO_MANY_NAMES})


def judge(view: EndpointView) -> Finding:
    """Whether the script names a way to this endpoint."""
    course = pac_progress(view)
    if course is None or course.absent:
        return not_applicable()
    if course.wanted or course.fetched is None:
        return unknown(Because.NOT_LOOKED if course.wanted else Because.NOT_REACHED)
    fetched, steered = course.fetched, course.steered
    if fetched.answer.failure in _HOW:
        return _finding(view, fetched.answer.failure, fetched.observation)
    if steered is None:
        return unknown(Because.NO_ANSWER if not fetched.answer.failure else Because.NOT_REACHED, fetched.observation)
    if steered.answer.failure in _HOW:
        return _finding(view, steered.answer.failure, fetched.observation, steered.observation)
    return unknown(Because.UNDECIDED, steered.observation) if steered.answer.failure else ok(steered.observation)


def _finding(view: EndpointView, failure: str, *seen: Observation) -> Finding:
    course = pac_progress(view)
    assert course
    says = problem if is_obeyed(view) and not view.arrived else warning
    return says(
        *seen,
        about=shown(course),
        confidence=Confidence.LIKELY if failure in BY_OUR_LIMITS else Confidence.CERTAIN,
        script=shown(course),
        how=_HOW[Flaw(failure)],
        detail=_detail(seen[-1].answer) or "no more is known",
        set_in=set_in(view),
        target=str(view.endpoint.authority),
    )


def _detail(answer: object) -> str:
    """What helps who keeps the script: where it fails, or what it returned."""
    if not isinstance(answer, PacResult):
        return ""
    if answer.text:
        return f"it returned: {answer.text}"
    return " ".join(part for part in (answer.error, f"in line {answer.line}" if answer.line else "") if part)


CHECK = EndpointCheck(
    id="proxy-pac-broken",
    owner=Owner.NETWORK,
    article=__doc__,
    applies=has_script,
    judge=judge,
    explains=("network-connection-filtered", "network-connection-rejected", "network-connection-refused"),
    sentences=Sentences(
        title="The proxy script {script} is of no use: {how}",
        seen="The proxy script {script} (set in {set_in}) was asked for the way to {target}, and {how} ({detail}).",
        means="Programs that obey the script are told of no proxy and go direct, which this network may not let them do.",
        remedy=(
            "Give this to whoever keeps the script {script}: {how} ({detail}).",
            "Until it is mended, name the proxy itself (--proxy, or HTTPS_PROXY), if you know it.",
            "Run diag again: it should then say that the script names the way.",
        ),
    ),
)
