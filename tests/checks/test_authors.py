"""Who wrote an answer, where the service's profile names its marks and codes."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from checks.http import (
    account_unknown,
    block_page,
    captive_portal,
    network_policy_denied,
    rate_limited,
    redirected_elsewhere,
    server_error,
    status_unexpected,
    waf_blocked,
)
from checks.privatelink import policy_denied, public_name_used
from diag.engine.judge import judge
from diag.knowledge.response_author import Author, author
from diag.model.address import Address
from diag.model.answer import Connection, HttpReply, SystemLookup
from diag.model.check import AnyCheck
from diag.model.endpoint import Expectations, Network
from diag.model.endpoint_view import EndpointView
from diag.model.fingerprint import Denial, Fingerprint, Mark
from diag.model.question import Connect, Exchange, Lookup
from diag.model.run import Trials
from diag.model.verdict import Confidence, Status
from diag.profile.registry import builtin
from tests.checks.authorities import CORP_LEAF, INTERMEDIATE, PUBLIC_LEAF
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS, HOST, PROXY_IP, headers
from tests.checks.verdicts import asks, judged

PROXY = "proxy.corp.test:3128"
ID = Fingerprint(Mark.HEADER, "x-acme-id", always=True)
FIELD = Fingerprint(Mark.FIELD, "acme")
PAGE = Fingerprint(Mark.PAGE, value="Sign in to Acme")
DENIED = Fingerprint(Mark.FIELD, "code", "4711", means="You are not let in.", remedy="Ask Bob.", denies=Denial.ADDRESS)
NOBODY = Fingerprint(Mark.STATUS, value="513", means="There is nobody of that name.", denies=Denial.ACCOUNT)
ELSEWHERE = Fingerprint(Mark.HEADER, "x-other", always=True, hosts=("*.other.example.com",))
BEARING = "X-Acme-Id: 1"
JSON = "Content-Type: application/json"


def plain(status: int, *lines: str, proxy: str = "", body: bytes = b"", known: tuple[Fingerprint, ...] = (ID,)) -> Notes:
    scene = Notes(f"http://{HOST}", proxy=proxy, known=known).lookup(PROXY_IP if proxy else ADDRESS).connect()
    return scene.exchange(status, *lines, body=body)


def secure(
    answered: int,
    *lines: str,
    chain: bytes = PUBLIC_LEAF,
    body: bytes = b"",
    known: tuple[Fingerprint, ...] = (ID,),
    address: str = ADDRESS,
    **expects: object,
) -> Notes:
    scene = Notes(expects=Expectations(**expects), known=known)  # type: ignore[arg-type]
    return scene.lookup(address).connect(address).handshake([chain, INTERMEDIATE]).exchange(answered, *lines, body=body)


AUTHORS: list[tuple[str, Notes, Author]] = [
    ("a mark through a proxy that says nothing", plain(503, BEARING, proxy=PROXY), Author.SERVICE),
    ("no mark, the same way", plain(503, proxy=PROXY), Author.UNKNOWN),
    ("a mark on what a reverse proxy signs", plain(403, BEARING, "Server: squid/6.6"), Author.SERVICE),
    ("a proxy's page", plain(403, "Server: squid/6.6"), Author.PROXY),
    ("a mark on a wish for a login, which is a proxy's", plain(407, BEARING, proxy=PROXY), Author.PROXY),
    ("a mark on the network's login", plain(511, BEARING), Author.PROXY),
    ("a field of JSON", plain(500, JSON, proxy=PROXY, body=b'{"acme": 1}', known=(FIELD,)), Author.SERVICE),
    ("a field that is not JSON", plain(500, proxy=PROXY, body=b'{"acme": 1}', known=(FIELD,)), Author.UNKNOWN),
    ("a page of its own", plain(500, proxy=PROXY, body=b"<p>Sign in to Acme</p>", known=(PAGE,)), Author.SERVICE),
    (
        "a page that a proxy quotes",
        plain(403, "X-Squid-Error: ERR_ACCESS_DENIED 0", body=b"Sign in to Acme is blocked", known=(PAGE,)),
        Author.PROXY,
    ),
    ("a status alone", plain(513, proxy=PROXY, known=(NOBODY,)), Author.UNKNOWN),
    ("the mark of another host", plain(200, known=(ELSEWHERE,)), Author.SERVICE),
    ("in the clear without the mark", plain(200), Author.UNKNOWN),
    ("inside TLS without the mark", secure(200), Author.SERVICE),
    ("inside an inspecting proxy's TLS without the mark", secure(200, chain=CORP_LEAF), Author.UNKNOWN),
    ("inside an inspecting proxy's TLS with the mark", secure(200, BEARING, chain=CORP_LEAF), Author.SERVICE),
    ("inside TLS of a declared authority without the mark", secure(200, chain=CORP_LEAF, trust="/ca.pem"), Author.SERVICE),
    ("what an edge passes on", secure(503, BEARING, "Server: CloudFront"), Author.SERVICE),
    ("what an edge writes", secure(503, "Server: CloudFront"), Author.EDGE),
    ("a gateway's status of an edge that signs all", secure(502, BEARING, "Server: cloudflare"), Author.SERVICE),
]


@pytest.mark.parametrize(("scene", "wrote"), [one[1:] for one in AUTHORS], ids=[one[0] for one in AUTHORS])
def test_who_wrote_it(scene: Notes, wrote: Author) -> None:
    case: EndpointView = scene.case
    assert case.exchange is not None
    assert author(case, case.exchange) is wrote


def code(value: str = "4711", status: int = 403, **more: object) -> Notes:
    known = more.pop("known", (DENIED,))
    return secure(status, JSON, body=b'{"code": "%s"}' % value.encode(), known=known, **more)  # type: ignore[arg-type]


PRIVATE = {"address": "10.1.2.3", "network": Network.PRIVATE}
CASES: list[tuple[AnyCheck, str, Callable[[], Notes], Status]] = [
    (network_policy_denied.CHECK, "a code of the profile", code, Status.PROBLEM),
    (network_policy_denied.CHECK, "another code", lambda: code("47110"), Status.OK),
    (network_policy_denied.CHECK, "the code without a profile", lambda: code(known=()), Status.OK),
    (network_policy_denied.CHECK, "a code that is known without one", lambda: code("390422", known=()), Status.PROBLEM),
    (network_policy_denied.CHECK, "a code of another's", lambda: code(known=(ELSEWHERE,)), Status.OK),
    (policy_denied.CHECK, "a code of the profile, inside", lambda: code(**PRIVATE), Status.PROBLEM),
    (policy_denied.CHECK, "the same without a profile", lambda: code(known=(), **PRIVATE), Status.OK),
    (account_unknown.CHECK, "a status of the profile", lambda: secure(513, known=(NOBODY,)), Status.PROBLEM),
    (account_unknown.CHECK, "the status without a profile", lambda: secure(513, known=()), Status.OK),
    (block_page.CHECK, "unsigned, without the mark, in the clear", lambda: plain(403), Status.WARNING),
    (block_page.CHECK, "with the mark", lambda: plain(403, BEARING), Status.OK),
    (block_page.CHECK, "no mark is due", lambda: plain(403, known=(FIELD,)), Status.OK),
    (block_page.CHECK, "no refusal", lambda: plain(200), Status.OK),
    (block_page.CHECK, "inside TLS that is the service's", lambda: secure(403), Status.OK),
    (block_page.CHECK, "inside an inspecting proxy's", lambda: secure(403, chain=CORP_LEAF), Status.WARNING),
    (block_page.CHECK, "the list expects another", lambda: secure(403, chain=CORP_LEAF, status=(200,)), Status.PROBLEM),
    (block_page.CHECK, "the list expects it", lambda: secure(403, chain=CORP_LEAF, status=(403,)), Status.OK),
    (waf_blocked.CHECK, "an edge that signs all, without the mark", lambda: secure(403, "Server: cloudflare"), Status.WARNING),
    (waf_blocked.CHECK, "the same with the mark", lambda: secure(403, BEARING, "Server: cloudflare"), Status.OK),
    (waf_blocked.CHECK, "the same where no mark is due", lambda: secure(403, "Server: cloudflare", known=()), Status.OK),
    (server_error.CHECK, "through a proxy, with the mark", lambda: plain(503, BEARING, proxy=PROXY), Status.PROBLEM),
    (server_error.CHECK, "through a proxy, without", lambda: plain(503, proxy=PROXY), Status.UNKNOWN),
    (server_error.CHECK, "in the clear without the mark", lambda: plain(500), Status.UNKNOWN),
    (rate_limited.CHECK, "through a proxy, with the mark", lambda: plain(429, BEARING, proxy=PROXY), Status.PROBLEM),
    (
        redirected_elsewhere.CHECK,
        "in the clear, with the mark",
        lambda: plain(302, BEARING, "Location: https://elsewhere.test/"),
        Status.WARNING,
    ),
    (
        redirected_elsewhere.CHECK,
        "in the clear, without",
        lambda: plain(302, "Location: https://elsewhere.test/"),
        Status.UNKNOWN,
    ),
]


@pytest.mark.parametrize(("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[one[1] for one in CASES])
def test_what_is_said(check: AnyCheck, scene: Callable[[], Notes], status: Status) -> None:
    finding = judged(check, scene())
    assert finding.status is status
    assert "bug" not in finding.facts


def test_the_profiles_words_stand_in_the_finding() -> None:
    facts = judged(network_policy_denied.CHECK, code()).facts
    assert (facts["code"], facts["reading"], facts["advice"]) == ("4711", "You are not let in.", "Ask Bob.")
    assert judged(server_error.CHECK, code(status=500)).facts["meaning"] == "You are not let in"
    both = judged(network_policy_denied.CHECK, code("390422", known=(replace(DENIED, value="390422"),))).facts
    assert "advice" not in both, "what everybody knows of a code goes before what a profile says"
    assert ("reading" in both, both["network_rule"]) == (False, "address_not_allowed")
    scene = Notes(expects=Expectations(status=(200,)), known=(DENIED,)).lookup(ADDRESS).connect()
    scene.handshake([PUBLIC_LEAF, INTERMEDIATE]).exchange(404, JSON, body=b'{"code": "4711"}')
    assert judged(status_unexpected.CHECK, scene).facts["meaning"] == "You are not let in"


def test_a_mark_that_is_missing_makes_less_sure_and_no_more() -> None:
    assert judged(server_error.CHECK, secure(500)).confidence is Confidence.LIKELY
    assert judged(server_error.CHECK, secure(500, BEARING)).confidence is Confidence.CERTAIN
    unsigned = judged(block_page.CHECK, plain(403))
    assert unsigned.confidence is Confidence.POSSIBLE
    assert unsigned.rules_out == {}


def test_a_denial_by_the_profiles_code_asks_for_the_private_name() -> None:
    names = {getattr(question, "name", "") for question in asks(public_name_used.CHECK, code())}
    assert "api.privatelink.example.com" in names
    assert not asks(public_name_used.CHECK, code(known=()))


def test_an_account_that_nobody_has_is_no_error_of_the_server() -> None:
    host = "org-acct.snowflakecomputing.com"
    scene = Notes(f"https://{host}", known=builtin("snowflake").fingerprints).lookup(ADDRESS).connect()
    evidence = scene.handshake([PUBLIC_LEAF, INTERMEDIATE]).exchange(513).evidence
    verdicts = judge(evidence, (account_unknown.CHECK, server_error.CHECK)).verdicts
    # The certificate is another's, so nobody can say who wrote that.
    assert [verdict.finding.status for verdict in verdicts] == [Status.OK, Status.UNKNOWN]


def test_services_that_send_to_one_login_of_their_own_are_no_portal() -> None:
    away = "Location: http://login.elsewhere.test/"
    one, other = (Notes(f"http://{host}", known=(ID,)).lookup(ADDRESS).connect() for host in (HOST, "shop.example.org"))
    assert judged(captive_portal.CHECK, one.exchange(302, away), other.exchange(302, away)).status is Status.PROBLEM
    one, other = (Notes(f"http://{host}", known=(ID,)).lookup(ADDRESS).connect() for host in (HOST, "shop.example.org"))
    signed = judged(captive_portal.CHECK, one.exchange(302, away, BEARING), other.exchange(302, away, BEARING))
    assert signed.status is Status.OK


VENDORS = {
    "Squid": ("X-Squid-Error: ERR_ACCESS_DENIED 0", "Server: squid/6.6"),
    "Zscaler": ("Server: Zscaler/6.2",),
    "Blue Coat": ("Server: BlueCoat-Security-Appliance",),
    "McAfee Web Gateway": ("Server: McAfee Web Gateway 9.2.8", "Proxy-Connection: Close"),
    "Skyhigh": ("Server: Skyhigh Secure Web Gateway",),
    "Forcepoint": ("Server: Forcepoint Web Security",),
    "Netskope": ("Server: Netskope",),
    "FortiProxy": ("Server: FortiProxy/7.4",),
    "Cisco": ("Server: Cisco-WSA/14.5", "Via: 1.1 wsa.corp:80 (Cisco-WSA/14.5)"),
    "Barracuda": ("Server: BarracudaHTTP 4.0",),
    "any other by RFC 9209": ("Proxy-Status: gw; error=http_request_denied",),
}


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("mark_is_due", [False, True], ids=["unknown service", "known service"])
def test_a_vendors_page_is_the_vendors(vendor: str, mark_is_due: bool) -> None:
    known = (ID,) if mark_is_due else ()
    for scene in (plain(403, *VENDORS[vendor], known=known), secure(403, *VENDORS[vendor], chain=CORP_LEAF, known=known)):
        assert judged(block_page.CHECK, scene).status is Status.PROBLEM
    behind = judged(block_page.CHECK, secure(403, *VENDORS[vendor], known=known))
    assert behind.status is Status.OK, "inside the service's own TLS it is the service's own gateway"


def test_how_often_it_was_met_is_told_where_it_was_asked_again() -> None:
    scene = Notes(f"http://{HOST}", known=(ID,), trials=Trials(repeat=3)).lookup(ADDRESS).connect().exchange(503, BEARING)
    for attempt, status in ((1, 200), (2, 503)):
        way = Connect(Address(ADDRESS, 80), attempt=attempt)
        again = Exchange(way, scene.endpoint.authority), HttpReply(status=status, headers=headers(BEARING))
        scene.repeated(0, (Lookup(HOST, attempt=attempt), SystemLookup((ADDRESS,))), (way, Connection()), again)
    facts = judged(server_error.CHECK, scene).facts
    assert (facts["bad"], facts["attempts"]) == (2, 3)
