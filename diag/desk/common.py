"""What the cases of a cluster have in common and others have not: values that are far more frequent than chance would have it."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache

from diag.desk.stock import Case, Stock
from diag.model.desk import Common

LEAST_CASES = 5
LEAST_RATIO = 1.5
CHANCE = 0.01
"""Over all values that are looked at."""
MOST_COMMON = 5

Value = tuple[str, str]
"""What it is of, and what it is."""


class Population:
    """All cases, each once, and how many have each value."""

    def __init__(self, stock: Stock) -> None:
        self._of_case: defaultdict[str, set[Value]] = defaultdict(set)
        for case in stock.cases:
            self._of_case[case.key].update((what, value) for what, values in case.traits.items() for value in values)
        self._counts = Counter(value for values in self._of_case.values() for value in values)

    def in_common(self, cases: Sequence[Case]) -> tuple[Common, ...]:
        """Return what these cases have in common, the most telling first."""
        keys = {case.key for case in cases}
        everybody, here = len(self._of_case), len(keys)
        counts = Counter(value for key in keys for value in self._of_case[key])
        looked_at = {value: count for value, count in counts.items() if count >= LEAST_CASES}
        found = []
        for value, count in looked_at.items():
            others = everybody - here
            elsewhere = (self._counts[value] - count) / others if others else 1.0
            share = count / here
            if share < LEAST_RATIO * elsewhere:
                continue
            chance = upper_tail(count, here, self._counts[value], everybody)
            if chance < CHANCE / len(looked_at):
                found.append((chance, value, Common(*value, count, round(share, 3), round(elsewhere, 3))))
        return tuple(common for _, _, common in sorted(found, key=lambda one: one[:2])[:MOST_COMMON])


def upper_tail(count: int, drawn: int, marked: int, everybody: int) -> float:
    """Return the chance of `count` or more marked ones among `drawn` of `everybody` (hypergeometric)."""
    whole = _choose(everybody, drawn)
    most = min(drawn, marked)
    terms = (_choose(marked, k) + _choose(everybody - marked, drawn - k) - whole for k in range(count, most + 1))
    return min(1.0, math.fsum(math.exp(term) for term in terms))


@cache
def _factorial(number: int) -> float:
    return math.lgamma(number + 1)


def _choose(all_of: int, some: int) -> float:
    """The logarithm of the binomial coefficient; minus infinity where there is no such choice."""
    if some < 0 or some > all_of:
        return -math.inf
    return _factorial(all_of) - _factorial(some) - _factorial(all_of - some)
