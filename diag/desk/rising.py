"""Which count is higher than the weeks before let expect: of organisations, by cause, owner and product.

Expected is a name's share of the twelve weeks before, times what all others have in the window. The bound is the upper tail of a
negative binomial whose variance is `spread` times what is expected, and what the mean itself leaves open. `spread` is what the
counts really vary by: the median over all names of chi-square by its degrees of freedom, 1 at least. Tried on quiet corpora of
120 causes: a week has a false alarm in 1.1 % where counts vary as chance does, in 8.9 % where they vary 2.5 times as much.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from diag.desk.stock import Stock, monday
from diag.model.desk import Rise

WEEKS_BEFORE = 12
LEAST_HISTORY = 6
"""Weeks, under which nothing is said."""
WINDOWS = (1, 4)
LEAST_SEEN = 4
FALSE_ALARMS = 0.02
"""How often a week with nothing in it may give an alarm, shared by all names and both windows."""
LOOKS_HIGH = 0.01
"""What is taken out of the volume before all is looked at once more."""
WEEK = timedelta(days=7)
WeeklyCounts = Mapping[str, Sequence[int]]
"""Of each name, its counts of each week before the window, the oldest first."""


@dataclass(frozen=True)
class Judged:
    """One name in one window."""

    name: str
    seen: int
    expected: float
    variance: float
    chance: float
    """Of as many or more, were all as before."""


def judge_window(before: WeeklyCounts, window: Mapping[str, int]) -> list[Judged]:
    """Return every name of a window with its chance, those that look high taken out of the volume of all others."""
    first = _judged(before, window, frozenset())
    high = frozenset(one.name for one in first if one.chance < LOOKS_HIGH)
    return _judged(before, window, high) if high else first


def alarms(before: WeeklyCounts, window: Mapping[str, int], windows: int = len(WINDOWS)) -> list[Judged]:
    """Return those that are an alarm, the least likely first."""
    judged = judge_window(before, window)
    limit = FALSE_ALARMS / (windows * max(len(judged), 1))
    return sorted((one for one in judged if one.seen >= LEAST_SEEN and one.chance < limit), key=lambda one: one.chance)


def bound_of(judged: Judged, names: int, windows: int = len(WINDOWS)) -> int:
    """Return from how many on it is an alarm."""
    limit = FALSE_ALARMS / (windows * max(names, 1))
    count = max(LEAST_SEEN, math.ceil(judged.expected))
    while tail(count, judged.expected, judged.variance) >= limit:
        count += 1
    return count


def spread_of(before: WeeklyCounts) -> float:
    """Return how many times more counts vary than chance lets them: the median over names, 1 at least."""
    weeks = len(next(iter(before.values()), ()))
    totals = [sum(counts[week] for counts in before.values()) for week in range(weeks)]
    everything = sum(totals)
    ratios = []
    for counts in before.values():
        mine = sum(counts)
        if mine < weeks or weeks < 2 or not everything:
            continue  # too few to tell
        hoped = [mine * total / everything for total in totals]
        square = sum((count - hope) ** 2 / hope for count, hope in zip(counts, hoped, strict=True) if hope)
        ratios.append(square / (sum(hope > 0 for hope in hoped) - 1 or 1))
    return max(1.0, median(ratios)) if ratios else 1.0


def _judged(before: WeeklyCounts, window: Mapping[str, int], high: frozenset[str]) -> list[Judged]:
    spread = spread_of({name: counts for name, counts in before.items() if name not in high})
    history = {name: sum(counts) for name, counts in before.items()}
    names = sorted({*history, *window})
    steady = [name for name in names if name not in high]
    volume_before = sum(history.get(name, 0) for name in steady)
    volume_now = sum(window.get(name, 0) for name in steady)
    return [
        _one(name, history.get(name, 0), window.get(name, 0), volume_before, volume_now, spread, name in high) for name in names
    ]


def _one(name: str, mine: int, seen: int, volume_before: int, volume_now: int, spread: float, is_high: bool) -> Judged:
    others_before = volume_before - (0 if is_high else mine)
    others_now = volume_now - (0 if is_high else seen)
    ratio = (others_now + 0.5) / (others_before + 0.5)
    expected = (mine + 0.5) * ratio
    variance = spread * (expected + expected * expected / (mine + 0.5))
    return Judged(name, seen, expected, variance, tail(seen, expected, variance))


def tail(count: int, mean: float, variance: float) -> float:
    """Return the chance of `count` or more of a negative binomial (of a Poisson, where the variance is no more than the mean)."""
    if count <= 0:
        return 1.0
    if variance <= mean * (1 + 1e-9):
        logs = [-mean + k * math.log(mean) - math.lgamma(k + 1) for k in range(count)]
    else:
        size = mean * mean / (variance - mean)
        stay = math.log(size / (size + mean))
        go = math.log(mean / (size + mean))
        start = math.lgamma(size)
        logs = [math.lgamma(k + size) - start - math.lgamma(k + 1) + size * stay + k * go for k in range(count)]
    return max(0.0, 1.0 - math.fsum(math.exp(log) for log in logs))


def weekly(stock: Stock, what: str) -> dict[str, dict[datetime, set[str]]]:
    """Return, of each cause, owner or product, the organisations of each week."""
    found: defaultdict[str, defaultdict[datetime, set[str]]] = defaultdict(lambda: defaultdict(set))
    for case in stock.cases:
        week, whose = monday(case.when), stock.whose(case)
        for name in names_of(case.causes, case.labels, what):
            found[name][week].add(whose)
    return {name: dict(weeks) for name, weeks in found.items()}


def names_of(causes: Iterable[object], labels: Mapping[str, str], what: str) -> set[str]:
    """Return which causes, owners or products a case counts for."""
    if what == "product":
        return {labels["product"]} if "product" in labels else set()
    return {getattr(cause, "id" if what == "cause" else "owner") for cause in causes} - {""}


def rises(stock: Stock) -> tuple[Rise, ...]:
    """Return what rises now; empty as well where the history is too short to tell."""
    if weeks_of_history(stock) < LEAST_HISTORY:
        return ()
    return tuple(rise for what in ("cause", "owner", "product") for rise in _rises(stock, what))


def _rises(stock: Stock, what: str) -> list[Rise]:
    counted = weekly(stock, what)
    this_week = monday(stock.now)
    unfinished = (stock.now - this_week) / WEEK
    found: dict[str, Rise] = {}
    for weeks in WINDOWS:
        begins = this_week - (weeks - 1) * WEEK
        earlier = [begins - (number + 1) * WEEK for number in reversed(range(WEEKS_BEFORE))]
        oldest = monday(min(case.when for case in stock.cases))
        earlier = [week for week in earlier if week >= oldest]
        before = {name: [len(by_week.get(week, ())) for week in earlier] for name, by_week in counted.items()}
        inside = [begins + number * WEEK for number in range(weeks)]
        window = Counter({name: sum(len(by_week.get(week, ())) for week in inside) for name, by_week in counted.items()})
        for one in alarms(before, window):
            bound = bound_of(one, len(counted))
            found.setdefault(one.name, Rise(what, one.name, weeks, one.seen, round(one.expected, 1), bound, round(unfinished, 2)))
    return list(found.values())


def weeks_of_history(stock: Stock) -> int:
    """Return over how many weeks the cases reach."""
    if not stock.cases:
        return 0
    return (monday(stock.now) - monday(min(case.when for case in stock.cases))) // WEEK + 1
