"""The proxy script (PAC) cannot be fetched, so nobody is told which proxy to take.

*What it means*

This computer is set to fetch a small script that says for each address which proxy to take. The script could not be fetched: its
server was not found, did not answer, or answered with something else.

*Why it matters*

Browsers and many programs then go direct. Where the network lets nothing out but the proxy, everything fails, and some programs
wait for the script a long time before they do.

*What to do*

Check that the script's address is still the right one. If it is, its server has to be brought back, or the way to it opened.

*How it is told apart*

Every step on the way to the script is seen: its server's name, the connection, the answer. A page or an empty file in its place
is `proxy-pac-broken`. Where nothing at all was reached in this run, not even inside this network, the finding says so: then the
network as a whole may be down. A script that is set on the system, and that this client does not obey, is looked at only where
the direct way failed, and is a warning. That no script is found where one is only looked for (WPAD) is common and no fault.
"""

from collections.abc import Sequence

from checks.proxy.unreachable import OUTSIDE
from diag.knowledge.fetching import look_up
from diag.knowledge.pac import has_script, is_obeyed, pac_progress, set_in, shown
from diag.model.answer import Connection, PacReply, Session, SystemLookup
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView
from diag.model.failure import WORDS, Failure
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.script import FETCHED_IN_VAIN, Flaw
from diag.model.verdict import Because, Confidence, Finding, Owner, not_applicable, ok, problem, unknown, warning

_LOST = frozenset({Flaw.UNTRUSTED, Flaw.MOVED_TOO_OFTEN, Flaw.MISSING, Flaw.STATUS})
_SILENT = frozenset({Failure.TIMED_OUT, Failure.UNREACHABLE, Failure.NO_ROUTE})
"""Failures that the whole network's being down would bring too."""
ABSENT = frozenset({Failure.NAME_NOT_FOUND, Failure.NO_DATA})


def judge(view: EndpointView) -> Finding:
    """Return whether there is a script at the address that is set."""
    course = pac_progress(view)
    if course is None or course.absent:
        return not_applicable()
    if course.wanted:
        return unknown(Because.NOT_LOOKED)
    if course.fetched and course.fetched.answer.moved is None and not _in_vain(course.fetched.answer):
        return ok(course.fetched.observation)
    endings = _endings(view, course.address.host if course.address else "", course.seen)
    if not endings:
        return unknown(
            Because.NO_ANSWER if any(seen.fault for seen in course.seen) else Because.UNDECIDED, *_answered(course.seen)
        )
    says = problem if is_obeyed(view) and not view.arrived else warning
    reached = _reached_anything(view)
    doubt = says is problem and _SILENT.issuperset(endings) and reached is None
    elsewhere = () if doubt else (reached,) if reached else _answered(course.seen)
    return says(
        *_answered(course.seen),
        about=shown(course),
        confidence=Confidence.POSSIBLE if doubt else Confidence.LIKELY if says is problem else Confidence.CERTAIN,
        script=shown(course),
        script_ending=endings,
        status=next((_status(seen) for seen in course.seen if _status(seen)), None),
        set_in=set_in(view),
        rules_out={"network-no-egress": elsewhere},
    )


def _reached_anything(view: EndpointView) -> Observation | None:
    """The first connection of this run that was accepted; None: nothing was reached."""
    seen = view.evidence.observations
    return next((one for one in seen if isinstance(one.answer, Connection) and not one.answer.failure), None)


def _status(seen: Observation) -> int:
    """The status that came in place of the script; 0: none did."""
    return seen.answer.status if isinstance(seen.answer, PacReply) and seen.answer.failure == Flaw.STATUS else 0


def _in_vain(answer: PacReply) -> bool:
    return answer.failure in FETCHED_IN_VAIN or answer.failure in WORDS


def _endings(view: EndpointView, host: str, seen: Sequence[Observation]) -> tuple[str, ...]:
    """How each step failed that failed, as words of `Failure` and `Flaw`; empty: by nothing that is outside of this computer."""
    words: list[str] = []
    for observation in seen:
        match observation.answer:
            case PacReply(moved=moved) if moved:
                words.append(Flaw.MOVED_TOO_OFTEN)
            case PacReply(failure=failure) if failure in _LOST:
                words.append(failure)
            case Connection(failure=failure) | Session(failure=failure) | PacReply(failure=failure) if failure:
                words += [failure] if failure in OUTSIDE or not isinstance(observation.answer, Connection) else []
            case SystemLookup(failure=failure) if failure in ABSENT:
                words.append(failure)
    if not words and host and look_up(view.evidence, host).absent:
        words.append(Failure.NAME_NOT_FOUND)
    return tuple(dict.fromkeys(words))


def _answered(seen: Sequence[Observation]) -> tuple[Observation, ...]:
    return tuple(observation for observation in seen if observation.answer is not None)


CHECK = EndpointCheck(
    id="proxy-pac-unreachable",
    owner=Owner.PROXY,
    article=__doc__,
    reference="https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Proxy_servers_and_tunneling/Proxy_Auto-Configuration_PAC_file",
    do=(HowTo.PROXY_SCRIPT,),
    see=(
        ShellLine("curl -sv -o /dev/null {script}", "an error, or a status other than 200"),
        ShellLine("Invoke-WebRequest {script}", "an error", Shell.POWERSHELL),
    ),
    applies=has_script,
    judge=judge,
    explains=("network-connection-filtered", "network-connection-rejected", "network-connection-refused"),
    rivals=(Rival("network-no-egress", decided_by="a host inside this network, given with --control"),),
    alike=("script_ending",),
    sentences=Sentences(
        title="The proxy script {script} cannot be fetched",
        seen=(
            "diag asked for the proxy script {script} (set in {set_in}), and did not get it: {script_ending}.",
            "The answer had the status {status} instead.",
        ),
        means="Programs that use the script get no proxy from it and go direct, which this network may not allow.",
        remedy=(
            "Ask the team that keeps the proxy script whether {script} is still its address. If it is, ask them to restore it.",
            "If it has moved, set the new address in {set_in}.",
            "Until then, name the proxy itself (--proxy, or HTTPS_PROXY), if you know it.",
        ),
    ),
)
