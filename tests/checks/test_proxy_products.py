"""Who refused: how the products that networks put between say no, as far as their own fields show it."""

import pytest

from checks.proxy import cannot_reach_target, login_required, not_a_proxy, refuses_target
from diag.knowledge.response_author import Author, author, passed_a_proxy, signed_by_proxy
from diag.model.verdict import Confidence, Status
from tests.checks.replies import HOST, headers
from tests.checks.test_proxy import PLAIN, behind
from tests.checks.verdicts import judged

SIGNED: dict[str, tuple[str, ...]] = {
    "squid": ("Server: squid/6.6", "X-Squid-Error: ERR_ACCESS_DENIED 0", "Via: 1.1 cache (squid/6.6)"),
    "tinyproxy": ("Server: tinyproxy/1.11.1",),
    "Zscaler": ("Server: Zscaler/6.2", "Cache-Control: no-cache"),
    "Blue Coat": ("Server: BlueCoat-Security-Appliance", "Proxy-Connection: close"),
    "Symantec": ("Server: Symantec Web Security Service",),
    "Netskope": ("Server: Netskope Proxy",),
    "McAfee": ("Server: McAfee Web Gateway 7.8.2", "Via: 1.1 10.0.0.9 (McAfee Web Gateway 7.8.2)"),
    "Skyhigh": ("Server: Skyhigh Secure Web Gateway",),
    "Forcepoint": ("Server: Forcepoint Content Gateway",),
    "Websense": ("Server: Websense Content Gateway",),
    "Envoy, by Proxy-Status": ("Server: envoy", "Proxy-Status: envoy; error=http_request_denied"),
}
"""A refusal that the product signs as its own writer."""
PASSED: dict[str, tuple[str, ...]] = {
    "McAfee, by Via": ("Via: 1.1 10.0.0.9 (McAfee Web Gateway 7.8.2)",),
    "Blue Coat, by its connection": ("Proxy-Connection: Keep-Alive",),
}
"""A refusal that shows a proxy and not its writer."""
BARE: dict[str, tuple[str, ...]] = {
    "HAProxy": ("Cache-Control: no-cache", "Connection: close", "Content-Type: text/html"),
    "Envoy": ("Server: envoy", "Content-Type: text/plain"),
}
"""A refusal without a word of a proxy's own."""


@pytest.mark.parametrize("name", SIGNED)
def test_a_signed_refusal_is_the_proxy_s_whatever_was_asked(name: str) -> None:
    assert signed_by_proxy(headers(*SIGNED[name]))
    to_connect = judged(refuses_target.CHECK, behind().tunnel(403, *SIGNED[name]))
    assert (to_connect.status, to_connect.confidence) == (Status.PROBLEM, Confidence.CERTAIN)
    plain = behind(PLAIN).exchange(403, *SIGNED[name])
    assert judged(refuses_target.CHECK, plain).status is Status.PROBLEM
    assert plain.case.exchange
    assert author(plain.case, plain.case.exchange) is Author.PROXY


@pytest.mark.parametrize("name", PASSED)
def test_what_shows_a_proxy_makes_its_refusal_of_a_tunnel_certain_and_says_nothing_of_a_plain_answer(name: str) -> None:
    assert passed_a_proxy(headers(*PASSED[name]))
    assert judged(refuses_target.CHECK, behind().tunnel(403, *PASSED[name])).confidence is Confidence.CERTAIN
    assert judged(refuses_target.CHECK, behind(PLAIN).exchange(403, *PASSED[name])).status is Status.OK


@pytest.mark.parametrize("name", BARE)
def test_a_refusal_without_a_mark_is_likely_the_proxy_s_to_a_tunnel_and_open_to_a_plain_request(name: str) -> None:
    assert judged(refuses_target.CHECK, behind().tunnel(403, *BARE[name])).confidence is Confidence.LIKELY
    assert judged(refuses_target.CHECK, behind(PLAIN).exchange(403, *BARE[name])).status is Status.OK
    assert judged(cannot_reach_target.CHECK, behind().tunnel(503, *BARE[name])).status is Status.PROBLEM
    assert judged(cannot_reach_target.CHECK, behind(PLAIN).exchange(503, *BARE[name])).status is Status.UNKNOWN


@pytest.mark.parametrize("location", ["https://gateway.zscloud.net/auD?x=1", "https://notify.goskope.com/block?x=1"])
@pytest.mark.parametrize("status", [302, 307])
def test_a_tunnel_that_is_answered_with_the_way_to_a_page_is_refused(status: int, location: str) -> None:
    assert judged(refuses_target.CHECK, behind().tunnel(status, f"Location: {location}")).status is Status.PROBLEM


@pytest.mark.parametrize("name", [*SIGNED, *PASSED])
def test_a_wish_for_a_login_is_no_refusal_by_rule(name: str) -> None:
    lines = SIGNED.get(name) or PASSED[name]
    scene = behind().tunnel(407, 'Proxy-Authenticate: Basic realm="corp"', *lines)
    assert judged(login_required.CHECK, scene).status is Status.PROBLEM
    assert judged(refuses_target.CHECK, scene).status is Status.OK


@pytest.mark.parametrize("name", SIGNED)
def test_a_product_that_signs_is_a_proxy_even_where_it_does_not_know_connect(name: str) -> None:
    assert judged(not_a_proxy.CHECK, behind().tunnel(405, *SIGNED[name])).status is Status.OK


@pytest.mark.parametrize("server", ["nginx", "Apache", "cloudflare", "AmazonS3", "Microsoft-IIS/10.0"])
def test_a_service_s_own_refusal_is_never_the_proxy_s(server: str) -> None:
    assert not signed_by_proxy(headers(f"Server: {server}"))
    for status in (401, 403, 429, 431, 500, 503):
        scene = behind(PLAIN).exchange(status, f"Server: {server}", "Via: 1.1 proxy.corp.test")
        assert judged(refuses_target.CHECK, scene).status is Status.OK
        assert judged(cannot_reach_target.CHECK, scene).status in (Status.OK, Status.UNKNOWN)
    assert judged(refuses_target.CHECK, behind(f"https://{HOST}").tunnel().handshake([]).exchange(403)).status is Status.OK
