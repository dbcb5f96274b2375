"""The HTTP family, second part: portals, filters and guards that answer in the service's place, and denials with a reason."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from checks.http import (
    account_unknown,
    block_page,
    captive_portal,
    network_policy_denied,
    no_answer,
    slow,
    status_unexpected,
    storage_denied,
    waf_blocked,
)
from checks.http.account_unknown import NO_SUCH_ACCOUNT
from diag.engine.judge import judge
from diag.model.address import Authority
from diag.model.answer import HttpReply, SystemLookup
from diag.model.check import AnyCheck
from diag.model.question import Exchange, Handshake, Lookup
from diag.model.verdict import Confidence, Status
from tests.checks.authorities import CORP_LEAF, PUBLIC_LEAF
from tests.checks.evidence import Notes, evidence_of
from tests.checks.replies import ADDRESS, HOST, headers
from tests.checks.test_http import PROXY, plain, secure
from tests.checks.verdicts import asks, judged

JSON, XML = "Content-Type: application/json", "Content-Type: application/xml"
S3 = (XML, "x-amz-request-id: 7")
AZURE = (XML, "x-ms-request-id: 7")
GOOGLE = (XML, "x-guploader-uploadid: 7")
MADE_UP = f"{NO_SUCH_ACCOUNT}.example.com"
SQUID = ("Server: squid/6.6", "X-Squid-Error: ERR_ACCESS_DENIED 0")


def sent_to(target: str, host: str = HOST) -> Notes:
    """A plain answer that sends people on."""
    return Notes(f"http://{host}").lookup(ADDRESS).connect().exchange(302, f"Location: http://{target}/start")


def xml(code: str) -> bytes:
    return f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>no</Message></Error>'.encode()


def refused(status: int = 404, body: bytes = b"no such account", expected: tuple[int, ...] = (200,)) -> Notes:
    return secure(status, "Content-Type: text/plain", status=expected, body=body)


def compared(scene: Notes, status: int = 404, body: bytes = b"no such account") -> Notes:
    """The scene after a made-up name was looked up, and asked for at the same address."""
    question = scene.case.exchange.question  # type: ignore[union-attr]
    assert isinstance(question.over, Handshake)
    scene.also(Lookup(MADE_UP), SystemLookup((ADDRESS,)))
    over = replace(question.over, server_name=MADE_UP)
    reply = HttpReply(status=status, headers=headers("Content-Type: text/plain"), body=body)
    return scene.also(Exchange(over, Authority(MADE_UP, 443), "/"), reply)


def late(seconds: float) -> Notes:
    return secure(200, first_byte_after=seconds)


def unanswered(again: float = 0.0, proxy: str = "") -> Notes:
    """A request that was not answered in time; `again`: seconds after which the patient one was, 0: it was not made."""
    scene = secure(0, failure="timed_out", proxy=proxy)
    if again:
        question = replace(scene.case.exchange.question, patience=slow.LONG_PATIENCE)  # type: ignore[union-attr]
        scene.also(question, HttpReply(status=200, first_byte_after=again) if again < 99 else HttpReply("timed_out"))
    return scene


CASES: list[tuple[AnyCheck, str, Callable[[], Notes], Status]] = [
    (captive_portal.CHECK, "its own status", lambda: plain(511), Status.PROBLEM),
    (captive_portal.CHECK, "one service alone", lambda: sent_to("portal.inn.test"), Status.OK),
    (captive_portal.CHECK, "behind a proxy", lambda: plain(511, proxy=PROXY), Status.OK),
    (captive_portal.CHECK, "inside TLS, of the service itself", lambda: secure(511), Status.OK),
    (captive_portal.CHECK, "no answer", lambda: Notes().lookup(ADDRESS).connect(), Status.UNKNOWN),
    (block_page.CHECK, "signed by a proxy that nobody set", lambda: plain(403, *SQUID), Status.PROBLEM),
    (block_page.CHECK, "inside TLS, of a private authority", lambda: secure(403, *SQUID, chain=CORP_LEAF), Status.PROBLEM),
    (block_page.CHECK, "a known page", lambda: sent_to("block.opendns.com"), Status.PROBLEM),
    (block_page.CHECK, "inside TLS, of a public authority", lambda: secure(403, *SQUID), Status.OK),
    (block_page.CHECK, "of a declared authority", lambda: secure(403, *SQUID, chain=CORP_LEAF, trust="corp.pem"), Status.OK),
    (
        block_page.CHECK,
        "trouble on the way",
        lambda: plain(503, "Server: squid/6.6", "X-Squid-Error: ERR_CONNECT_FAIL 111"),
        Status.OK,
    ),
    (block_page.CHECK, "the proxy that was set", lambda: plain(403, *SQUID, proxy=PROXY), Status.NOT_APPLICABLE),
    (block_page.CHECK, "the service's own", lambda: plain(403, "Server: nginx"), Status.OK),
    (block_page.CHECK, "another page", lambda: sent_to("www.example.net"), Status.OK),
    (waf_blocked.CHECK, "a challenge", lambda: secure(403, "Server: cloudflare", "cf-mitigated: challenge"), Status.PROBLEM),
    (
        waf_blocked.CHECK,
        "a page that tests the browser where the same status is expected",
        lambda: secure(200, body=b"<title>Just a moment...</title> /cdn-cgi/challenge-platform/", status=(200,)),
        Status.PROBLEM,
    ),
    (waf_blocked.CHECK, "the balancer's guard", lambda: secure(403, "Server: awselb/2.0"), Status.PROBLEM),
    (waf_blocked.CHECK, "an edge's own", lambda: secure(403, "Server: AkamaiGHost"), Status.WARNING),
    (waf_blocked.CHECK, "an edge's own, unexpected", lambda: secure(403, "Server: CloudFront", status=(200,)), Status.PROBLEM),
    (waf_blocked.CHECK, "passed on by an edge", lambda: secure(403, "Server: cloudflare", "CF-RAY: 8c"), Status.OK),
    (waf_blocked.CHECK, "the balancer without servers", lambda: secure(503, "Server: awselb/2.0"), Status.OK),
    (waf_blocked.CHECK, "an edge without an answer", lambda: secure(503, "Server: CloudFront"), Status.OK),
    (waf_blocked.CHECK, "expected", lambda: secure(403, "cf-mitigated: challenge", status=(403,)), Status.OK),
    (waf_blocked.CHECK, "by a filter on the way", lambda: plain(403, *SQUID), Status.UNKNOWN),
    (waf_blocked.CHECK, "works", lambda: secure(200, "Server: cloudflare"), Status.OK),
    (storage_denied.CHECK, "Azure's firewall", lambda: secure(403, *AZURE, body=xml("AuthorizationFailure")), Status.PROBLEM),
    (
        storage_denied.CHECK,
        "in the field",
        lambda: secure(403, *AZURE, "x-ms-error-code: AuthorizationFailure", body=b""),
        Status.PROBLEM,
    ),
    (
        storage_denied.CHECK,
        "Google's perimeter",
        lambda: secure(403, *GOOGLE, body=xml("SecurityPolicyViolated")),
        Status.PROBLEM,
    ),
    (storage_denied.CHECK, "unexpected", lambda: secure(403, *S3, body=xml("AccessDenied"), status=(200,)), Status.PROBLEM),
    (storage_denied.CHECK, "as stores do", lambda: secure(403, *S3, body=xml("AccessDenied")), Status.OK),
    (storage_denied.CHECK, "no store", lambda: secure(403, XML, body=xml("AuthorizationFailure")), Status.OK),
    (storage_denied.CHECK, "not found", lambda: secure(404, *S3, body=xml("NoSuchKey"), status=(200,)), Status.OK),
    (
        storage_denied.CHECK,
        "written by a filter",
        lambda: plain(403, *AZURE, *SQUID, body=xml("AuthorizationFailure")),
        Status.UNKNOWN,
    ),
    (network_policy_denied.CHECK, "by its code", lambda: secure(403, JSON, body=b'{"code": "390422"}'), Status.PROBLEM),
    (
        network_policy_denied.CHECK,
        "an inner code",
        lambda: secure(403, JSON, body=b'{"error":{"code":"Forbidden","innererror":{"code":"ForbiddenByFirewall"}}}'),
        Status.PROBLEM,
    ),
    (network_policy_denied.CHECK, "another code", lambda: secure(403, JSON, body=b'{"code": "390100"}'), Status.OK),
    (
        network_policy_denied.CHECK,
        "in a page",
        lambda: secure(403, "Content-Type: text/html", body=b'"code": "390422"'),
        Status.OK,
    ),
    (
        network_policy_denied.CHECK,
        "written by a filter",
        lambda: plain(403, JSON, *SQUID, body=b'{"code": "390422"}'),
        Status.UNKNOWN,
    ),
    (account_unknown.CHECK, "as anybody", lambda: compared(refused()), Status.PROBLEM),
    (account_unknown.CHECK, "named in the answer", lambda: named_alike(), Status.PROBLEM),
    (account_unknown.CHECK, "another answer", lambda: compared(refused(), status=403), Status.OK),
    (account_unknown.CHECK, "another text", lambda: compared(refused(), body=b"who are you"), Status.OK),
    (account_unknown.CHECK, "not compared", lambda: refused(), Status.UNKNOWN),
    (account_unknown.CHECK, "nothing expected", lambda: compared(refused(expected=())), Status.OK),
    (account_unknown.CHECK, "works", lambda: secure(200, status=(200,)), Status.OK),
    (slow.CHECK, "late", lambda: late(6.0), Status.WARNING),
    (slow.CHECK, "answered to who waits", lambda: unanswered(6.5), Status.PROBLEM),
    (slow.CHECK, "quick", lambda: late(0.2), Status.OK),
    (slow.CHECK, "quick the second time", lambda: unanswered(0.2), Status.UNKNOWN),
    (slow.CHECK, "never", lambda: unanswered(99), Status.UNKNOWN),
    (slow.CHECK, "not asked again", lambda: unanswered(), Status.UNKNOWN),
]


def named_alike() -> Notes:
    """Two answers that differ in the name asked for and in an identifier alone."""
    scene = refused(body=f"no {HOST}, id 0123456789ab, 12:00:01".encode())
    return compared(scene, body=f"no {MADE_UP}, id ba9876543210, 12:00:02".encode())


@pytest.mark.parametrize(
    ("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[f"{c[0].id}: {c[1]}" for c in CASES]
)
def test_each_cause_is_found_where_it_is_and_nowhere_else(check: AnyCheck, scene: Callable[[], Notes], status: Status) -> None:
    assert judged(check, scene()).status is status


def test_unrelated_services_sent_to_one_place_are_held_up_by_a_portal() -> None:
    finding = judged(captive_portal.CHECK, sent_to("portal.inn.test"), sent_to("portal.inn.test", "shop.example.test"))
    assert (finding.status, finding.confidence, finding.facts["portal"]) == (Status.PROBLEM, Confidence.LIKELY, "portal.inn.test")
    assert finding.hits == (f"http://{HOST}:80", "http://shop.example.test:80")


@pytest.mark.parametrize(
    ("target", "other", "host"),
    [
        ("login.example.net", "login.example.net", "files.example.com"),
        ("a.example.net", "b.example.org", "shop.example.test"),
        ("www.example.com", "www.example.com", "shop.example.test"),
        ("block.opendns.com", "block.opendns.com", "shop.example.test"),
    ],
    ids=["one owner", "two places", "one's own", "a known filter"],
)
def test_other_redirects_are_no_portal(target: str, other: str, host: str) -> None:
    assert judged(captive_portal.CHECK, sent_to(target), sent_to(other, host)).status is Status.OK


def test_redirects_inside_good_tls_are_no_portal() -> None:
    def inside(host: str) -> Notes:
        scene = Notes(f"https://{host}").lookup(ADDRESS).connect().handshake([PUBLIC_LEAF])
        return scene.exchange(302, "Location: https://portal.inn.test/")

    assert judged(captive_portal.CHECK, inside(HOST), Notes("https://shop.example.test")).status is Status.OK


def test_a_portal_explains_what_it_does_to_the_certificates() -> None:
    strange = Notes("https://shop.example.test").lookup(ADDRESS).connect().handshake([CORP_LEAF], (20, 0))
    strange.exchange(511)
    causes = judge(evidence_of(plain(511), strange), (captive_portal.CHECK, status_unexpected.CHECK)).causes
    assert [(cause.id, len(cause.endpoints)) for cause in causes] == [("http-captive-portal", 2)]


def test_the_made_up_name_is_asked_for_step_by_step() -> None:
    scene = refused()
    assert asks(account_unknown.CHECK, scene) == [Lookup(MADE_UP)]
    scene.also(Lookup(MADE_UP), SystemLookup((ADDRESS,)))
    [question] = asks(account_unknown.CHECK, scene)
    assert isinstance(question, Exchange)
    assert isinstance(question.over, Handshake)
    assert (question.authority.host, question.over.server_name) == (MADE_UP, MADE_UP)
    assert asks(account_unknown.CHECK, refused().also(Lookup(MADE_UP), SystemLookup(failure="name_not_found"))) == []
    for other in (refused(expected=()), secure(500, status=(200,)), secure(200, status=(200,))):
        assert asks(account_unknown.CHECK, other) == []


def test_a_wrong_path_remains_possible_where_an_account_seems_unknown() -> None:
    finding = judged(account_unknown.CHECK, compared(refused()))
    assert (finding.confidence, finding.rules_out) == (Confidence.POSSIBLE, {})


def test_only_a_request_that_was_not_answered_in_time_is_made_again_with_more_patience() -> None:
    scene = unanswered()
    assert asks(slow.CHECK, scene) == [replace(scene.case.exchange.question, patience=slow.LONG_PATIENCE)]  # type: ignore[union-attr]
    assert asks(slow.CHECK, late(6.0)) == []
    assert asks(slow.CHECK, secure(0, failure="reset")) == []


def test_a_slow_service_answers_after_all() -> None:
    causes = judge(unanswered(6.5).evidence, (slow.CHECK, no_answer.CHECK)).causes
    assert [(cause.id, cause.explains) for cause in causes] == [("http-slow", ("http-no-answer",))]


def test_a_reason_explains_that_the_status_is_unexpected() -> None:
    denied = secure(403, *S3, body=xml("AccessDenied"), status=(200,))
    guarded = secure(403, "cf-mitigated: challenge", "CF-RAY: 8c-LAB", status=(200,))
    for scene, check in (
        (denied, storage_denied.CHECK),
        (guarded, waf_blocked.CHECK),
        (compared(refused()), account_unknown.CHECK),
    ):
        assert [one.id for one in judge(scene.evidence, (check, status_unexpected.CHECK)).causes] == [check.id]
    assert judged(waf_blocked.CHECK, guarded).facts["identifier"] == "8c-lab"
