"""What needs attention first: points with reasons, added up. The table `RULES` is all there is; it is printed by
`diag triage --explain-attention`. Reasons are words with facts; what is said of them stands in `diag.report.wording.desk`.

A rule returns how many of its points a cluster gets. Ties go by organisations, then by bundles. What is only a warning never
stands before a problem.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from statistics import median

from diag.desk.alike import NO_CAUSE
from diag.desk.stock import Case, Note, Stock, monday, read_moment
from diag.model.desk import Reason
from diag.model.verdict import Owner, Status

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SILENT = timedelta(weeks=8)
FRESH = timedelta(weeks=1)
"""How long something that was never seen before is new, and something that came back is back."""
TAKEN, RESOLVED, NOTE = "taken", "resolved", "note"
GROWN = 1.5
HARD = 2
LAST_RESOLUTIONS = 10
MANY_ORGANISATIONS = 3


@dataclass(frozen=True)
class Situation:
    """One cluster at one moment."""

    stock: Stock
    fp: str
    cases: Sequence[Case]
    """The newest first."""
    rising: frozenset[tuple[str, str]]
    """What rises: `cause`, `owner` or `product`, and its name."""

    @property
    def now(self) -> datetime:
        """The moment."""
        return self.stock.now

    @cached_property
    def cause(self) -> str:
        """The id of the cause."""
        return self.stock.names[self.fp].id

    @cached_property
    def times(self) -> tuple[datetime, ...]:
        """When its cases were taken, the first first."""
        return tuple(case.when for case in reversed(self.cases))

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """What was written about it or about one of its bundles, the newest first."""
        numbers = {case.number for case in self.cases}
        return tuple(note for note in self.stock.notes if self.stock.standing(note.fp) == self.fp or note.bundle in numbers)

    def organisations(self, cases: Sequence[Case]) -> set[str]:
        """Return whose these are."""
        return {self.stock.whose(case) for case in cases} - {""}

    def last(self, kind: str) -> Note | None:
        """Return the newest note of a kind about the cluster itself."""
        return next((note for note in self.notes if note.kind == kind and note.fp), None)

    @cached_property
    def since_return(self) -> tuple[Case, ...]:
        """The cases since it came back: after it was resolved, or was silent; empty: it did not."""
        resolved = self.last(RESOLVED)
        if resolved is not None:
            return tuple(case for case in self.cases if case.when > resolved.at)
        for position in range(len(self.cases) - 1):
            if self.cases[position].when - self.cases[position + 1].when >= SILENT:
                return tuple(self.cases[: position + 1])
        return ()

    @cached_property
    def owners(self) -> set[str]:
        """Who can end it."""
        return {cause.owner for case in self.cases for cause in case.causes if cause.cluster == self.fp}


ReasonTold = tuple[str, dict[str, str | int]]
"""A word of `REASONS` in `diag.report.wording.desk`, and what its sentence has gaps for."""


@dataclass(frozen=True)
class AttentionRule:
    """One line of the table; what it says of itself is told by its name."""

    name: str
    applies: Callable[[Situation], int]
    """How many points; 0: it does not apply."""
    told: Callable[[Situation], ReasonTold]


def _is_new(it: Situation) -> int:
    began = it.times[0]
    oldest = it.stock.cases[-1].when
    known_before = began - oldest >= FRESH
    within_a_day = it.organisations([case for case in it.cases if case.when - began <= DAY])
    return 40 if known_before and it.now - began <= FRESH and len(within_a_day) >= MANY_ORGANISATIONS else 0


def _is_back(it: Situation) -> int:
    back = it.since_return
    fresh = bool(back) and it.now - back[-1].when <= 4 * FRESH
    return 30 if fresh and len(it.organisations(back)) >= 2 else 0


def _rises(it: Situation) -> int:
    return 30 if ("cause", it.cause) in it.rising else 0


def _lately(it: Situation) -> int:
    return min(30, 3 * len(it.organisations([case for case in it.cases if it.now - case.when <= WEEK])))


def _nothing_arrives(it: Situation) -> int:
    recent = it.cases[:200]
    return 10 if _is_problem(it) and 2 * sum(case.nothing_arrives for case in recent) >= len(recent) else 0


def _is_the_service(it: Situation) -> int:
    return 10 if it.owners == {Owner.SERVICE} else 0


def _not_understood(it: Situation) -> int:
    return 10 if it.cause == NO_CAUSE and len({case.key for case in it.cases}) >= 3 else 0


def _waits(it: Situation) -> int:
    return min(20, 2 * _days_waited(it))


def _days_waited(it: Situation) -> int:
    """Working days that the oldest open case has waited; 0: none waits, or nobody says when cases come in."""
    waiting = [opened for case in it.cases if (opened := waits_since(case, it.notes)) is not None]
    return working_days(min(waiting), it.now) if waiting else 0


def waits_since(case: Case, notes: Sequence[Note]) -> datetime | None:
    """Return since when a case waits for a first reply; None: it has one, or is no case of anybody's."""
    labels = case.labels
    if "opened" not in labels or "solved" in labels or "replied" in labels:
        return None
    noted = any(note.bundle == case.number or note.fp for note in notes if note.kind in (NOTE, RESOLVED))
    return None if noted else read_moment(labels["opened"])


def working_days(since: datetime, until: datetime) -> int:
    """Return how many working days, Monday to Friday, lie between two moments."""
    if until <= since:
        return 0
    weeks = (monday(until) - monday(since)) // WEEK
    return max(0, 5 * weeks + min(until.weekday(), 5) - min(since.weekday(), 5))


def _was_hard(it: Situation) -> int:
    efforts = [note.effort for note in it.notes if note.kind == RESOLVED and note.effort][:LAST_RESOLUTIONS]
    return 10 if efforts and median(efforts) <= HARD else 0


def _is_taken(it: Situation) -> int:
    taken = it.last(TAKEN)
    if taken is None or (it.last(RESOLVED) is not None and it.last(RESOLVED).at >= taken.at):  # type: ignore[union-attr]
        return 0
    then = sum(case.when <= taken.at for case in it.cases)
    return -20 if len(it.cases) <= GROWN * max(then, 1) else 0


def _is_problem(it: Situation) -> bool:
    return any(cause.status != Status.WARNING for case in it.cases for cause in case.causes if cause.cluster == it.fp)


def _told_new(it: Situation) -> ReasonTold:
    return "new", {"day": f"{it.times[0]:%Y-%m-%d}"}


def _told_back(it: Situation) -> ReasonTold:
    how = "back_resolved" if it.last(RESOLVED) else "back_silent"
    return how, {"organisations": len(it.organisations(it.since_return))}


def _told_lately(it: Situation) -> ReasonTold:
    count = len(it.organisations([case for case in it.cases if it.now - case.when <= WEEK]))
    return "lately_organisations" if it.stock.labelled else "lately_bundles", {"n": count}


def _told_taken(it: Situation) -> ReasonTold:
    taken = it.last(TAKEN)
    return ("taken_by", {"who": taken.who}) if taken and taken.who else ("taken", {})


def _plainly(name: str) -> Callable[[Situation], ReasonTold]:
    return lambda _: (name, {})


RULES = (
    AttentionRule("new", _is_new, _told_new),
    AttentionRule("back", _is_back, _told_back),
    AttentionRule("rises", _rises, _plainly("rises")),
    AttentionRule("lately", _lately, _told_lately),
    AttentionRule("nothing_arrives", _nothing_arrives, _plainly("nothing_arrives")),
    AttentionRule("service", _is_the_service, _plainly("service")),
    AttentionRule("not_understood", _not_understood, _plainly("not_understood")),
    AttentionRule("waits", _waits, lambda it: ("oldest_waits", {"days": _days_waited(it)})),
    AttentionRule("hard", _was_hard, _plainly("hard")),
    AttentionRule("taken", _is_taken, _told_taken),
)


def reasons(it: Situation) -> tuple[Reason, ...]:
    """Return why a cluster needs attention, in the order of the table."""
    found = ((rule, rule.applies(it)) for rule in RULES)
    return tuple(Reason(points, *rule.told(it)) for rule, points in found if points)


def state_of(it: Situation) -> str:
    """Return `resolved`, `taken` or `open`."""
    resolved, taken = it.last(RESOLVED), it.last(TAKEN)
    if resolved is not None and not (taken and taken.at > resolved.at):
        return "open" if it.since_return else RESOLVED
    return TAKEN if taken is not None else "open"
