"""Sentences: facts become words, gaps stay visible, and nothing that a stranger wrote breaks a line."""

import math
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.model.diagnosis import Cause
from diag.model.verdict import Confidence, Fact, Facts, Owner, Status
from diag.report.wording.sentences import certainty, fact_words, fill, listed, moment_words, number_words, tell
from tests.report import samples

facts = st.one_of(
    st.text(max_size=50),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.datetimes(timezones=st.just(UTC)),
    st.lists(st.text(max_size=20), max_size=30).map(tuple),
)


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ("proxy.corp.test", "proxy.corp.test"),
        ("", "(empty)"),
        (407, "407"),
        (True, "yes"),
        (False, "no"),
        (12.0, "12"),
        (0.0341, "0.034"),
        (1.5249, "1.52"),
        (12.34, "12.3"),
        (431.7, "432"),
        (-2.5, "-2.5"),
        (0.0000001, "under 0.001"),
        (math.nan, "not a number"),
        (math.inf, "not a number"),
        ((), "none"),
        ("timed_out", "no reply came in time"),
        ("alert:unknown_ca", "the other side does not know who issued the certificate it was shown (TLS alert unknown_ca)"),
        ("refused", "refused"),
        (("Basic",), "Basic"),
        (("Basic", "NTLM"), "Basic, NTLM"),
        (datetime(2026, 11, 12, 9, 30, tzinfo=UTC), "12 November 2026, 09:30 UTC"),
        (datetime(2026, 11, 12, 9, 30, 7, 999, tzinfo=UTC), "12 November 2026, 09:30:07 UTC"),
        ("2026-11-12T09:30:00Z", "12 November 2026, 09:30 UTC"),
        ("2026-11-12T10:30:00+01:00", "12 November 2026, 09:30 UTC"),
        ("2026-99-12T10:30:00Z", "2026-99-12T10:30:00Z"),
    ],
)
def test_each_kind_of_fact_has_words(fact: Fact, words: str) -> None:
    assert fact_words(fact) == words


def test_long_lists_are_counted_and_never_by_one() -> None:
    assert listed([str(n) for n in range(15)], 6) == "0, 1, 2, 3, 4, 5 and 9 more"
    assert listed([str(n) for n in range(7)], 6) == "0, 1, 2, 3, 4, 5, 6"


def test_a_moment_in_another_zone_is_told_in_utc() -> None:
    assert moment_words(datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))) == "31 December 2025, 23:30 UTC"


def test_a_missing_fact_is_a_visible_gap() -> None:
    assert fill("The proxy {proxy} at {its_place}.", {"proxy": "p:1"}) == "The proxy p:1 at (its place: not recorded)."


def test_a_fact_is_never_read_as_a_template() -> None:
    assert fill("{a} {b}", {"a": "{b}", "b": "{a.__class__}"}) == "{b} {a.__class__}"


def test_an_unknown_check_is_told_by_its_id_and_its_facts() -> None:
    cause = samples.with_facts({"proxy": "p:1", "tries": 3}, name="proxy-of-the-future").causes[0]
    story = tell(cause, samples.CATALOGUE)
    assert not story.known
    assert "proxy-of-the-future" in story.title
    assert story.seen == "proxy: p:1; tries: 3"
    assert story.remedy


@given(fact=facts)
def test_words_stay_on_one_line_and_steer_nothing(fact: Fact) -> None:
    words = fill("Seen: {fact}.", {"fact": fact})
    assert not {unicodedata.category(character) for character in words} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(number=st.floats(allow_nan=False, allow_infinity=False, min_value=0.001, max_value=1e12))
def test_numbers_keep_about_three_digits(number: float) -> None:
    assert float(number_words(number)) == pytest.approx(number, rel=0.05 if number >= 0.01 else 0.5)


@pytest.mark.parametrize(
    ("confidence", "facts", "told"),
    [
        (Confidence.CERTAIN, {"neighbour": "the host is down"}, "certain: nothing else fits what was seen"),
        (
            Confidence.LIKELY,
            {"neighbour": "the host is down", "decided_by": "the same connect from another network"},
            "likely: something rarer could look the same. It could also be this: the host is down."
            " What would settle it: the same connect from another network.",
        ),
        (
            Confidence.POSSIBLE,
            {"neighbour": "dns-name-not-found"},
            "possible: something else can look the same. It could also be this: dns-name-not-found.",
        ),
    ],
)
def test_a_look_alike_and_what_would_decide_are_said(confidence: Confidence, facts: Facts, told: str) -> None:
    cause = Cause("x-y", Status.PROBLEM, confidence, Owner.NETWORK, "x", (), ("connect-1",), facts)
    assert certainty(cause, {}) == told
