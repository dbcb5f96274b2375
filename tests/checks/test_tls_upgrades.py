"""Going over to TLS: what each check asks besides, and what it does not fall for."""

from collections.abc import Callable
from typing import Any

import pytest

from checks.network import connection_cut
from checks.tls import (
    begins_at_once,
    upgrade_injected,
    upgrade_misunderstood,
    upgrade_refused,
    upgrade_stripped,
    upgrade_turned_away,
    upgrade_unanswered,
)
from diag.model.answer import Alert, HoldEnd, Session, UpgradeReply
from diag.model.check import EndpointCheck
from diag.model.question import Connect, Handshake, Hold, Upgrade
from diag.model.verdict import Because, Confidence, Status
from tests.checks.evidence import Notes
from tests.checks.replies import HOST
from tests.checks.verdicts import asks, judged

ALL = (
    begins_at_once,
    upgrade_injected,
    upgrade_misunderstood,
    upgrade_refused,
    upgrade_stripped,
    upgrade_turned_away,
    upgrade_unanswered,
)
CHECKS: tuple[EndpointCheck, ...] = tuple(module.CHECK for module in ALL)


def at(scheme: str = "smtp", failure: str = "", **answer: Any) -> Notes:
    return Notes(f"{scheme}://{HOST}").lookup("203.0.113.10").connect().upgrade(failure, **answer)


def wish(scene: Notes) -> Upgrade:
    return next(seen.question for seen in scene.observations if isinstance(seen.question, Upgrade))


def insisting(scene: Notes) -> Upgrade:
    asked = wish(scene)
    return Upgrade(asked.over, asked.protocol, insist=True)


def without_a_word(scene: Notes) -> Handshake:
    return Handshake(wish(scene).over, HOST, alpn=())


def with_look(scene: Notes, answer: object) -> Notes:
    """The scene after TLS was asked for though it was not offered, or begun without a word."""
    question = insisting(scene) if isinstance(answer, UpgradeReply) else without_a_word(scene)
    return scene.also(question, answer)  # type: ignore[arg-type]


NOT_OFFERED: dict[str, Any] = {"failure": "upgrade_refused", "refusal": "not_offered"}
SURPLUS: dict[str, Any] = {"failure": "malformed", "refusal": "surplus", "surplus": b"250 x\r\n", "first_bytes": b"220 x\r\n"}
CASES: list[tuple[EndpointCheck, str, Callable[[], Notes], Status]] = [
    *((check, "a server that goes over", at, Status.OK) for check in CHECKS),
    (upgrade_refused.CHECK, "no TLS", lambda: at("ldap", **NOT_OFFERED), Status.PROBLEM),
    (upgrade_refused.CHECK, "no key", lambda: at("smtp", "upgrade_refused", refusal="refused", code=454), Status.PROBLEM),
    (upgrade_refused.CHECK, "silence", lambda: at("smtp", "timed_out"), Status.UNKNOWN),
    (upgrade_stripped.CHECK, "overwritten", lambda: at("smtp", "upgrade_refused", refusal="overwritten"), Status.PROBLEM),
    (upgrade_stripped.CHECK, "taken out", lambda: with_look(at("imap", **NOT_OFFERED), UpgradeReply()), Status.PROBLEM),
    (upgrade_stripped.CHECK, "silence", lambda: at("imap", "timed_out"), Status.UNKNOWN),
    (
        upgrade_turned_away.CHECK,
        "no room",
        lambda: at("mysql", "upgrade_refused", refusal="turned_away", code=1040),
        Status.PROBLEM,
    ),
    (upgrade_turned_away.CHECK, "no TLS", lambda: at("mysql", **NOT_OFFERED), Status.OK),
    (upgrade_turned_away.CHECK, "cut", lambda: at("mysql", "cut"), Status.UNKNOWN),
    (begins_at_once.CHECK, "TLS", lambda: with_look(at("imap", "timed_out"), Session(finished=True)), Status.PROBLEM),
    (begins_at_once.CHECK, "silence", lambda: with_look(at("imap", "timed_out"), Session("timed_out")), Status.OK),
    (upgrade_misunderstood.CHECK, "a web server", lambda: at("ldap", "malformed", first_bytes=b"HTTP/1.1 400 "), Status.PROBLEM),
    (upgrade_misunderstood.CHECK, "bytes added", lambda: at("smtp", **SURPLUS), Status.OK),
    (upgrade_misunderstood.CHECK, "silence", lambda: at("smtp", "timed_out"), Status.UNKNOWN),
    (upgrade_unanswered.CHECK, "silence", lambda: with_look(at("imap", "timed_out"), Session("timed_out")), Status.PROBLEM),
    (upgrade_unanswered.CHECK, "cut", lambda: with_look(at("postgres", "cut"), Session("cut")), Status.PROBLEM),
    (upgrade_unanswered.CHECK, "TLS", lambda: with_look(at("imap", "timed_out"), Session(finished=True)), Status.OK),
    (upgrade_unanswered.CHECK, "a refusal", lambda: at("imap", **NOT_OFFERED), Status.OK),
    (upgrade_injected.CHECK, "bytes added", lambda: at("smtp", **SURPLUS), Status.PROBLEM),
    (upgrade_injected.CHECK, "a refusal", lambda: at("smtp", **NOT_OFFERED), Status.OK),
    (upgrade_injected.CHECK, "cut", lambda: at("smtp", "cut"), Status.UNKNOWN),
]


@pytest.mark.parametrize(
    ("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[f"{c[0].id}: {c[1]}" for c in CASES]
)
def test_each_cause_is_found_where_it_is_and_nowhere_else(
    check: EndpointCheck, scene: Callable[[], Notes], status: Status
) -> None:
    assert judged(check, scene()).status is status


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_nothing_is_said_of_a_server_that_goes_over(check: EndpointCheck) -> None:
    assert judged(check, at()).status is Status.OK
    assert asks(check, at()) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_nothing_is_said_where_there_is_nothing_to_go_over_from(check: EndpointCheck) -> None:
    assert judged(check, Notes(f"https://{HOST}").lookup("203.0.113.10").connect().handshake()).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_nothing_is_said_where_no_connection_could_be_opened_for_it(check: EndpointCheck) -> None:
    finding = judged(check, at("imap", "refused", stage="connect"))
    assert finding.status is Status.UNKNOWN
    assert asks(check, at("imap", "refused", stage="connect")) == []


@pytest.mark.parametrize("scheme", ["smtp", "imap"])
def test_a_list_without_the_offer_is_asked_about_once_more(scheme: str) -> None:
    scene = at(scheme, "upgrade_refused", refusal="not_offered")
    for check in (upgrade_refused.CHECK, upgrade_stripped.CHECK):
        assert asks(check, scene) == [insisting(scene)]
    assert judged(upgrade_refused.CHECK, scene).confidence is Confidence.LIKELY
    assert judged(upgrade_stripped.CHECK, scene).because is Because.NOT_LOOKED


@pytest.mark.parametrize("scheme", ["postgres", "mysql", "ldap"])
def test_where_no_list_can_be_changed_the_refusal_is_certain(scheme: str) -> None:
    scene = at(scheme, "upgrade_refused", refusal="not_offered")
    assert asks(upgrade_refused.CHECK, scene) == asks(upgrade_stripped.CHECK, scene) == []
    assert judged(upgrade_refused.CHECK, scene).confidence is Confidence.CERTAIN
    assert judged(upgrade_stripped.CHECK, scene).status is Status.OK


@pytest.mark.parametrize(
    ("also", "refused", "stripped"),
    [
        (UpgradeReply("upgrade_refused", refusal="not_offered", code=502), Status.PROBLEM, Status.OK),
        (UpgradeReply(), Status.OK, Status.PROBLEM),
        (UpgradeReply("timed_out", step="request"), Status.PROBLEM, Status.OK),
        (UpgradeReply("refused", stage="connect"), Status.PROBLEM, Status.UNKNOWN),
        (None, Status.PROBLEM, Status.UNKNOWN),
    ],
)
def test_what_came_of_insisting_decides(also: UpgradeReply | None, refused: Status, stripped: Status) -> None:
    scene = at("smtp", "upgrade_refused", refusal="not_offered")
    scene.also(insisting(scene), also)
    assert judged(upgrade_refused.CHECK, scene).status is refused
    assert judged(upgrade_stripped.CHECK, scene).status is stripped


def test_an_overwritten_offer_is_nobody_else_s_fault() -> None:
    scene = at("smtp", "upgrade_refused", refusal="overwritten")
    statuses = {check.id: judged(check, scene).status for check in CHECKS}
    assert {name for name, status in statuses.items() if status is Status.PROBLEM} == {"tls-upgrade-stripped"}


@pytest.mark.parametrize("code", [0, 1130])
def test_being_turned_away_is_told_with_its_number_if_it_has_one(code: int) -> None:
    finding = judged(upgrade_turned_away.CHECK, at("mysql", "upgrade_refused", refusal="turned_away", code=code))
    assert finding.status is Status.PROBLEM
    assert finding.facts.get("code") == (code or None)


@pytest.mark.parametrize("failure", ["timed_out", "cut", "reset", "malformed"])
def test_a_talk_that_broke_off_is_tried_again_without_a_word(failure: str) -> None:
    scene = at("imap", failure, step="greeting")
    assert asks(begins_at_once.CHECK, scene) == [without_a_word(scene)]
    assert judged(begins_at_once.CHECK, scene).because is Because.NOT_LOOKED


@pytest.mark.parametrize(
    ("met", "shown"),
    [
        (Session(finished=True), True),
        (Session("alert:unrecognized_name", alerts=(Alert("peer", 2, "unrecognized_name"),)), True),
        (Session("tls_broken", alerts=(Alert("us", 2, "internal_error"),)), False),
        (Session("not_tls", bytes_received=9, first_bytes=b"* OK hi\r\n"), False),
        (Session("timed_out"), False),
        (Session("refused", stage="connect"), False),
    ],
)
def test_tls_at_once_must_be_heard(met: Session, shown: bool) -> None:
    scene = at("imap", "timed_out", step="greeting")
    scene.also(without_a_word(scene), met)
    assert (judged(begins_at_once.CHECK, scene).status is Status.PROBLEM) is shown
    assert (judged(upgrade_unanswered.CHECK, scene).status is Status.PROBLEM) is not shown


def test_tls_in_the_answer_itself_needs_no_second_look() -> None:
    scene = at("ldap", "malformed", step="request", first_bytes=b"\x15\x03\x01\0\x02\x02\x0a")
    assert judged(begins_at_once.CHECK, scene).status is Status.PROBLEM
    assert judged(upgrade_misunderstood.CHECK, scene).status is Status.OK


@pytest.mark.parametrize(
    ("scheme", "first", "spoken", "alone"),
    [
        ("postgres", b"HTTP/1.1 400 Bad Request\r\n", "http", True),
        ("smtp", b"SSH-2.0-x\r\n", "ssh", True),
        ("smtp", b"220 ftp\r\n", None, False),
        ("imap", b"?", None, False),
    ],
)
def test_another_protocol_is_named_where_it_is_known(scheme: str, first: bytes, spoken: str | None, alone: bool) -> None:
    finding = judged(upgrade_misunderstood.CHECK, at(scheme, "malformed", first_bytes=first))
    assert (finding.status, finding.facts.get("spoken"), bool(finding.rules_out)) == (Status.PROBLEM, spoken, alone)


def test_what_was_added_in_the_clear_is_no_other_protocol() -> None:
    scene = at("smtp", "malformed", refusal="surplus", surplus=b"250 x\r\n", first_bytes=b"220 x\r\n")
    statuses = {check.id: judged(check, scene).status for check in CHECKS}
    assert {name for name, status in statuses.items() if status is Status.PROBLEM} == {"tls-upgrade-injected"}


def test_a_greeting_that_does_not_come_may_be_late_on_purpose() -> None:
    late, cut = at("smtp", "timed_out", step="greeting"), at("smtp", "cut", step="capabilities")
    for scene in (late, cut):
        scene.also(without_a_word(scene), Session("cut"))
    assert judged(upgrade_unanswered.CHECK, late).confidence is Confidence.POSSIBLE
    assert judged(upgrade_unanswered.CHECK, cut).confidence is Confidence.LIKELY


@pytest.mark.parametrize(
    ("held", "status"),
    [(HoldEnd("cut", 0.01), Status.PROBLEM), (HoldEnd("", 2.0), Status.OK)],
)
def test_a_talk_that_is_cut_at_once_is_compared_with_a_connection_on_which_nothing_is_said(held: HoldEnd, status: Status) -> None:
    scene = at("postgres", "cut", step="request")
    over = wish(scene).over
    assert isinstance(over, Connect)
    assert asks(connection_cut.CHECK, scene) == [Hold(over, 2.0)]
    scene.also(Hold(over, 2.0), held)
    assert judged(connection_cut.CHECK, scene).status is status
    assert judged(connection_cut.CHECK, at("smtp", "cut", first_bytes=b"220 x\r\n")).status is Status.OK
