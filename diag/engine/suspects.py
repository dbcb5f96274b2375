"""Where nothing is proved: what failed and no check claims, and the causes that fit it best and that nothing decides.

A check that looked at what failed and could not tell (`Because.UNDECIDED`) is a suspect; what it cites speaks for it. That a way
ended, and nobody has a word for it, is never left unsaid: its observations are unclaimed.
"""

from collections.abc import Iterable, Sequence

from diag.model.check import FAMILIES
from diag.model.diagnosis import EndpointState, Outcome, Suspect
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Observation
from diag.model.verdict import RUN, Because, Status, Verdict

MOST_SUSPECTS = 2
"""How many suspects are named."""
_FOUND = frozenset({Status.PROBLEM, Status.WARNING})


def failed_in(view: EndpointView) -> tuple[Observation, ...]:
    """Return the observations of a walk that did not go well, where it did not arrive; empty where it did."""
    if view.arrived:
        return ()
    walk = (view.evidence.by_id[id] for id in view.trail.walk if id in view.evidence.by_id)
    return tuple(seen for seen in walk if getattr(seen.answer, "failure", "") or getattr(seen.answer, "verify_errors", ()))


def unclaimed(verdicts: Iterable[Verdict], views: Sequence[EndpointView]) -> tuple[str, ...]:
    """Return the ids of what failed on the way to an endpoint and is cited by no finding, in the order of the run."""
    cited = {id for verdict in verdicts if verdict.finding.status in _FOUND for id in verdict.finding.cites}
    failed = dict.fromkeys(seen.id for view in views for seen in failed_in(view))
    return tuple(id for id in failed if id not in cited)


def suspects(verdicts: Iterable[Verdict], states: Sequence[EndpointState], views: Sequence[EndpointView]) -> tuple[Suspect, ...]:
    """Return the likeliest causes at the endpoints for which none is proved; empty: all is explained, or no check comes near."""
    open_ones = {str(state.endpoint) for state in states if state.status is Outcome.UNKNOWN and not state.causes}
    failed = {str(view.endpoint): _in_question(view) for view in views if str(view.endpoint) in open_ones}
    fitting: dict[str, Suspect] = {}
    for verdict in verdicts:
        finding = verdict.finding
        if finding.status is not Status.UNKNOWN or finding.because is not Because.UNDECIDED:
            continue
        hit = tuple(name for name in failed if verdict.subject in (name, RUN) and failed[name].intersection(finding.cites))
        speaking = tuple(id for id in finding.cites if any(id in failed[name] for name in hit))
        if hit:
            before = fitting.get(verdict.check, Suspect(verdict.check, (), ()))
            fitting[verdict.check] = Suspect(
                verdict.check,
                tuple(dict.fromkeys((*before.endpoints, *hit))),
                tuple(dict.fromkeys((*before.cites, *speaking))),
            )
    return tuple(sorted(fitting.values(), key=_rank)[:MOST_SUSPECTS])


def _in_question(view: EndpointView) -> set[str]:
    """Ids of what is to be explained: what failed; or, where all went through, the answer that nobody could judge."""
    answer = {view.exchange.observation.id} if view.arrived and view.exchange else set()
    return {seen.id for seen in failed_in(view)} or answer


def _rank(suspect: Suspect) -> tuple[int, int, int, str]:
    """Whom the most endpoints, and the most that failed, speak for; then who stands nearest to the ground."""
    family = suspect.id.partition("-")[0]
    return (
        -len(suspect.endpoints),
        -len(suspect.cites),
        FAMILIES.index(family) if family in FAMILIES else len(FAMILIES),
        suspect.id,
    )
