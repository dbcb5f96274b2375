"""What needs attention first: points with reasons, added up. The table `RULES` is all there is; it is printed by
`diag triage --explain-attention`.

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


@dataclass(frozen=True)
class AttentionRule:
    """One line of the table."""

    points: str
    """As the table says it."""
    why: str
    applies: Callable[[Situation], int]
    """How many points; 0: it does not apply."""
    told: Callable[[Situation], str]


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


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _whose_lately(it: Situation) -> str:
    count = len(it.organisations([case for case in it.cases if it.now - case.when <= WEEK]))
    return f"{_plural(count, 'organisation' if it.stock.labelled else 'bundle')} in the last 7 days"


RULES = (
    AttentionRule(
        "40",
        "never seen before, and at 3 or more organisations within a day",
        _is_new,
        lambda it: f"never seen before {it.times[0]:%d %b}, and at 3 or more organisations within a day",
    ),
    AttentionRule(
        "30",
        "back: it was resolved, or silent for 8 weeks, and is at 2 or more organisations",
        _is_back,
        lambda it: (
            f"back: {'it was resolved' if it.last(RESOLVED) else 'it was silent for 8 weeks'}, and is at "
            f"{_plural(len(it.organisations(it.since_return)), 'organisation')} again"
        ),
    ),
    AttentionRule("30", "its cause rises (diag trends)", _rises, lambda it: "its cause rises (diag trends)"),
    AttentionRule(
        "3 each, to 30",
        "organisations in the last 7 days (bundles, where nobody is labelled)",
        _lately,
        _whose_lately,
    ),
    AttentionRule(
        "10",
        "nothing arrives: in half of its bundles no required endpoint is reached",
        _nothing_arrives,
        lambda it: "nothing arrives: in half of its bundles no required endpoint is reached",
    ),
    AttentionRule(
        "10",
        "the owner is the service: the provider can end it for all",
        _is_the_service,
        lambda it: "the provider can end it for all",
    ),
    AttentionRule("10", "not understood, in 3 or more cases", _not_understood, lambda it: "not understood, in 3 or more cases"),
    AttentionRule(
        "2 a working day, to 20",
        "the oldest case has no reply (`replied` of --cases), and nothing is noted about it",
        _waits,
        lambda it: f"the oldest case has waited {_plural(_days_waited(it), 'working day')} for a reply",
    ),
    AttentionRule(
        "10",
        "hard before: median effort 1 or 2 in its last 10 resolutions",
        _was_hard,
        lambda it: "it was hard to solve before",
    ),
    AttentionRule(
        "-20",
        "somebody looks after it (diag note --taken), until it grows by half",
        _is_taken,
        lambda it: f"{taken.who if (taken := it.last(TAKEN)) else 'somebody'} looks after it",
    ),
)


def reasons(it: Situation) -> tuple[Reason, ...]:
    """Return why a cluster needs attention, in the order of the table."""
    found = ((rule, rule.applies(it)) for rule in RULES)
    return tuple(Reason(points, rule.told(it)) for rule, points in found if points)


def state_of(it: Situation) -> str:
    """Return `resolved`, `taken` or `open`."""
    resolved, taken = it.last(RESOLVED), it.last(TAKEN)
    if resolved is not None and not (taken and taken.at > resolved.at):
        return "open" if it.since_return else RESOLVED
    return TAKEN if taken is not None else "open"
