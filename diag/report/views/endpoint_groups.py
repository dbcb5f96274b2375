"""The endpoints of a run in few rows: those that fared alike together, what stops people first, all that is well in one."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from diag.language import joined, said
from diag.model.diagnosis import Diagnosis, EndpointState, Outcome
from diag.model.run import Evidence, Trail
from diag.report.views.endpoint_facts import seconds_of
from diag.report.views.waterfall import took_words
from diag.report.wording.endings import Endings
from diag.report.wording.headline import cause_numbers
from diag.report.wording.sentences import listed

URGENCY = (Outcome.PROBLEM, Outcome.UNKNOWN, Outcome.WARNING, Outcome.OK)


class EndpointGroup(Struct, frozen=True):
    """Endpoints of one status that ended alike and have the same causes."""

    status: Outcome
    ended: str
    """How far the way went, in words."""
    causes: tuple[str, ...]
    """The numbers of their causes, as the report counts them."""
    endpoints: tuple[str, ...]
    required: bool
    median: float | None
    """Seconds for one of them, from the first question to the last answer; None: none of them was walked to."""


def groups_of(diagnosis: Diagnosis, evidence: Evidence) -> tuple[EndpointGroup, ...]:
    """Return the groups, the most urgent first, each in the order of the run."""
    numbers = cause_numbers(diagnosis)
    endings = Endings(diagnosis, evidence)
    trails = {str(trail.endpoint): trail for trail in evidence.run.trails}
    alike: dict[tuple[Outcome, str, tuple[str, ...], bool], list[EndpointState]] = {}
    for state in diagnosis.endpoints:
        causes = tuple(numbers.get(str(state.endpoint), ()))
        alike.setdefault((state.status, endings.how_far(state), causes, state.endpoint.expects.required), []).append(state)
    groups = (
        EndpointGroup(
            status, ended, causes, tuple(str(state.endpoint) for state in states), required, _median(states, trails, evidence)
        )
        for (status, ended, causes, required), states in alike.items()
    )
    return tuple(sorted(groups, key=lambda group: (URGENCY.index(group.status), not group.required)))


def _median(states: Iterable[EndpointState], trails: Mapping[str, Trail], evidence: Evidence) -> float | None:
    walked = (trails[name] for state in states if (name := str(state.endpoint)) in trails)
    seconds = [one for trail in walked if (one := seconds_of(trail, evidence)) is not None]
    from statistics import median  # of large runs alone

    return median(seconds) if seconds else None


def group_words(group: EndpointGroup, total: int) -> str:
    """Return a group in words: how many, how far they got, why, and how long that took."""
    number = said("all {total}", total=total) if len(group.endpoints) == total else str(len(group.endpoints))
    timed = group.status is Outcome.OK and group.median is not None
    parts = (
        group.ended,
        causes_words(group.causes),
        said("median {time}", time=took_words(group.median)) if timed and group.median is not None else "",
    )
    told = f"{number}: {joined(filter(None, parts))}"
    return told if group.required else said("{endpoint} (optional)", endpoint=told)


def causes_words(numbers: Sequence[str]) -> str:
    """Return which causes of the report: `causes 1, 2`; empty: none."""
    if not numbers:
        return ""
    return (
        said("cause {number}", number=numbers[0]) if len(numbers) == 1 else said("causes {numbers}", numbers=listed(numbers, 3))
    )
