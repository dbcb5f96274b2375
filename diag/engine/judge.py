"""Judgement: checks over evidence, then causes over consequences. Pure: the same evidence and checks give the same diagnosis."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from msgspec.structs import replace

from diag.engine.causes import causes_of
from diag.engine.surroundings import placed, surroundings
from diag.engine.suspects import suspects, unclaimed
from diag.model.catalogue import Dormant, Member, RestKind, awake
from diag.model.check import AnyCheck, EndpointCheck
from diag.model.diagnosis import Cause, Diagnosis, EndpointState, Outcome
from diag.model.endpoint_view import EndpointView, RunView, Stage
from diag.model.route import RouteReason
from diag.model.run import Bug, Evidence, Trail
from diag.model.verdict import RUN, Because, Facts, Finding, Owner, Status, Verdict, not_applicable, unknown
from diag.model.wire.unreadable import place

V = TypeVar("V", EndpointView, RunView)


def judge(evidence: Evidence, checks: Sequence[AnyCheck]) -> Diagnosis:
    """Return the diagnosis of some evidence: the whole matrix of `checks` over its subjects, and the causes on top."""
    return judged(evidence, checks)[0]


def judge_redacted(evidence: Evidence, checks: Sequence[AnyCheck], before: Diagnosis) -> Diagnosis:
    """Return the diagnosis of redacted evidence that lost nothing; `before` is that of the run as it was, by the same checks.

    Redaction changes no verdict (law 12), only what verdicts quote. So what an endpoint's verdict says without a fact stands;
    whatever holds a fact, or blames something, is judged anew as it stands there.
    """
    return judged(evidence, checks, before.verdicts)[0]


def judged(evidence: Evidence, checks: Sequence[AnyCheck], before: Sequence[Verdict] = ()) -> tuple[Diagnosis, tuple[Bug, ...]]:
    """Return the same, and the bugs of ours that cost a part of it. One that costs the causes leaves a diagnosis of UNKNOWN."""
    run_view = RunView(evidence)
    verdicts = tuple(_verdicts(awake(checks, *run_view.cases, run_view), run_view, iter(before)))
    bugs = dict.fromkeys(
        Bug(verdict.check, str(verdict.finding.facts.get("bug", "")))
        for verdict in verdicts
        if verdict.finding.because is Because.CHECK_BROKEN
    )
    try:
        found = any(verdict.finding.status in (Status.PROBLEM, Status.WARNING) for verdict in verdicts)
        diagnosis = _diagnosis(verdicts, checks if found else (), run_view, _surroundings(run_view, bugs))
    except Exception as bug:  # noqa: BLE001  (what was seen is still worth a bundle, and silence is never a pass)
        bugs[Bug("judgement", place(bug))] = None
        diagnosis = Diagnosis(Outcome.UNKNOWN, (), tuple(_undecided(trail) for trail in evidence.run.trails), verdicts)
    return diagnosis, tuple(bugs)


def _diagnosis(verdicts: tuple[Verdict, ...], checks: Sequence[AnyCheck], run_view: RunView, here: Facts) -> Diagnosis:
    causes = placed(causes_of(verdicts, checks, run_view.cases), here)
    puzzled = _puzzled(verdicts)
    sparing = frozenset(check.id for check in checks if check.spares_who_arrives)
    endpoints = tuple(_state(view, causes, str(view.endpoint) in puzzled, sparing) for view in run_view.cases)
    return Diagnosis(
        _outcome(endpoints, causes),
        causes,
        endpoints,
        verdicts,
        unclaimed(verdicts, run_view.cases),
        suspects(verdicts, endpoints, run_view.cases),
    )


def _surroundings(run_view: RunView, bugs: dict[Bug, None]) -> Facts:
    try:
        return surroundings(run_view)
    except Exception as bug:  # noqa: BLE001  (where a computer stands adds to the remedies alone)
        bugs[Bug("surroundings", place(bug))] = None
        return {}


def _undecided(trail: Trail) -> EndpointState:
    return EndpointState(trail.endpoint, Outcome.UNKNOWN, Stage.START, False, ())


def _verdicts(checks: Sequence[Member], run_view: RunView, before: Iterator[Verdict]) -> Iterable[Verdict]:
    """The matrix, check by check; `before`: the verdicts of the same cells, in the same order, where there are some."""
    views = [(str(view.endpoint), view) for view in run_view.cases]
    at_rest: dict[RestKind, list[tuple[str, Finding]]] = {}
    for check in checks:
        if isinstance(check, Dormant):
            if check.kind not in at_rest:
                of = views if check.judges is EndpointView else [(RUN, run_view)]
                at_rest[check.kind] = [(name, finding) for name, sight in of if (finding := check.rests(sight))]
            for name, finding in at_rest[check.kind]:
                next(before, None)
                yield Verdict(check.id, name, finding)
        elif isinstance(check, EndpointCheck):
            same: dict[object, Finding] = {}
            for name, view in views:
                said = next(before, None)
                if said is not None and said.check == check.id and _is_bare(said):
                    yield Verdict(check.id, name, said.finding)
                else:
                    yield Verdict(check.id, name, _once(_finding_for_endpoint(check, view), same))
        else:
            next(before, None)
            yield Verdict(check.id, RUN, _suffered(_finding(check.applies, check.judge, run_view), run_view))


def _is_bare(verdict: Verdict) -> bool:
    """Whether a verdict quotes nothing of the evidence and blames nobody."""
    finding = verdict.finding
    return not (finding.facts or finding.about or finding.rules_out) and finding.status not in (Status.PROBLEM, Status.WARNING)


def _once(finding: Finding, same: dict[object, Finding]) -> Finding:
    """The finding, or the same one of another endpoint: of a large run, most findings say nothing of one endpoint alone."""
    if finding.cites or not finding.facts:
        return finding
    return same.setdefault((finding.status, finding.because, tuple(finding.facts.items())), finding)


def _finding_for_endpoint(check: EndpointCheck, view: EndpointView) -> Finding:
    found = _at_session(check, view)
    if check.any_session and view.at_proxy and not (found.status is Status.PROBLEM and view.at_proxy.session_accepted):
        found = _of_two(check, _at_session(check, view.at_proxy), found)
    blames_us = found.status is Status.PROBLEM and view.cut_short
    return Finding(Status.UNKNOWN, found.cites, because=Because.NO_ANSWER) if blames_us else found


def _at_session(check: EndpointCheck, view: EndpointView) -> Finding:
    return _finding(check.applies, check.judge if view.has(check.needs) else partial(_out_of_reach, check.needs), view)


def _out_of_reach(needs: Stage, view: EndpointView) -> Finding:
    because = Because.NO_ANSWER if view.unseen else Because.NOT_REACHED
    return unknown(because, reached=view.reached.name.lower(), needs=needs.name.lower())


def _of_two(check: EndpointCheck, at_proxy: Finding, at_service: Finding) -> Finding:
    """What is said of the two sessions on one way: a fault at the proxy comes first, and its owner is whoever runs the proxy."""
    if at_proxy.status not in (Status.PROBLEM, Status.WARNING):
        return at_proxy if at_service.status is Status.NOT_APPLICABLE else at_service
    owner = at_proxy.owner or check.sentences_for(at_proxy.facts.get("form")).owner or check.owner
    return replace(at_proxy, owner=Owner.PROXY if owner is Owner.SERVICE else owner, with_proxy=True)


def _suffered(finding: Finding, run_view: RunView) -> Finding:
    """A finding on the run as far as somebody suffers: one that hits nobody, while all endpoints arrive, is a warning.

    An endpoint whose walk we ourselves cut short suffers by nothing that was seen.
    """
    if finding.status is not Status.PROBLEM:
        return finding
    cut_short = {str(view.endpoint) for view in run_view.cases if view.cut_short}
    hits = tuple(endpoint for endpoint in finding.hits if endpoint not in cut_short)
    if hits or (not finding.hits and any(view.stopped for view in run_view.cases)):
        return replace(finding, hits=hits)
    if cut_short:
        return Finding(Status.UNKNOWN, finding.cites, because=Because.NO_ANSWER)
    return replace(finding, status=Status.WARNING) if all(view.arrived for view in run_view.cases) else finding


def _finding(applies: Callable[[V], bool], judged: Callable[[V], Finding], view: V) -> Finding:
    """What a check says; its own bug is an `unknown` that says so, and costs this one answer."""
    try:
        return judged(view) if applies(view) else not_applicable()
    except Exception as bug:  # noqa: BLE001  (a check that raises is our fault and never the network's)
        return unknown(Because.CHECK_BROKEN, bug=place(bug))


def _puzzled(verdicts: Iterable[Verdict]) -> frozenset[str]:
    """The endpoints whose answer a check that reads answers looked at, and could not judge: such an answer is not called well."""
    return frozenset(
        verdict.subject
        for verdict in verdicts
        if verdict.check.startswith("http-") and verdict.finding.because is Because.UNDECIDED and verdict.finding.cites
    )


def _state(view: EndpointView, causes: Sequence[Cause], puzzled: bool, sparing: frozenset[str]) -> EndpointState:
    """How an endpoint fares; `puzzled`: what it answered could not be judged, which counts unless that status is expected.

    `sparing`: the causes in spite of which an endpoint that answers serves programs.
    """
    name = str(view.endpoint)
    hit_by = [cause for cause in causes if name in cause.endpoints]
    if any(cause.status is Status.PROBLEM for cause in hit_by):
        status = Outcome.PROBLEM
    elif not view.arrived or _is_untried(view) or (puzzled and not hit_by and not _is_expected(view)):
        status = Outcome.UNKNOWN
    else:
        status = Outcome.WARNING if hit_by else Outcome.OK
    stopping = [cause for cause in hit_by if cause.status is Status.PROBLEM and cause.id not in sparing]
    served = status is Outcome.PROBLEM and view.arrived and not stopping
    ids = tuple(dict.fromkeys(cause.id for cause in hit_by))
    return EndpointState(view.endpoint, status, view.reached, view.arrived, ids, served)


def _is_untried(view: EndpointView) -> bool:
    """Whether the way that this client would take was not looked at."""
    return view.route is not None and view.route.why is RouteReason.SCRIPT_UNTRIED


def _is_expected(view: EndpointView) -> bool:
    return view.exchange is not None and view.exchange.answer.status in view.endpoint.expects.status


def _outcome(endpoints: Sequence[EndpointState], causes: Sequence[Cause]) -> Outcome:
    """The run's one word: a proven problem outweighs an open question, and that a warning."""
    if any(cause.status is Status.PROBLEM for cause in causes):
        return Outcome.PROBLEM
    if not endpoints or any(state.status is Outcome.UNKNOWN and state.endpoint.expects.required for state in endpoints):
        return Outcome.UNKNOWN
    return Outcome.WARNING if causes else Outcome.OK
