"""What rises: quiet weeks stay quiet as often as is stated, and what rises is found as soon as is stated."""

import math
import random
from collections import Counter

import pytest

from diag.desk.rising import LEAST_SEEN, WEEKS_BEFORE, alarms, bound_of, judge_window, rises, spread_of, tail
from diag.desk.worth import trends_of
from diag.report.wording.desk import told_trends
from tests.desk.stocks import NOW, case, stock

CAUSES = 120
QUIET_WEEKS = 10
STATED = {1.0: 0.011, 1.5: 0.044, 2.5: 0.089}
"""By how much more than chance counts vary: the share of weeks with a false alarm."""


def rates(chance: random.Random) -> list[float]:
    """How many organisations a week have each cause: few causes are frequent."""
    return [12 / (1 + rank) ** 0.8 * chance.uniform(0.6, 1.4) for rank in range(CAUSES)]


def drawn(chance: random.Random, mean: float, spread: float) -> int:
    """A count: Poisson, or a negative binomial whose variance is `spread` times its mean."""
    if spread > 1:
        mean = chance.gammavariate(mean / (spread - 1), spread - 1)
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count


def series(chance: random.Random, spread: float, weeks: int) -> list[list[int]]:
    return [[drawn(chance, rate, spread) for _ in range(weeks)] for rate in rates(chance)]


def alarms_at(counts: list[list[int]], week: int) -> set[str]:
    """The alarms of one week, in both windows."""
    found: set[str] = set()
    for length in (1, 4):
        first = week - length + 1
        before = {f"c{n}": row[first - WEEKS_BEFORE : first] for n, row in enumerate(counts)}
        window = Counter({f"c{n}": sum(row[first : week + 1]) for n, row in enumerate(counts)})
        found |= {one.name for one in alarms(before, window)}
    return found


@pytest.mark.parametrize("spread", STATED)
def test_quiet_weeks_stay_quiet(spread: float) -> None:
    """40 corpora of 10 weeks: no more than one and a half times the stated rate."""
    false = 0
    for seed in range(40):
        counts = series(random.Random(f"{spread} {seed}"), spread, WEEKS_BEFORE + 3 + QUIET_WEEKS)
        false += sum(bool(alarms_at(counts, week)) for week in range(WEEKS_BEFORE + 3, WEEKS_BEFORE + 3 + QUIET_WEEKS))
    assert false / (40 * QUIET_WEEKS) <= 1.5 * STATED[spread] + 0.005


@pytest.mark.parametrize(("mean", "times", "weeks", "share"), [(10.0, 3.0, 3, 0.96), (3.0, 5.0, 4, 0.96)])
def test_what_rises_is_found(mean: float, times: float, weeks: int, share: float) -> None:
    """60 planted rises: a threefold one of ten a week within three weeks, a fivefold one of three within four."""
    found = 0
    for seed in range(30):
        chance = random.Random(f"rise {mean} {seed}")
        counts = series(chance, 1.0, WEEKS_BEFORE + 3 + weeks)
        counts[0] = [drawn(chance, mean, 1.0) for _ in range(WEEKS_BEFORE + 3)]
        counts[0] += [drawn(chance, mean * times, 1.0) for _ in range(weeks)]
        found += any("c0" in alarms_at(counts, WEEKS_BEFORE + 3 + week) for week in range(weeks))
    assert found / 30 >= share


def test_the_tail_is_that_of_the_distributions() -> None:
    assert tail(0, 3.0, 3.0) == 1.0
    assert tail(1, 3.0, 3.0) == pytest.approx(1 - math.exp(-3))
    size, stay = 2.0, 2 / 5  # negative binomial: mean 3, variance 7.5
    assert tail(1, 3.0, 7.5) == pytest.approx(1 - stay**size)


def test_the_bound_is_the_first_count_that_is_an_alarm() -> None:
    before = {f"c{n}": [3] * 12 for n in range(50)}
    window = dict.fromkeys(before, 3)
    usual = next(one for one in judge_window(before, window) if one.name == "c0")
    bound = bound_of(usual, len(before))
    assert bound >= LEAST_SEEN
    assert not alarms(before, {**window, "c0": 3})
    assert {one.name for one in alarms(before, {**window, "c0": bound + 3})} == {"c0"}


def test_the_spread_is_that_of_the_counts() -> None:
    chance = random.Random(5)
    for spread in (1.0, 2.5):
        counts = {f"c{n}": [drawn(chance, 8.0, spread) for _ in range(12)] for n in range(200)}
        assert spread_of(counts) == pytest.approx(spread, rel=0.2)


def cases_of(cause: str, by_week: dict[int, int], owner: str = "network") -> list:
    return [
        case(cause, 7 * week + 0.3 + n / 50, f"{cause}-{n}", owner=owner) for week, count in by_week.items() for n in range(count)
    ]


STEADY = [one for number in range(8) for one in cases_of(f"steady-{number}", dict.fromkeys(range(16), 5), owner=f"owner{number}")]


def test_a_rise_says_seen_expected_bound_and_window() -> None:
    held = stock(*STEADY, *cases_of("dns-slow", {0: 20, **dict.fromkeys(range(1, 16), 3)}, owner="dns"))
    (rise, of_owner) = rises(held)
    assert (rise.what, rise.name, rise.weeks, rise.seen) == ("cause", "dns-slow", 1, 20)
    assert rise.expected == pytest.approx(3.1, abs=0.4)
    assert 4 <= rise.bound <= 20
    assert rise.unfinished == pytest.approx(0.98, abs=0.01)
    assert (of_owner.what, of_owner.name) == ("owner", "dns")


def test_the_beginning_of_a_week_is_no_fall_and_no_rise() -> None:
    """On a Tuesday all have had a part of their week: what rises still does, and nothing else."""
    assert rises(stock(*STEADY)) == ()
    early = [one for one in STEADY if one.when < NOW.replace(day=17)]
    assert rises(stock(*early, now=NOW.replace(day=17))) == ()


def test_a_week_without_anything_says_nothing_of_how_much_counts_vary() -> None:
    assert spread_of({"a": (12, 0, 0, 4), "b": (0, 0, 12, 4)}) == spread_of({"a": (12, 0, 4), "b": (0, 12, 4)}) == 6.0


def test_a_customer_who_runs_it_fifty_times_is_one() -> None:
    loud = [case("dns-slow", 0.2 + n / 100, "one-customer", owner="dns") for n in range(50)]
    assert rises(stock(*STEADY, *cases_of("dns-slow", dict.fromkeys(range(1, 16), 3), owner="dns"), *loud)) == ()


def test_a_short_history_says_that_it_cannot_tell() -> None:
    trends = trends_of(stock(*cases_of("dns-slow", {0: 30, 1: 1, 2: 1})))
    assert trends.rises == ()
    assert "it takes 6 to tell what rises" in told_trends(trends).notes[0]


def test_new_gone_and_back() -> None:
    held = stock(
        *STEADY,
        *cases_of("a-new", {0: 3}),
        *cases_of("b-gone", dict.fromkeys(range(4, 16), 3)),
        *cases_of("c-back", {0: 1, 12: 2}),
    )
    news = {trend.name: trend.news for trend in trends_of(held).trends if trend.what == "cause" and trend.news}
    assert news == {"a-new": "new", "b-gone": "gone", "c-back": "back"}


def test_a_long_history_has_trends_of_all_that_a_case_is_told_apart_by_and_no_remark() -> None:
    trends = trends_of(stock(*cases_of("dns-slow", dict.fromkeys(range(16), 3), owner="dns")))
    assert {trend.what for trend in trends.trends} == {"cause", "owner", "version"}
    assert [remark.word for remark in trends.remarks if remark.word == "short_history"] == []


def test_who_helps_himself() -> None:
    series = []
    for number in range(24):
        series.append(case("dns-slow", 5, f"o{number}", key=f"k{number}"))
        series.append(case("", 4.5, f"o{number}", key=f"k{number}", verdict="ok"))
    few = trends_of(stock(*series[:20])).self_service
    assert (few.series, few.solved_alone) == (10, None)
    served = trends_of(stock(*series)).self_service
    assert (served.series, served.solved_alone, served.runs, served.hours) == (24, 1.0, 2.0, 12.0)
    with_case = [case("dns-slow", 5, f"p{number}", key=f"p{number}", case=f"{number}") for number in range(24)]
    assert trends_of(stock(*series, *with_case)).self_service.solved_alone == 0.5


def test_what_it_is_worth_to_end_a_cause() -> None:
    def ticket(cause: str, org: str, opened: int, solved: int, effort: int) -> object:
        days = {"opened": f"2026-11-{opened:02}T00:00:00Z", "solved": f"2026-11-{solved:02}T00:00:00Z", "effort": str(effort)}
        return case(cause, 22 - opened, org, **days)  # type: ignore[arg-type]

    slow = [ticket("dns-slow", f"o{n}", 1, 11, 1) for n in range(4)]
    quick = [ticket("http-slow", f"o{n}", 1, 2, 5) for n in range(9)]
    again = [ticket("dns-slow", "o1", 14, 15, 1)]
    worth = trends_of(stock(*slow, *quick, *again)).worth  # type: ignore[arg-type]
    assert [(one.cause, one.cases, one.days, one.effort, one.worth, one.came_back) for one in worth] == [
        ("dns-slow", 5, 10.0, 1.0, 250.0, 1),
        ("http-slow", 9, 1.0, 5.0, 9.0, 0),
    ]
