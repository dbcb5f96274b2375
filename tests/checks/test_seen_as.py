"""The address under which a service sees this computer is read from what its refusal says, and never guessed."""

import pytest

from checks.http.network_policy_denied import CHECK
from diag.engine.judge import judge
from diag.model.fingerprint import Denial, Fingerprint, Mark
from diag.model.verdict import Status
from diag.report.views.asked_from import asked_from
from diag.report.wording.open_questions import open_questions
from tests.checks.test_authors import JSON, secure
from tests.checks.verdicts import judged

ACME = Fingerprint(Mark.FIELD, "code", "4711", means="No.", denies=Denial.ADDRESS, address="you, {address}, are not")


@pytest.mark.parametrize(
    ("status", "body", "address"),
    [
        (403, '{"code": "4711", "message": "you, 203.0.113.9, are not on the list"}', "203.0.113.9"),
        (403, '{"code": "4711", "message": "you, [2001:db8::9], are not on the list"}', "2001:db8::9"),
        (403, '{"code": "390422", "message": "Incoming request with IP/Token 185.60.112.9 is not allowed"}', "185.60.112.9"),
        (403, '{"code": "4711", "message": "Source IP address: 192.0.2.7 is blocked by Databricks IP ACL"}', "192.0.2.7"),
        (403, '{"code": "4711", "message": "you, 999.1.1.1, are not on the list"}', ""),
        (403, '{"code": "4711", "message": "we, 203.0.113.1, are not you"}', ""),
        (403, '{"code": "4711"}', ""),
    ],
)
def test_it_is_read_from_the_refusal(status: int, body: str, address: str) -> None:
    scene = secure(status, JSON, body=body.encode(), known=(ACME,))
    finding = judged(CHECK, scene)
    assert finding.status is Status.PROBLEM
    assert finding.facts.get("seen_as", "") == address
    (told,) = (line.words for line in asked_from(scene.evidence) if line.label == "Seen outside")
    assert told.startswith(f"{address} (" if address else "not known here")


def test_what_is_known_is_not_asked_for() -> None:
    scene = secure(403, JSON, body=b'{"code": "4711", "message": "you, 203.0.113.9, are not"}', known=(ACME,))
    asked = open_questions(judge(scene.evidence, (CHECK,)), {CHECK.id: CHECK}).asked
    assert "Is 203.0.113.9 the fixed address of your network, or one of several" in asked
    assert not any("public address of your network" in question for question in asked)


def test_an_answer_that_serves_names_nobody() -> None:
    scene = secure(200, JSON, body=b'{"code": "4711", "message": "you, 203.0.113.9, are not"}', known=(ACME,))
    assert "seen_as" not in judged(CHECK, scene).facts
