"""What needs attention: each line of the table by itself, and what was planted stands above what is merely large."""

import itertools
from collections.abc import Sequence

import pytest

from diag.desk.attention import RULES, Situation, reasons, working_days
from diag.desk.clusters import CaseFilter, desk_of, sample
from diag.desk.common import upper_tail
from diag.desk.stock import Case, Note, Stock
from diag.model.desk import Desk
from diag.report.wording.desk import POINTS, RULE_WORDS, reason_words
from tests.desk.stocks import NOW, case, note, stock

A = "network-connection-filtered"
OLD = tuple(case("tls-self-signed", 100 - number, "old") for number in range(3))
"""A history, so that something can be new."""


def points(held: Stock, fp: str = A, rising: frozenset[tuple[str, str]] = frozenset()) -> dict[int, str]:
    found = reasons(Situation(held, fp, held.by_cluster[fp], rising))
    return {it.points: reason_words(it) for it in found}


def held(*cases: Case, notes: Sequence[Note] = ()) -> Stock:
    return stock(*OLD, *cases, notes=notes)


def test_never_seen_before_and_at_three_organisations_within_a_day() -> None:
    assert 40 in points(held(*(case(A, 1 - n / 10, f"o{n}") for n in range(3))))
    assert 40 not in points(held(*(case(A, 1 - n / 10, f"o{n % 2}") for n in range(3))))
    assert 40 not in points(held(case(A, 50, "o9"), *(case(A, 1 - n / 10, f"o{n}") for n in range(3))))
    assert 40 not in points(stock(*(case(A, 1 - n / 10, f"o{n}") for n in range(3)))), "there is no history to be new against"


def test_back_after_it_was_resolved_or_silent() -> None:
    twice = (case(A, 60, "o1"), case(A, 3, "o1"), case(A, 2, "o2"))
    assert "it was silent for 8 weeks" in points(held(*twice))[30]
    resolved = (case(A, 20, "o1"), case(A, 3, "o1"), case(A, 2, "o2"))
    assert 30 not in points(held(*resolved))
    assert "it was resolved" in points(held(*resolved, notes=[note("resolved", 10, A)]))[30]
    assert 30 not in points(held(case(A, 60, "o1"), case(A, 3, "o1"))), "one organisation alone"


def test_its_cause_rises() -> None:
    assert points(held(case(A, 20, "o1")), rising=frozenset({("cause", A)})) == {30: "its cause rises (diag trends)"}


def test_three_for_each_organisation_of_the_last_week() -> None:
    assert 6 in points(held(case(A, 50, "o"), *(case(A, 1, f"o{n % 2}") for n in range(5))))
    assert points(held(case(A, 50, "o"), *(case(A, 1, f"o{n}") for n in range(40))))[30] == "40 organisations in the last 7 days"
    assert points(stock(case(A, 1), case(A, 2)))[6] == "2 bundles in the last 7 days"


def test_nothing_arrives() -> None:
    assert points(held(case(A, 20, "o", arrives=False), case(A, 21, "o"))) == {
        10: "nothing arrives: in half of its bundles no required endpoint is reached"
    }
    assert points(held(case(A, 20, "o", arrives=False), case(A, 21, "o"), case(A, 22, "o"))) == {}


def test_the_provider_can_end_it() -> None:
    assert points(held(case(A, 20, "o", owner="service"))) == {10: "the provider can end it for all"}


def test_not_understood_in_three_cases() -> None:
    three = [case("unknown", 20, "o", owner="") for _ in range(3)]
    assert 10 in points(held(*three), "unknown")
    assert 10 not in points(held(*three[:2]), "unknown")


def test_a_case_waits_for_a_reply() -> None:
    opened = {"opened": "2026-11-17T09:00:00Z"}
    assert points(held(case(A, 20, "o", **opened)))[8] == "the oldest case has waited 4 working days for a reply"
    assert points(held(case(A, 20, "o", **opened, replied="2026-11-18T09:00:00Z"))) == {}
    waiting = case(A, 20, "o", **opened)
    assert points(held(waiting, notes=[note("note", 1, bundle=waiting.number)])) == {}
    assert 20 in points(held(case(A, 20, "o", opened="2026-10-01T09:00:00Z")))


def test_it_was_hard_before() -> None:
    cases = (case(A, 20, "o"),)
    hard = [note("resolved", 10 + n, A, effort=effort) for n, effort in enumerate((1, 2, 5))]
    assert points(held(*cases, notes=hard)) == {10: "it was hard to solve before"}
    assert points(held(*cases, notes=hard[2:])) == {}


def test_somebody_looks_after_it_until_it_grows_by_half() -> None:
    taken = [note("taken", 5, A)]
    before = [case(A, 20 + n, "o") for n in range(4)]
    assert points(held(*before, notes=taken)) == {-20: "ann looks after it"}
    assert -20 in points(held(*before, case(A, 1, "o"), case(A, 1, "o"), notes=taken))
    assert -20 not in points(held(*before, *(case(A, 1, "o") for _ in range(3)), notes=taken))


def test_the_table_is_whole() -> None:
    assert len(RULES) == 10
    assert [rule.name for rule in RULES] == list(POINTS) == list(RULE_WORDS)
    assert list(POINTS.values()) == [
        "40", "30", "30", "3 each, to 30", "10", "10", "10", "2 a working day, to 20", "10", "-20",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "days"), [((16, 9), (16, 17), 0), ((16, 9), (17, 9), 1), ((20, 9), (22, 9), 1), ((14, 9), (22, 9), 5)]
)
def test_working_days_are_monday_to_friday(since: tuple[int, int], until: tuple[int, int], days: int) -> None:
    begins, ends = (NOW.replace(day=day, hour=hour) for day, hour in (since, until))
    assert working_days(begins, ends) == days


def large() -> list[Case]:
    """Twelve clusters with much in each, week by week alike."""
    return [
        case(f"cause-{cause:02}", 0.5 + 7 * week + cause / 12, f"org{(week * 3 + n + cause) % 50}")
        for cause, week, n in itertools.product(range(12), range(16), range(5))
    ]


def shown(*cases: Case, notes: Sequence[Note] = ()) -> Desk:
    return desk_of(stock(*large(), *cases, notes=notes), CaseFilter())


def place(desk: Desk, fp: str) -> int:
    return next(number for number, cluster in enumerate(desk.clusters, 1) if cluster.fp == fp)


def test_the_planted_newcomer_return_and_rise_stand_above_what_is_only_large() -> None:
    new = [case("new-one", 1 - n / 5, f"new{n}") for n in range(4)]
    back = [case("back-one", 70, "org1"), case("back-one", 2, "org1"), case("back-one", 1, "org2"), case("back-one", 1, "org3")]
    rise = [case("rising-one", 3 + 7 * week, f"org{week}") for week in range(16)]
    rise += [case("rising-one", 0.2 + n / 10, f"r{n}") for n in range(12)]
    desk = shown(*new, *back, *rise)
    assert {place(desk, name) for name in ("new-one", "back-one", "rising-one")} == {1, 2, 3}
    assert desk.clusters[0].points >= 60


def test_an_outage_stands_at_the_top_in_its_week() -> None:
    outage = [case("http-outage", 0.1 + n / 40, f"org{n}", owner="service", arrives=False) for n in range(20)]
    outage += [case("http-outage", 7 * week, "org1", owner="service") for week in range(1, 16)]
    desk = shown(*outage)
    assert place(desk, "http-outage") == 1
    assert {30, 10} <= {reason.points for reason in desk.clusters[0].reasons}


def test_a_warning_never_stands_before_a_problem() -> None:
    loud = [case("slow", 0.1 + n / 40, f"org{n}", status="warning", verdict="warning") for n in range(30)]
    desk = shown(*loud)
    assert place(desk, "slow") == len(desk.clusters)


def test_what_cases_have_in_common() -> None:
    cases = [case(A, 10 + n, f"o{n}", traits={"os": "alpine 3", "cloud": "AWS"}) for n in range(8)]
    others = [case(f"b{n % 5}", 10 + n, f"o{n}", traits={"os": "ubuntu 24", "cloud": "AWS"}) for n in range(40)]
    desk = desk_of(stock(*cases, *others), CaseFilter())
    (common,) = next(cluster for cluster in desk.clusters if cluster.fp == A).common
    assert (common.what, common.value, common.cases, common.share, common.elsewhere) == ("os", "alpine 3", 8, 1.0, 0.0)


def test_a_case_counts_once_however_often_it_is_looked_at() -> None:
    often = [case(A, 10 + n, "o1", traits={"os": "alpine 3"}, key="one") for n in range(30)]
    desk = desk_of(stock(*often, *(case("b", n, f"o{n}", traits={"os": "ubuntu 24"}) for n in range(30))), CaseFilter())
    cluster = next(one for one in desk.clusters if one.fp == A)
    assert (cluster.bundles, cluster.cases, cluster.common) == (30, 1, ())


def test_the_upper_tail_is_the_hypergeometric_one() -> None:
    assert upper_tail(2, 2, 2, 4) == pytest.approx(1 / 6)
    assert upper_tail(0, 5, 3, 10) == pytest.approx(1.0)


def test_the_queue_has_the_newest_run_of_each_open_case() -> None:
    runs = [
        case(A, 5, "o", key="c1", case="c1"),
        case(A, 1, "o", key="c1", case="c1"),
        case(A, 1, "o", key="c2", solved="2026-11-01T00:00:00Z"),
    ]
    desk = desk_of(held(*runs), CaseFilter(labels={"org": "o"}))
    assert [(entry.case, entry.began[:10]) for entry in desk.queue] == [("c1", "2026-11-21")]


def test_filters() -> None:
    all_of = held(case(A, 1, "o1"), case("tls-self-signed", 1, "o2", owner="service"), case("unknown", 40, "o1", owner=""))
    names = {
        "owner": [one.fp for one in desk_of(all_of, CaseFilter(owner="network")).clusters],
        "cause": [one.fp for one in desk_of(all_of, CaseFilter(cause=A)).clusters],
        "unknown": [one.fp for one in desk_of(all_of, CaseFilter(unknown=True)).clusters],
        "labels": sorted(one.fp for one in desk_of(all_of, CaseFilter(labels={"org": "o1"})).clusters),
        "since": sorted(one.fp for one in desk_of(all_of, CaseFilter(since=NOW.replace(day=15))).clusters),
    }
    assert names == {
        "owner": [A],
        "cause": [A],
        "unknown": ["unknown"],
        "labels": [A, "unknown"],
        "since": [A, "tls-self-signed"],
    }


def test_a_review_takes_solved_cases_each_once_and_the_same_on_one_day() -> None:
    solved = [case(A, n, "o", key=f"c{n % 6}", solved="2026-11-01T00:00:00Z") for n in range(24)]
    chosen = sample(held(*solved), 4, "2026-11-22")
    assert len({one.key for one in chosen}) == 4
    assert chosen == sample(held(*solved), 4, "2026-11-22")


def test_hard_resolutions_are_to_be_followed_up_until_a_note_closes_them() -> None:
    hard = [note("resolved", 5, A, effort=1, text="reinstalled all"), note("resolved", 4, "tls-self-signed", effort=5)]
    assert [one.text for one in desk_of(held(case(A, 9, "o"), notes=hard), CaseFilter()).to_follow_up] == ["reinstalled all"]
    closed = [*hard, note("note", 1, A, text="it held")]
    assert desk_of(held(case(A, 9, "o"), notes=closed), CaseFilter()).to_follow_up == ()


def test_an_empty_index_shows_an_empty_desk() -> None:
    desk = desk_of(stock(), CaseFilter())
    assert (desk.bundles, desk.clusters, desk.queue) == (0, (), ())
