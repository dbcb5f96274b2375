"""The HTTP family over real header lines: who wrote the answer comes first."""

from collections.abc import Callable

import pytest

from checks.http import (
    answer_cut,
    answer_malformed,
    header_irregular,
    no_answer,
    rate_limited,
    redirected_elsewhere,
    server_error,
    status_unexpected,
)
from diag.engine.judge import judge
from diag.knowledge.response_author import Author, author
from diag.model.answer import TcpInfo
from diag.model.check import AnyCheck
from diag.model.endpoint import Expectations
from diag.model.verdict import Confidence, Status
from tests.checks.authorities import CORP_LEAF, INTERMEDIATE, PUBLIC_LEAF, leaf
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS, HOST, PROXY_IP
from tests.checks.verdicts import judged

PROXY = "proxy.corp.test:3128"


def secure(answered: int, *lines: str, chain: bytes = PUBLIC_LEAF, proxy: str = "", trust: str = "", **rest: object) -> Notes:
    """An answer inside TLS, with a certificate that is trusted here. `rest`: what the list expects, and fields of the answer."""
    status = rest.pop("status", ())
    scene = Notes(proxy=proxy, expects=Expectations(trust=trust, status=status))  # type: ignore[arg-type]
    scene.lookup(PROXY_IP if proxy else ADDRESS).connect()
    if proxy:
        scene.tunnel()
    return scene.handshake([chain, INTERMEDIATE]).exchange(answered, *lines, **rest)


def plain(status: int, *lines: str, proxy: str = "", body: bytes = b"") -> Notes:
    """An answer that anybody on the way may have written."""
    scene = Notes(f"http://{HOST}", proxy=proxy).lookup(PROXY_IP if proxy else ADDRESS).connect()
    return scene.exchange(status, *lines, body=body)


def silent(proxy: str = "") -> Notes:
    scene = Notes(f"http://{HOST}", proxy=proxy).lookup(PROXY_IP if proxy else ADDRESS).connect()
    return scene.exchange(0, failure="timed_out")


def garbled(first: bytes, proxy: str = "") -> Notes:
    scene = Notes(f"http://{HOST}", proxy=proxy).lookup(PROXY_IP if proxy else ADDRESS).connect()
    return scene.exchange(0, failure="malformed", first_bytes=first)


def broken_off(failure: str, *lines: str) -> Notes:
    """An answer whose head came, and 8 bytes of its body."""
    return secure(200, *lines, failure=failure, body=b"12345678")


def sloppy(line: bytes) -> Notes:
    """An answer with this line in its head, which a strict reader refused."""
    first = b"HTTP/1.1 200 OK\r\n" + line + b"\r\nContent-Length: 0\r\n\r\n"
    return secure(200, failure="malformed", first_bytes=first)


CASES: list[tuple[AnyCheck, str, Callable[[], Notes], Status]] = [
    (server_error.CHECK, "500", lambda: secure(500), Status.PROBLEM),
    (server_error.CHECK, "503 through a tunnel", lambda: secure(503, proxy=PROXY), Status.PROBLEM),
    (server_error.CHECK, "502 of the service's own gateway", lambda: secure(502, "Server: nginx"), Status.PROBLEM),
    (server_error.CHECK, "500 in the clear", lambda: plain(500, "Server: Apache"), Status.PROBLEM),
    (
        server_error.CHECK,
        "500 that the proxy passed on",
        lambda: plain(500, "Server: Apache", "Via: 1.1 proxy (squid/6.6)", proxy=PROXY),
        Status.PROBLEM,
    ),
    *(
        (server_error.CHECK, f"{status}", lambda status=status: secure(status), Status.OK)
        for status in (200, 301, 400, 401, 403, 404, 405, 429)
    ),
    (server_error.CHECK, "503 that is expected", lambda: secure(503, status=(200, 503)), Status.OK),
    (server_error.CHECK, "the network's login page", lambda: plain(511), Status.OK),
    (
        server_error.CHECK,
        "503 of the proxy",
        lambda: plain(503, "Server: squid/6.6", "X-Squid-Error: ERR_CONNECT_FAIL 111", proxy=PROXY),
        Status.UNKNOWN,
    ),
    (server_error.CHECK, "503 behind a proxy, unsigned", lambda: plain(503, proxy=PROXY), Status.UNKNOWN),
    (server_error.CHECK, "503 that passed a proxy", lambda: plain(503, "Via: 1.1 p", proxy=PROXY), Status.UNKNOWN),
    (server_error.CHECK, "500 in the clear, by a hidden proxy", lambda: plain(500, "Server: squid/6.6"), Status.UNKNOWN),
    (server_error.CHECK, "522 of a content network", lambda: secure(522, "Server: cloudflare"), Status.PROBLEM),
    (server_error.CHECK, "503 of a content network", lambda: secure(503, "Server: CloudFront"), Status.PROBLEM),
    (
        server_error.CHECK,
        "500 with a certificate nobody trusts",
        lambda: Notes().lookup(ADDRESS).connect().handshake([CORP_LEAF], (20, 0), (21, 0)).exchange(500),
        Status.UNKNOWN,
    ),
    (
        server_error.CHECK,
        "500 with another's certificate",
        lambda: Notes().lookup(ADDRESS).connect().handshake([leaf("portal.test")]).exchange(500),
        Status.UNKNOWN,
    ),
    (server_error.CHECK, "no answer", lambda: secure(0, failure="timed_out"), Status.UNKNOWN),
    (server_error.CHECK, "no HTTP here", lambda: Notes("tls://api.example.com").lookup(ADDRESS), Status.NOT_APPLICABLE),
    (status_unexpected.CHECK, "404 where 200 is expected", lambda: secure(404, status=(200,)), Status.PROBLEM),
    (status_unexpected.CHECK, "200 where 403 is expected", lambda: secure(200, status=(403,)), Status.PROBLEM),
    (status_unexpected.CHECK, "one of those expected", lambda: secure(403, status=(200, 403)), Status.OK),
    (
        status_unexpected.CHECK,
        "403 of a content network",
        lambda: secure(403, "Server: CloudFront", status=(200,)),
        Status.UNKNOWN,
    ),
    (status_unexpected.CHECK, "no answer", lambda: secure(0, failure="timed_out", status=(200,)), Status.UNKNOWN),
    (status_unexpected.CHECK, "nothing is expected", lambda: secure(404), Status.OK),
    (status_unexpected.CHECK, "an odd one, and nothing expected", lambda: secure(418), Status.WARNING),
    (status_unexpected.CHECK, "in circles", lambda: secure(302, f"Location: https://{HOST}/"), Status.WARNING),
    (status_unexpected.CHECK, "sent on to another page", lambda: secure(302, f"Location: https://{HOST}/start"), Status.OK),
    (answer_cut.CHECK, "8 of 1000 bytes", lambda: broken_off("cut", "Content-Length: 1000"), Status.PROBLEM),
    (answer_cut.CHECK, "reset", lambda: broken_off("reset"), Status.PROBLEM),
    (answer_cut.CHECK, "silent", lambda: broken_off("timed_out", "Content-Length: 1000"), Status.PROBLEM),
    (answer_cut.CHECK, "a stream that is silent", lambda: broken_off("timed_out"), Status.UNKNOWN),
    (answer_cut.CHECK, "nothing came", lambda: secure(0, failure="timed_out"), Status.UNKNOWN),
    (answer_cut.CHECK, "whole", lambda: secure(200), Status.OK),
    (header_irregular.CHECK, "a space in a name", lambda: sloppy(b"X Powered By: b"), Status.WARNING),
    (header_irregular.CHECK, "no HTTP", lambda: garbled(b"SSH-2.0-x"), Status.UNKNOWN),
    (header_irregular.CHECK, "works", lambda: secure(200), Status.OK),
    (rate_limited.CHECK, "429", lambda: secure(429, "Retry-After: 30"), Status.PROBLEM),
    (rate_limited.CHECK, "429 of a content network", lambda: secure(429, "Server: AkamaiGHost"), Status.UNKNOWN),
    (rate_limited.CHECK, "429 behind a proxy, unsigned", lambda: plain(429, proxy=PROXY), Status.UNKNOWN),
    (rate_limited.CHECK, "429 that is expected", lambda: secure(429, status=(429,)), Status.OK),
    (rate_limited.CHECK, "503", lambda: secure(503), Status.OK),
    (no_answer.CHECK, "silence", lambda: secure(0, failure="timed_out"), Status.PROBLEM),
    (no_answer.CHECK, "closed", lambda: secure(0, failure="cut"), Status.PROBLEM),
    (no_answer.CHECK, "silence in the clear", lambda: silent(), Status.PROBLEM),
    (no_answer.CHECK, "silence of a proxy or of what is behind it", lambda: silent(PROXY), Status.PROBLEM),
    (no_answer.CHECK, "lost on the way", lambda: secure(0, failure="timed_out", tcp=TcpInfo(1, unacked=1)), Status.UNKNOWN),
    (no_answer.CHECK, "an alert", lambda: secure(0, failure="alert:certificate_required"), Status.UNKNOWN),
    (
        no_answer.CHECK,
        "the way could not be opened again",
        lambda: secure(0, failure="timed_out", stage="connect"),
        Status.UNKNOWN,
    ),
    (
        no_answer.CHECK,
        "closed to somebody without a certificate of ours",
        lambda: Notes().lookup(ADDRESS).connect().handshake([PUBLIC_LEAF], certificate_requested=True).exchange(0, failure="cut"),
        Status.UNKNOWN,
    ),
    (no_answer.CHECK, "not opened again", lambda: secure(0, failure="timed_out", stage="connect"), Status.UNKNOWN),
    (no_answer.CHECK, "a body that stops", lambda: secure(200, failure="timed_out"), Status.OK),
    (no_answer.CHECK, "answered", lambda: secure(404), Status.OK),
    (answer_malformed.CHECK, "TLS in the clear", lambda: garbled(b"\x15\x03\x01\x00\x02"), Status.PROBLEM),
    (answer_malformed.CHECK, "SSH", lambda: garbled(b"SSH-2.0-x"), Status.PROBLEM),
    (answer_malformed.CHECK, "bytes that a proxy may have written", lambda: garbled(b"\x00\x01", PROXY), Status.UNKNOWN),
    (answer_malformed.CHECK, "silence", lambda: secure(0, failure="timed_out"), Status.UNKNOWN),
    (answer_malformed.CHECK, "answered", lambda: secure(500), Status.OK),
    (
        redirected_elsewhere.CHECK,
        "to another owner",
        lambda: secure(302, "Location: https://login.portal.test/x", status=(200,)),
        Status.PROBLEM,
    ),
    (
        redirected_elsewhere.CHECK,
        "within the domain",
        lambda: secure(301, "Location: https://www.example.com/", status=(200,)),
        Status.OK,
    ),
    (redirected_elsewhere.CHECK, "in the clear", lambda: plain(302, "Location: http://portal.test/login"), Status.WARNING),
    (redirected_elsewhere.CHECK, "on the same host", lambda: secure(302, "Location: /login", status=(200,)), Status.OK),
    (redirected_elsewhere.CHECK, "expected", lambda: secure(302, "Location: https://portal.test", status=(302,)), Status.OK),
    (redirected_elsewhere.CHECK, "unreadable", lambda: secure(302, "Location: http://[x", status=(200,)), Status.OK),
    (redirected_elsewhere.CHECK, "no expectation", lambda: secure(302, "Location: https://x.test"), Status.WARNING),
    (
        redirected_elsewhere.CHECK,
        "by a content network",
        lambda: secure(302, "Location: https://x.test", "Server: AkamaiGHost", status=(200,)),
        Status.UNKNOWN,
    ),
]


@pytest.mark.parametrize(
    ("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[f"{c[0].id}: {c[1]}" for c in CASES]
)
def test_each_cause_is_found_where_it_is_and_nowhere_else(check: AnyCheck, scene: Callable[[], Notes], status: Status) -> None:
    assert judged(check, scene()).status is status


def test_a_servers_error_is_certain_only_where_nobody_else_can_write() -> None:
    assert judged(server_error.CHECK, secure(500)).confidence is Confidence.CERTAIN
    assert judged(server_error.CHECK, secure(500, chain=leaf())).confidence is Confidence.LIKELY
    assert judged(server_error.CHECK, secure(500, chain=leaf(), trust="corp-ca.pem")).confidence is Confidence.CERTAIN
    assert judged(server_error.CHECK, plain(500)).confidence is Confidence.LIKELY
    facts = judged(server_error.CHECK, secure(500)).facts
    assert facts == {"endpoint": f"{HOST}:443", "status": 500, "path": "/"}


@pytest.mark.parametrize(
    ("scene", "who"),
    [
        (secure(403), Author.SERVICE),
        (secure(403, "Server: AkamaiGHost"), Author.EDGE),
        (secure(200, "Server: cloudflare"), Author.SERVICE),
        (secure(502, "Server: cloudflare"), Author.EDGE),
        (secure(529, "Server: cloudflare"), Author.SERVICE),
        (secure(403, "Server: Zscaler/6.2", chain=leaf()), Author.PROXY),
        (secure(502, "Via: 1.1 varnish", "Proxy-Status: edge; error=dns_error", chain=leaf()), Author.PROXY),
        (plain(407, proxy=PROXY), Author.PROXY),
        (plain(404, "Via: 1.1 p", proxy=PROXY), Author.SERVICE),
        (plain(404, proxy=PROXY), Author.UNKNOWN),
        (plain(200, proxy=PROXY), Author.SERVICE),
        (plain(502, "Proxy-Status: p; error=dns_error", proxy=PROXY), Author.PROXY),
        (plain(0), Author.UNKNOWN),
    ],
)
def test_who_wrote_an_answer(scene: Notes, who: Author) -> None:
    seen = scene.case.exchange
    assert seen
    assert author(scene.case, seen) is who


def test_a_limit_says_how_long_to_wait_if_the_service_does() -> None:
    assert judged(rate_limited.CHECK, secure(429, "Retry-After: 30")).facts["wait"] == 30
    assert "wait" not in judged(rate_limited.CHECK, secure(429, "Retry-After: Sun, 22 Nov 2026")).facts


def test_what_came_instead_of_http_is_named() -> None:
    assert judged(answer_malformed.CHECK, garbled(b"\x15\x03\x01\x00\x02")).facts["spoken"] == "tls"
    assert judged(answer_malformed.CHECK, garbled(b"HTTP/1.1 abc")).facts["form"] == "broken"


def test_a_specific_status_explains_that_it_is_unexpected() -> None:
    checks = (server_error.CHECK, rate_limited.CHECK, redirected_elsewhere.CHECK, status_unexpected.CHECK)
    for scene, cause in (
        (secure(500, status=(200,)), "http-server-error"),
        (secure(429, status=(200,)), "http-rate-limited"),
        (secure(302, "Location: https://x.test", status=(200,)), "http-redirected-elsewhere"),
        (secure(404, status=(200,)), "http-status-unexpected"),
    ):
        assert [one.id for one in judge(scene.evidence, checks).causes] == [cause]


def test_a_redirect_to_another_endpoint_of_the_list_stays_in_the_list() -> None:
    scene = secure(302, "Location: https://login.example.net/", status=(200,))
    assert judged(redirected_elsewhere.CHECK, scene).status is Status.PROBLEM
    assert judged(redirected_elsewhere.CHECK, scene, Notes("https://login.example.net")).status is Status.OK


@pytest.mark.parametrize(
    ("line", "irregular", "refused_by"),
    [
        (b"X Powered By: b", "space_in_name", ("python_httpx", "java_http_client")),
        (b"A : b", "space_in_name", ("python_httpx", "java_http_client")),
        (b"X_(a): b", "name_not_allowed", ("python_httpx", "node", "java_http_client")),
        (b"Content-Length: 5", "two_lengths", ("python_httpx", "python_requests", "node")),
        (b": line", "name_missing", ("python_httpx",)),
        (b" folded", "folded_line", ("python_httpx",)),
    ],
)
def test_the_programs_that_refuse_an_odd_line_are_named(line: bytes, irregular: str, refused_by: tuple[str, ...]) -> None:
    facts = judged(header_irregular.CHECK, sloppy(line)).facts
    assert (facts["irregular"], facts["refused_by"]) == (irregular, refused_by)
    assert judged(answer_malformed.CHECK, sloppy(line)).status is Status.OK
