"""The proxy script (PAC) does not work.

*What it means*

This computer is set to ask a small script for each address which proxy to take. What lies at the script's address could not be
run, or did not say anything that a client understands.

*Why it matters*

Browsers go direct when their script fails, without a word. Where the network lets nothing out but the proxy, everything fails,
and it seems to be the service's fault. A mistake may concern one host only.

*What to do*

Give the findings to the team that keeps the script: the kind of error, its line, or what was returned. A web page in its place
is often a login page of the network, or the answer of a server that no longer has the script.

*How it is told apart*

The script is run as browsers do, with the helper functions that they give it, for this very endpoint. Its text is not kept. A
script that cannot be fetched at all is `proxy-pac-unreachable`. A mistyped part beside good ones does no harm and is passed
over. A word of the language where the proxy's name belongs (`PROXY DIRECT`) does harm. A script that takes too long, or too
much memory, is so by diag's limits; clients may be more patient, and the finding is less sure. Where this client does not obey
the script, or reached the endpoint all the same, it is a warning.
"""

from diag.knowledge.pac import has_script, is_obeyed, pac_progress, set_in, shown
from diag.model.answer import PacResult
from diag.model.check import EndpointCheck, Sentences, When
from diag.model.endpoint_view import EndpointView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.script import Flaw
from diag.model.verdict import Because, Confidence, Finding, Owner, not_applicable, ok, problem, unknown, warning

_BROKEN = frozenset(
    {
        Flaw.PAGE,
        Flaw.EMPTY,
        Flaw.SYNTAX,
        Flaw.NO_FUNCTION,
        Flaw.THREW,
        Flaw.TOO_DEEP,
        Flaw.NOT_TEXT,
        Flaw.NONSENSE,
        Flaw.TOO_LARGE,
        Flaw.TOO_SLOW,
        Flaw.GIVEN_UP,
        Flaw.TOO_MANY_NAMES,
    }
)
_KEYWORDS = frozenset({"direct", "proxy", "http", "https", "socks", "socks4", "socks5", "none", "null", "undefined", "default"})
"""Words of the language of scripts, and of JavaScript: where one stands as a proxy's host it was mistyped."""
BY_OUR_LIMITS = frozenset({Flaw.TOO_LARGE, Flaw.TOO_SLOW, Flaw.GIVEN_UP, Flaw.TOO_MANY_NAMES})


def judge(view: EndpointView) -> Finding:
    """Return whether the script names a way to this endpoint."""
    course = pac_progress(view)
    if course is None or course.absent:
        return not_applicable()
    if course.wanted or course.fetched is None:
        return unknown(Because.NOT_LOOKED if course.wanted else Because.NOT_REACHED)
    fetched, steered = course.fetched, course.steered
    if fetched.answer.failure in _BROKEN:
        return _finding(view, fetched.answer.failure, fetched.observation)
    if steered is None:
        return unknown(Because.NO_ANSWER if not fetched.answer.failure else Because.NOT_REACHED, fetched.observation)
    if steered.answer.failure in _BROKEN:
        return _finding(view, steered.answer.failure, fetched.observation, steered.observation)
    if steered.answer.failure:
        return unknown(Because.UNDECIDED, steered.observation)
    if keyword_as_host(steered.answer):
        return _finding(view, Flaw.KEYWORD_AS_HOST, fetched.observation, steered.observation)
    return ok(steered.observation)


def keyword_as_host(result: PacResult) -> str:
    """Return the first proxy's host, where it is a word of the language and no name (`PROXY DIRECT`); empty: it is none."""
    first = result.ways[0].proxy if result.ways else None
    return first.host if first and first.host in _KEYWORDS else ""


def _finding(view: EndpointView, failure: str, *seen: Observation) -> Finding:
    course = pac_progress(view)
    assert course
    result = seen[-1].answer if isinstance(seen[-1].answer, PacResult) else None
    says = problem if is_obeyed(view) and not view.arrived else warning
    return says(
        *seen,
        about=shown(course),
        confidence=Confidence.LIKELY if failure in BY_OUR_LIMITS else Confidence.CERTAIN,
        script=shown(course),
        script_flaw=Flaw(failure),
        returned=(result.text or None) if result else None,
        error=(result.error or None) if result else None,
        line=(result.line or None) if result else None,
        set_in=set_in(view),
        target=str(view.endpoint.authority),
    )


CHECK = EndpointCheck(
    id="proxy-pac-broken",
    owner=Owner.PROXY,
    article=__doc__,
    reference="https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Proxy_servers_and_tunneling/Proxy_Auto-Configuration_PAC_file",
    do=(HowTo.PROXY_SCRIPT,),
    see=(
        ShellLine("curl -s {script}", "the script as it is"),
        ShellLine("(Invoke-WebRequest {script}).Content", "the script as it is", Shell.POWERSHELL),
    ),
    applies=has_script,
    judge=judge,
    explains=(
        "proxy-name-not-found",
        "network-connection-filtered",
        "network-connection-rejected",
        "network-connection-refused",
    ),
    rivals=(),
    tokens={"script_flaw": Flaw},
    alike=("script_flaw",),
    sentences=Sentences(
        title="The proxy script {script} does not work: {script_flaw}",
        seen=(
            "diag asked the proxy script {script} (set in {set_in}) for the route to {target}. Result: {script_flaw}.",
            "What it returned: {returned}",
            "Its error message: {error}.",
            "The error is in line {line}.",
        ),
        means=(
            When(
                "script_flaw",
                (Flaw.KEYWORD_AS_HOST,),
                "Programs that use the script take that word as the name of their proxy, and there is none.",
            ),
            When(
                "script_flaw",
                tuple(flaw for flaw in Flaw if flaw is not Flaw.KEYWORD_AS_HOST),
                "Programs that use the script get no proxy from it and go direct, which this network may not allow.",
            ),
        ),
        remedy=(
            "Ask the team that keeps the script {script} to fix this: {script_flaw}.",
            "Until it is fixed, name the proxy itself (--proxy, or HTTPS_PROXY), if you know it.",
            "Run diag again: the script should then name a route.",
        ),
    ),
)
