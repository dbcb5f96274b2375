"""Judgement: checks over evidence, then causes over consequences. Pure: the same evidence and checks give the same diagnosis."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from diag.engine.causes import causes_of
from diag.engine.surroundings import placed, surroundings
from diag.model.case import Case, Whole
from diag.model.check import AnyCheck, EndpointCheck
from diag.model.diagnosis import Cause, Diagnosis, EndpointState, Outcome
from diag.model.run import Evidence
from diag.model.verdict import RUN, Because, Finding, Status, Verdict, not_applicable, unknown

Sight = TypeVar("Sight", Case, Whole)


def judge(evidence: Evidence, checks: Sequence[AnyCheck]) -> Diagnosis:
    """The diagnosis of some evidence: the whole matrix of `checks` over its subjects, and the causes on top."""
    whole = Whole(evidence)
    verdicts = tuple(_verdicts(checks, whole))
    causes = placed(causes_of(verdicts, checks, whole.cases), surroundings(whole))
    endpoints = tuple(_state(case, causes) for case in whole.cases)
    return Diagnosis(_outcome(endpoints, causes), causes, endpoints, verdicts)


def _verdicts(checks: Sequence[AnyCheck], whole: Whole) -> Iterable[Verdict]:
    for check in checks:
        if isinstance(check, EndpointCheck):
            for case in whole.cases:
                yield Verdict(check.id, str(case.endpoint), _finding_for_endpoint(check, case))
        else:
            yield Verdict(check.id, RUN, _finding(check.applies, check.judge, whole))


def _finding_for_endpoint(check: EndpointCheck, case: Case) -> Finding:
    def judged(case: Case) -> Finding:
        if case.has(check.needs):
            return check.judge(case)
        because = Because.NO_ANSWER if any(seen.fault for seen in case.observations) else Because.NOT_REACHED
        return unknown(because, reached=case.reached.name.lower(), needs=check.needs.name.lower())

    return _finding(check.applies, judged, case)


def _finding(applies: Callable[[Sight], bool], judged: Callable[[Sight], Finding], sight: Sight) -> Finding:
    """What a check says; its own bug is an `unknown` that says so, and costs this one answer."""
    try:
        return judged(sight) if applies(sight) else not_applicable()
    except Exception as bug:  # noqa: BLE001  (a check that raises is our fault and never the network's)
        return unknown(Because.CHECK_BROKEN, bug=type(bug).__name__)


def _state(case: Case, causes: Sequence[Cause]) -> EndpointState:
    name = str(case.endpoint)
    hit_by = [cause for cause in causes if name in cause.endpoints]
    if any(cause.status is Status.PROBLEM for cause in hit_by):
        status = Outcome.PROBLEM
    elif not case.arrived:
        status = Outcome.UNKNOWN
    else:
        status = Outcome.WARNING if hit_by else Outcome.OK
    return EndpointState(case.endpoint, status, case.reached, case.arrived, tuple(dict.fromkeys(cause.id for cause in hit_by)))


def _outcome(endpoints: Sequence[EndpointState], causes: Sequence[Cause]) -> Outcome:
    """The run's one word: a proven problem outweighs an open question, and that a warning."""
    if any(cause.status is Status.PROBLEM for cause in causes):
        return Outcome.PROBLEM
    if not endpoints or any(state.status is Outcome.UNKNOWN and state.endpoint.expects.required for state in endpoints):
        return Outcome.UNKNOWN
    return Outcome.WARNING if causes else Outcome.OK
