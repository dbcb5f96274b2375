"""The words are whole: every word of the model's closed lists has its phrase."""

from enum import Enum

import pytest

from diag.model.diagnosis import Outcome
from diag.model.endpoint_view import Stage
from diag.model.failure import ALERTS, Failure
from diag.model.failure import WORDS as FAILURE_WORDS
from diag.model.observation import FaultKind
from diag.model.question import Topic
from diag.model.route import RouteReason, SettingPlace
from diag.model.script import Flaw
from diag.model.socks import SocksRefusal
from diag.model.upgrade import UpgradeRefusal
from diag.model.verdict import Because, Confidence, Owner
from diag.report.wording import asking, words
from tests.each import of_each


@pytest.mark.parametrize(
    ("closed", "phrases"),
    [
        (Failure, words.FAILURES),
        (Stage, words.STAGES),
        (Stage, words.UNDER_WAY),
        (Owner, words.OWNERS),
        (Confidence, words.CONFIDENCE),
        (Outcome, words.OUTCOMES),
        (Because, words.BECAUSE),
        (FaultKind, words.FAULT_WORDS),
        (RouteReason, words.ROUTE_REASONS),
        (SettingPlace, words.SETTING_PLACES),
        (Flaw, words.SCRIPT_FLAWS),
        (Topic, asking.TOPICS),
        (SocksRefusal, words.REFUSAL_WORDS),
        (UpgradeRefusal, words.UPGRADE_REFUSALS),
    ],
)
def test_every_word_of_a_closed_list_has_its_phrase(closed: type[Enum], phrases: dict[object, object]) -> None:
    assert set(phrases) == set(closed)


def test_every_alert_has_its_phrase() -> None:
    assert set(words.ALERT_WORDS) == set(ALERTS.values())


@of_each(sorted(FAILURE_WORDS))
def test_no_failure_is_shown_by_its_bare_word(word: str) -> None:
    assert words.failure_words(word).count(" ") >= 2


def test_a_word_of_another_version_is_shown_cleaned() -> None:
    assert words.failure_words("quantum\x1b[2J") == "quantum\ufffd[2J"
    assert "TLS alert 77" in words.failure_words("alert:77")
    assert words.failure_words(f"alert:{'x' * 40}").endswith("x" * 40)
    assert "x" * 40 not in words.failure_words(f"alert:{'x' * 41}")


@pytest.mark.parametrize(
    ("stage", "arrived", "phrase"),
    [
        (Stage.START, False, "not tested"),
        (Stage.TUNNEL, False, "stopped at the proxy"),
        (Stage.CONNECT, False, "stopped at the connection (TCP)"),
        (Stage.EXCHANGE, True, "answered"),
        (Stage.HANDSHAKE, True, "TLS is up"),
        (Stage.CONNECT, True, "connected"),
    ],
)
def test_how_far_it_got(stage: Stage, arrived: bool, phrase: str) -> None:
    assert words.ended_words(stage, arrived) == phrase


def test_where_nothing_failed_nobody_is_said_to_have_stopped() -> None:
    assert words.ended_words(Stage.CONNECT, arrived=False, failed=False) == "tested as far as the connection (TCP)"
