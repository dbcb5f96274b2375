"""A client's certificate that is asked for: missing, refused, or none of the server's business."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from checks.tls import client_certificate_rejected, client_certificate_required
from diag.model.answer import Alert, ClientShown, HoldEnd, Session
from diag.model.check import EndpointCheck
from diag.model.endpoint import Expectations
from diag.model.question import Hold
from diag.model.verdict import Confidence, Status
from tests.checks.authorities import PUBLIC_LEAF
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS, HOST, NOW
from tests.checks.verdicts import asks, judged

REJECTED, REQUIRED = client_certificate_rejected.CHECK, client_certificate_required.CHECK
SHOWN = ClientShown(NOW - timedelta(days=9), NOW + timedelta(days=9), True, True)
NGINX = {"body": b"<html>\r\n<head><title>400 The SSL certificate error</title></head>"}
NGINX_NONE = {"body": b"<html>\r\n<head><title>400 No required SSL certificate was sent</title></head>"}


def met(given: bool, scheme: str = "https", **answer: Any) -> Notes:
    """A handshake with a server that asks for a client's certificate, unless said; `given`: this client has one to show."""
    expects = Expectations(certificate="client.pem" if given else "")
    scene = Notes(f"{scheme}://{HOST}", expects=expects).lookup(ADDRESS).connect()
    return scene.handshake([PUBLIC_LEAF], **{"certificate_requested": True, "client": SHOWN if given else None, **answer})


def waited(scene: Notes, failure: str, lived: float = 0.01) -> Notes:
    return scene.also(Hold(scene.handshake_question, 1.0), HoldEnd(failure, lived))


CASES: list[tuple[EndpointCheck, str, Callable[[], Notes], Status]] = [
    (REJECTED, "let in", lambda: met(True).exchange(), Status.OK),
    (REJECTED, "not asked for", lambda: met(True, certificate_requested=False).exchange(404), Status.OK),
    (REJECTED, "none to show", lambda: met(False).exchange(), Status.NOT_APPLICABLE),
    (REJECTED, "an alert in the handshake", lambda: met(True, failure="alert:certificate_expired"), Status.PROBLEM),
    (REJECTED, "an alert after it", lambda: met(True).exchange(0, failure="alert:unknown_ca"), Status.PROBLEM),
    (
        REJECTED,
        "an alert with the answer",
        lambda: met(True).exchange(0, alerts=(Alert("peer", 2, "bad_certificate"),)),
        Status.PROBLEM,
    ),
    (REJECTED, "an alert while waiting", lambda: waited(met(True, "tls"), "alert:certificate_revoked"), Status.PROBLEM),
    (REJECTED, "left alone while waiting", lambda: waited(met(True, "tls"), "", 1.0), Status.OK),
    (REJECTED, "ended while waiting, without a word", lambda: waited(met(True, "tls"), "cut"), Status.OK),
    (REJECTED, "nginx's page", lambda: met(True).exchange(400, "Server: nginx", **NGINX), Status.PROBLEM),
    (REJECTED, "that page of another", lambda: met(True).exchange(400, "Server: other", **NGINX), Status.OK),
    (
        REJECTED,
        "that page unasked",
        lambda: met(True, certificate_requested=False).exchange(400, "Server: nginx", **NGINX),
        Status.OK,
    ),
    (REJECTED, "a page of the service", lambda: met(True).exchange(400, "Server: nginx", body=b"<html>no</html>"), Status.OK),
    (
        REJECTED,
        "our own alert",
        lambda: met(True, failure="tls_broken", alerts=(Alert("us", 2, "bad_certificate"),)),
        Status.UNKNOWN,
    ),
    (REJECTED, "an alert about something else", lambda: met(True, failure="alert:protocol_version"), Status.UNKNOWN),
    (REJECTED, "cut after it was asked for", lambda: met(True, failure="cut"), Status.PROBLEM),
    (REJECTED, "cut before", lambda: met(True, failure="cut", certificate_requested=False), Status.UNKNOWN),
    (
        REJECTED,
        "access denied to somebody who was not asked",
        lambda: met(True, failure="alert:access_denied", certificate_requested=False),
        Status.UNKNOWN,
    ),
    (REQUIRED, "let in", lambda: met(False).exchange(), Status.OK),
    (REQUIRED, "shown, and refused", lambda: met(True, failure="alert:unknown_ca"), Status.NOT_APPLICABLE),
    (REQUIRED, "an alert while waiting", lambda: waited(met(False, "tls"), "alert:certificate_required"), Status.PROBLEM),
    (REQUIRED, "nginx's page", lambda: met(False).exchange(400, "Server: nginx", **NGINX_NONE), Status.PROBLEM),
    (REQUIRED, "an answer of the service", lambda: met(False).exchange(400, "Server: nginx"), Status.OK),
]


@pytest.mark.parametrize(
    ("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[f"{c[0].id}: {c[1]}" for c in CASES]
)
def test_each_cause_is_found_where_it_is_and_nowhere_else(
    check: EndpointCheck, scene: Callable[[], Notes], status: Status
) -> None:
    assert judged(check, scene()).status is status


@pytest.mark.parametrize("given", [True, False])
def test_a_word_that_has_no_other_occasion_is_waited_for(given: bool) -> None:
    check = REJECTED if given else REQUIRED
    scene = met(given, "tls")
    assert asks(check, scene) == [Hold(scene.handshake_question, 1.0)]
    for other in (met(given), met(given, "tls", certificate_requested=False), met(given, "tls", failure="cut")):
        assert asks(check, other) == []


@pytest.mark.parametrize(
    ("shown", "faults"),
    [
        (SHOWN, None),
        (ClientShown(NOW - timedelta(days=9), NOW - timedelta(days=1), True, True), ("expired",)),
        (ClientShown(NOW + timedelta(days=1), NOW + timedelta(days=9), True, True), ("not_yet_valid",)),
        (
            ClientShown(NOW - timedelta(days=9), NOW + timedelta(days=9), False, False),
            ("not_for_clients", "issuer_not_listed"),
        ),
    ],
)
def test_what_speaks_against_it_is_read_from_the_certificate(shown: ClientShown, faults: tuple[str, ...] | None) -> None:
    finding = judged(REJECTED, met(True, client=shown, authorities=("CN=House",), failure="alert:bad_certificate"))
    assert finding.facts.get("faults") == faults


@pytest.mark.parametrize(
    ("alert", "said"),
    [
        ("certificate_expired", "expired"),
        ("certificate_revoked", "revoked"),
        ("unknown_ca", "issuer_unknown"),
        ("unsupported_certificate", "kind_unsupported"),
        ("certificate_required", "none_came"),
        ("access_denied", "no_access"),
        ("decrypt_error", "wrong_signature"),
        ("bad_certificate", "not_accepted"),
        ("certificate_unknown", "not_accepted"),
    ],
)
def test_what_an_alert_says_of_the_certificate_is_told(alert: str, said: str) -> None:
    assert judged(REJECTED, met(True, failure=f"alert:{alert}")).facts["refused_as"] == said


@pytest.mark.parametrize("asked_for", [2, 5])
def test_not_every_authority_of_a_long_list_is_named(asked_for: int) -> None:
    names = tuple(f"CN=House {number}" for number in range(asked_for))
    told = judged(REQUIRED, met(False, failure="alert:certificate_required", authorities=names))
    assert told.facts["authorities"] == names[:3]


def test_a_server_without_a_list_takes_any_issuer() -> None:
    shown = ClientShown(SHOWN.not_before, SHOWN.not_after)
    assert judged(REJECTED, met(True, client=shown, failure="alert:bad_certificate")).facts.get("faults") is None


@pytest.mark.parametrize(
    ("failure", "confidence"),
    [("alert:unknown_ca", Confidence.CERTAIN), ("alert:handshake_failure", Confidence.LIKELY), ("reset", Confidence.LIKELY)],
)
def test_only_a_word_about_the_certificate_is_certain(failure: str, confidence: Confidence) -> None:
    assert judged(REJECTED, met(True, failure=failure)).confidence is confidence


def test_a_session_says_what_it_had_to_show_and_no_more() -> None:
    assert Session().client is None
    assert not {name for name in ClientShown.__struct_fields__ if "name" in name or "key" in name} - {"issuer_named"}
