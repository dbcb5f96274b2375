"""The HTTP family over real header lines: who wrote the answer comes first."""

from collections.abc import Callable

import pytest

from checks.http import server_error
from diag.model.author import Author, author
from diag.model.check import AnyCheck
from diag.model.endpoint import Expectations
from diag.model.verdict import Confidence, Status
from tests.checks.authorities import CORP_LEAF, INTERMEDIATE, PUBLIC_LEAF, leaf
from tests.checks.layers import ADDRESS, HOST, PROXY_IP, Scene, found

PROXY = "proxy.corp.test:3128"


def secure(
    answered: int, *lines: str, chain: bytes = PUBLIC_LEAF, proxy: str = "", failure: str = "", **expects: object
) -> Scene:
    """An answer inside TLS, with a certificate that is trusted here."""
    scene = Scene(proxy=proxy, expects=Expectations(**expects)).lookup(PROXY_IP if proxy else ADDRESS).connect()  # type: ignore[arg-type]
    if proxy:
        scene.tunnel()
    return scene.handshake([chain, INTERMEDIATE]).exchange(answered, *lines, failure=failure)


def plain(status: int, *lines: str, proxy: str = "") -> Scene:
    """An answer that anybody on the way may have written."""
    scene = Scene(f"http://{HOST}", proxy=proxy).lookup(PROXY_IP if proxy else ADDRESS).connect()
    return scene.exchange(status, *lines)


CASES: list[tuple[AnyCheck, str, Callable[[], Scene], Status]] = [
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
    (server_error.CHECK, "522 of a content network", lambda: secure(522, "Server: cloudflare"), Status.UNKNOWN),
    (server_error.CHECK, "503 of a content network", lambda: secure(503, "Server: CloudFront"), Status.UNKNOWN),
    (
        server_error.CHECK,
        "500 with a certificate nobody trusts",
        lambda: Scene().lookup(ADDRESS).connect().handshake([CORP_LEAF], (20, 0), (21, 0)).exchange(500),
        Status.UNKNOWN,
    ),
    (
        server_error.CHECK,
        "500 with another's certificate",
        lambda: Scene().lookup(ADDRESS).connect().handshake([leaf("portal.test")]).exchange(500),
        Status.UNKNOWN,
    ),
    (server_error.CHECK, "no answer", lambda: secure(0, failure="timed_out"), Status.UNKNOWN),
    (server_error.CHECK, "no HTTP here", lambda: Scene("tls://api.example.com").lookup(ADDRESS), Status.NOT_APPLICABLE),
]


@pytest.mark.parametrize(
    ("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[f"{c[0].id}: {c[1]}" for c in CASES]
)
def test_each_cause_is_found_where_it_is_and_nowhere_else(check: AnyCheck, scene: Callable[[], Scene], status: Status) -> None:
    assert found(check, scene()).status is status


def test_a_servers_error_is_certain_only_where_nobody_else_can_write() -> None:
    assert found(server_error.CHECK, secure(500)).confidence is Confidence.CERTAIN
    assert found(server_error.CHECK, secure(500, chain=leaf())).confidence is Confidence.LIKELY
    assert found(server_error.CHECK, secure(500, chain=leaf(), trust="corp-ca.pem")).confidence is Confidence.CERTAIN
    assert found(server_error.CHECK, plain(500)).confidence is Confidence.LIKELY
    assert found(server_error.CHECK, secure(500)).facts == {"endpoint": f"{HOST}:443", "status": 500, "path": "/"}


@pytest.mark.parametrize(
    ("scene", "who"),
    [
        (secure(403), Author.SERVICE),
        (secure(403, "Server: AkamaiGHost"), Author.EDGE),
        (secure(200, "Server: cloudflare"), Author.SERVICE),
        (secure(502, "Server: cloudflare"), Author.UNKNOWN),
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
def test_who_wrote_an_answer(scene: Scene, who: Author) -> None:
    seen = scene.case.exchange
    assert seen
    assert author(scene.case, seen) is who
