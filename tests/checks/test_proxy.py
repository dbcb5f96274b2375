"""The proxy family over evidence built by hand: the cause, its absence, and what nearly looks like it."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from checks.proxy import (
    bypass_missing,
    cannot_reach_target,
    cannot_resolve_target,
    login_rejected,
    login_required,
    login_scheme_unsupported,
    name_not_found,
    not_a_proxy,
    refuses_target,
    scheme_wrong,
    tunnel_cut,
    unreachable,
)
from diag.model.address import Address, Authority
from diag.model.answer import Connection, Session, SystemLookup, TunnelReply
from diag.model.check import AnyCheck
from diag.model.question import Connect, Handshake, Lookup
from diag.model.verdict import Status
from tests.checks.authorities import PUBLIC_LEAF, leaf
from tests.checks.evidence import Notes
from tests.checks.replies import HOST, PROXY_IP, headers
from tests.checks.verdicts import judged

PROXY = "proxy.corp.test:3128"
PLAIN = "http://api.example.com"
BASIC = 'Proxy-Authenticate: Basic realm="corp"'
NTLM = "Proxy-Authenticate: NTLM"
TICKET = "Proxy-Authenticate: Negotiate"
MET = Session(finished=True, bytes_received=3000, chain=(PUBLIC_LEAF,))
STRANGER = Session(finished=True, bytes_received=3000, chain=(leaf("portal.test"),))
TINY = "Server: tinyproxy/1.11.1"
ASKS = 'WWW-Authenticate: Basic realm="corp"'
TLS_ALERT = b"\x15\x03\x01\x00\x02\x02\x46"


def behind(url: str = f"https://{HOST}", *, login: bool = False, proxy: str = PROXY, controls: tuple[str, ...] = ()) -> Notes:
    """A walk that has come as far as the proxy's own connection."""
    return Notes(url, proxy=proxy, login=login, controls=controls).lookup(PROXY_IP).connect()


def silent_proxy(other: TunnelReply | None = None) -> Notes:
    """A proxy that has no answer to CONNECT, and what it says to a target that nobody has."""
    scene = behind().tunnel(0, failure="timed_out")
    question = scene.case.tunnel.question if scene.case.tunnel else None
    assert question
    return scene.also(replace(question, target=Authority("other-name.invalid", 443)), other) if other else scene


def by_address(scene: Notes, status: int = 0, *lines: str) -> Notes:
    """The scene after the name was looked up here, and the proxy asked by address; status 0: nobody knows the name."""
    if not status:
        return scene.also(Lookup(HOST), SystemLookup((), "name_not_found"))
    question = scene.case.tunnel.question if scene.case.tunnel else None
    assert question
    reply = TunnelReply("" if status == 200 else "tunnel_refused", status, headers=headers(*lines))
    scene.also(Lookup(HOST), SystemLookup(("203.0.113.10",)))
    return scene.also(question.to(Authority("203.0.113.10", 443)), reply)


def broken() -> Notes:
    return behind().tunnel().handshake(failure="reset")


def straight(scene: Notes, answer: Session | None = None) -> Notes:
    """The scene after the service was looked up and dialled without the proxy, and a handshake made there."""
    way = Connect(Address("203.0.113.10", 443))
    scene.also(Lookup(HOST), SystemLookup(("203.0.113.10",))).also(way, Connection())
    return scene.also(Handshake(way, HOST), answer) if answer else scene


def over_tls(**answer: object) -> Notes:
    return Notes(proxy=PROXY, proxy_scheme="https").lookup(PROXY_IP).connect().proxy_handshake(**answer)


CASES: list[tuple[AnyCheck, str, Callable[[], Notes], Status]] = [
    (unreachable.CHECK, "refused", lambda: Notes(proxy=PROXY).lookup(PROXY_IP).connect(failure="refused"), Status.PROBLEM),
    (unreachable.CHECK, "silent", lambda: Notes(proxy=PROXY).lookup(PROXY_IP).connect(failure="timed_out"), Status.PROBLEM),
    (unreachable.CHECK, "connects", behind, Status.OK),
    (
        unreachable.CHECK,
        "one of two connects",
        lambda: Notes(proxy=PROXY).lookup("10.0.0.8", PROXY_IP).connect("10.0.0.8", "timed_out").connect(),
        Status.OK,
    ),
    (
        unreachable.CHECK,
        "this computer's own firewall",
        lambda: Notes(proxy=PROXY).lookup(PROXY_IP).connect(failure="not_permitted"),
        Status.UNKNOWN,
    ),
    (unreachable.CHECK, "silent to everything", lambda: silent_proxy(TunnelReply("timed_out")), Status.PROBLEM),
    (unreachable.CHECK, "silent about one target", lambda: silent_proxy(TunnelReply("tunnel_refused", 503)), Status.OK),
    (unreachable.CHECK, "silent, and not asked again", lambda: silent_proxy(), Status.UNKNOWN),
    (
        cannot_reach_target.CHECK,
        "silent about one target",
        lambda: silent_proxy(TunnelReply("tunnel_refused", 503)),
        Status.PROBLEM,
    ),
    (cannot_reach_target.CHECK, "silent to everything", lambda: silent_proxy(TunnelReply("timed_out")), Status.UNKNOWN),
    (unreachable.CHECK, "its name is not found", lambda: Notes(proxy=PROXY).lookup(failure="name_not_found"), Status.UNKNOWN),
    (unreachable.CHECK, "no proxy", lambda: Notes().lookup("203.0.113.1").connect(failure="refused"), Status.NOT_APPLICABLE),
    (login_required.CHECK, "407", lambda: behind().tunnel(407, 'Proxy-Authenticate: Basic realm="x"'), Status.PROBLEM),
    (login_required.CHECK, "407 without schemes", lambda: behind().tunnel(407), Status.PROBLEM),
    (
        login_required.CHECK,
        "407 to a plain request",
        lambda: behind("http://api.example.com").exchange(407, "Proxy-Authenticate: Basic"),
        Status.PROBLEM,
    ),
    (login_required.CHECK, "opens", lambda: behind().tunnel(200), Status.OK),
    (login_required.CHECK, "opens, with an odd reason", lambda: behind().tunnel(299), Status.OK),
    (
        login_required.CHECK,
        "a login was sent",
        lambda: behind(login=True).tunnel(407, "Proxy-Authenticate: Basic", login="basic"),
        Status.OK,
    ),
    (
        login_required.CHECK,
        "a login is set and its answer is missing",
        lambda: behind(login=True).tunnel(407, "Proxy-Authenticate: Basic"),
        Status.UNKNOWN,
    ),
    (login_required.CHECK, "only tickets", lambda: behind().tunnel(407, "Proxy-Authenticate: Negotiate"), Status.OK),
    (login_required.CHECK, "403", lambda: behind().tunnel(403), Status.OK),
    (login_required.CHECK, "407 of a service", lambda: behind().tunnel().handshake().exchange(407), Status.OK),
    (login_required.CHECK, "not reached", lambda: Notes(proxy=PROXY).lookup(PROXY_IP).connect(failure="refused"), Status.UNKNOWN),
    (refuses_target.CHECK, "403", lambda: behind().tunnel(403, "Via: 1.1 proxy"), Status.PROBLEM),
    (refuses_target.CHECK, "403 without a mark", lambda: behind().tunnel(403), Status.PROBLEM),
    (refuses_target.CHECK, "451", lambda: behind().tunnel(451), Status.PROBLEM),
    (refuses_target.CHECK, "a page to look at", lambda: behind().tunnel(302, "Location: http://blocked.test/"), Status.PROBLEM),
    (
        refuses_target.CHECK,
        "its word, with an odd status",
        lambda: behind().tunnel(503, "X-Squid-Error: ERR_ACCESS_DENIED 0"),
        Status.PROBLEM,
    ),
    (
        refuses_target.CHECK,
        "200, and then a page",
        lambda: behind().tunnel().handshake(failure="not_tls", first_bytes=b"<html>blocked"),
        Status.PROBLEM,
    ),
    (refuses_target.CHECK, "opens", lambda: behind().tunnel().handshake(), Status.OK),
    (
        refuses_target.CHECK,
        "407 with Squid's word",
        lambda: behind().tunnel(407, "X-Squid-Error: ERR_ACCESS_DENIED 0"),
        Status.OK,
    ),
    (refuses_target.CHECK, "gateway error", lambda: behind().tunnel(503, "X-Squid-Error: ERR_CONNECT_FAIL 111"), Status.OK),
    (
        refuses_target.CHECK,
        "the service speaks HTTP in the tunnel",
        lambda: behind().tunnel().handshake(failure="not_tls", first_bytes=b"HTTP/1.1 400 Bad Request"),
        Status.OK,
    ),
    (refuses_target.CHECK, "no answer", lambda: behind().tunnel(0, failure="timed_out"), Status.UNKNOWN),
    (
        refuses_target.CHECK,
        "a plain request, by the proxy's word",
        lambda: behind(PLAIN).exchange(403, "X-Squid-Error: ERR_ACCESS_DENIED 0"),
        Status.PROBLEM,
    ),
    (refuses_target.CHECK, "a plain request, by whomever", lambda: behind(PLAIN).exchange(403), Status.OK),
    (login_rejected.CHECK, "407 to a login", lambda: behind(login=True).tunnel(407, BASIC, login="basic"), Status.PROBLEM),
    (login_rejected.CHECK, "401 to a login", lambda: behind(login=True).tunnel(401, ASKS, login="basic"), Status.PROBLEM),
    (
        login_rejected.CHECK,
        "407 to a plain request with one",
        lambda: behind(PLAIN, login=True).exchange(407, BASIC, login="basic"),
        Status.PROBLEM,
    ),
    (
        login_rejected.CHECK,
        "401 of tinyproxy to a plain request with one",
        lambda: behind(PLAIN, login=True).exchange(401, TINY, ASKS, login="basic"),
        Status.PROBLEM,
    ),
    (
        login_rejected.CHECK,
        "401 of the service behind it",
        lambda: behind(PLAIN, login=True).exchange(401, "Server: nginx", ASKS, login="basic"),
        Status.OK,
    ),
    (login_rejected.CHECK, "a plain request let through", lambda: behind(PLAIN, login=True).exchange(login="basic"), Status.OK),
    (
        login_required.CHECK,
        "a plain request with a login",
        lambda: behind(PLAIN, login=True).exchange(407, BASIC, login="basic"),
        Status.OK,
    ),
    (login_rejected.CHECK, "accepted", lambda: behind(login=True).tunnel(200, login="basic"), Status.OK),
    (login_rejected.CHECK, "no login was sent", lambda: behind().tunnel(407, BASIC), Status.NOT_APPLICABLE),
    (login_rejected.CHECK, "403 to a login", lambda: behind(login=True).tunnel(403, login="basic"), Status.OK),
    (
        login_rejected.CHECK,
        "a login of the wrong kind",
        lambda: behind(login=True).tunnel(407, "Proxy-Authenticate: NTLM", login="basic"),
        Status.OK,
    ),
    (login_scheme_unsupported.CHECK, "tickets only", lambda: behind().tunnel(407, TICKET, NTLM), Status.PROBLEM),
    (
        login_scheme_unsupported.CHECK,
        "tickets only, to a login",
        lambda: behind(login=True).tunnel(407, TICKET, login="basic"),
        Status.PROBLEM,
    ),
    (
        login_scheme_unsupported.CHECK,
        "tickets only, to a plain request",
        lambda: behind(PLAIN).exchange(407, NTLM),
        Status.PROBLEM,
    ),
    (login_scheme_unsupported.CHECK, "Basic too", lambda: behind().tunnel(407, TICKET, BASIC), Status.OK),
    (login_scheme_unsupported.CHECK, "Digest", lambda: behind().tunnel(407, "Proxy-Authenticate: Digest x=y"), Status.OK),
    (login_scheme_unsupported.CHECK, "none named", lambda: behind().tunnel(407), Status.OK),
    (cannot_resolve_target.CHECK, "Squid's word", lambda: behind().tunnel(503, "X-Squid-Error: ERR_DNS_FAIL 0"), Status.PROBLEM),
    (
        cannot_resolve_target.CHECK,
        "the standard's word",
        lambda: behind().tunnel(502, 'Proxy-Status: p.test; error=dns_error; rcode="NXDOMAIN"'),
        Status.PROBLEM,
    ),
    (
        cannot_resolve_target.CHECK,
        "to a plain request",
        lambda: behind(PLAIN).exchange(503, "X-Squid-Error: ERR_DNS_FAIL 0"),
        Status.PROBLEM,
    ),
    (cannot_resolve_target.CHECK, "502 and no word", lambda: behind().tunnel(502), Status.UNKNOWN),
    (cannot_resolve_target.CHECK, "502 by address, too", lambda: by_address(behind().tunnel(502), 502), Status.OK),
    (cannot_resolve_target.CHECK, "opened by address", lambda: by_address(behind().tunnel(502), 200), Status.PROBLEM),
    (cannot_resolve_target.CHECK, "500 of tinyproxy", lambda: by_address(behind().tunnel(500, TINY), 200), Status.PROBLEM),
    (cannot_resolve_target.CHECK, "500 of nobody", lambda: by_address(behind().tunnel(500), 200), Status.OK),
    (cannot_resolve_target.CHECK, "403 and open by address", lambda: by_address(behind().tunnel(403), 200), Status.OK),
    (cannot_resolve_target.CHECK, "nobody knows the name", lambda: by_address(behind().tunnel(500, TINY)), Status.PROBLEM),
    (cannot_reach_target.CHECK, "nobody knows its name", lambda: by_address(behind().tunnel(500, TINY)), Status.OK),
    (cannot_reach_target.CHECK, "500 by address, too", lambda: by_address(behind().tunnel(500, TINY), 500, TINY), Status.PROBLEM),
    (cannot_reach_target.CHECK, "500 of nobody", lambda: behind().tunnel(500), Status.OK),
    (cannot_reach_target.CHECK, "tinyproxy to a plain request", lambda: behind(PLAIN).exchange(500, TINY), Status.PROBLEM),
    (cannot_reach_target.CHECK, "the service to a plain request", lambda: behind(PLAIN).exchange(500, "Via: 1.1 x"), Status.OK),
    (refuses_target.CHECK, "too big for squid", lambda: behind().tunnel(431, "X-Squid-Error: ERR_TOO_BIG 0"), Status.PROBLEM),
    (
        refuses_target.CHECK,
        "an answer too big for squid",
        lambda: behind(PLAIN).exchange(502, "X-Squid-Error: ERR_TOO_BIG 0"),
        Status.PROBLEM,
    ),
    (cannot_reach_target.CHECK, "too big for squid", lambda: behind().tunnel(502, "X-Squid-Error: ERR_TOO_BIG 0"), Status.OK),
    (refuses_target.CHECK, "too often", lambda: behind().tunnel(429), Status.PROBLEM),
    (refuses_target.CHECK, "the service says too often", lambda: behind(PLAIN).exchange(429, "Via: 1.1 x"), Status.OK),
    (
        cannot_reach_target.CHECK,
        "no answer in time",
        lambda: behind(PLAIN).exchange(504, "Proxy-Status: proxy.corp.test; error=http_response_timeout"),
        Status.PROBLEM,
    ),
    (refuses_target.CHECK, "tinyproxy to a plain request", lambda: behind(PLAIN).exchange(403, TINY), Status.PROBLEM),
    (refuses_target.CHECK, "the service to a plain request", lambda: behind(PLAIN).exchange(403, "Server: nginx"), Status.OK),
    (cannot_resolve_target.CHECK, "opens", lambda: behind().tunnel(), Status.OK),
    (
        cannot_reach_target.CHECK,
        "Squid's word",
        lambda: behind().tunnel(503, "X-Squid-Error: ERR_CONNECT_FAIL 111"),
        Status.PROBLEM,
    ),
    (cannot_reach_target.CHECK, "504", lambda: behind().tunnel(504), Status.PROBLEM),
    (
        cannot_reach_target.CHECK,
        "to a plain request",
        lambda: behind(PLAIN).exchange(503, "X-Squid-Error: ERR_CONNECT_FAIL 110"),
        Status.PROBLEM,
    ),
    (cannot_reach_target.CHECK, "503 to a plain request", lambda: behind(PLAIN).exchange(503), Status.UNKNOWN),
    (cannot_reach_target.CHECK, "DNS", lambda: behind().tunnel(503, "X-Squid-Error: ERR_DNS_FAIL 0"), Status.OK),
    (cannot_reach_target.CHECK, "a rule", lambda: behind().tunnel(503, "X-Squid-Error: ERR_ACCESS_DENIED 0"), Status.OK),
    (cannot_reach_target.CHECK, "503 inside the tunnel", lambda: behind().tunnel().handshake().exchange(503), Status.OK),
    (
        not_a_proxy.CHECK,
        "another protocol",
        lambda: behind().tunnel(0, failure="malformed", first=b"SSH-2.0-OpenSSH"),
        Status.PROBLEM,
    ),
    (not_a_proxy.CHECK, "a web server", lambda: behind().tunnel(405, "Server: nginx"), Status.PROBLEM),
    (not_a_proxy.CHECK, "a proxy that says 400", lambda: behind().tunnel(400, "Via: 1.1 p"), Status.OK),
    (not_a_proxy.CHECK, "TLS", lambda: behind().tunnel(0, failure="malformed", first=TLS_ALERT), Status.UNKNOWN),
    (not_a_proxy.CHECK, "silence", lambda: behind().tunnel(0, failure="timed_out"), Status.UNKNOWN),
    (not_a_proxy.CHECK, "opens", lambda: behind().tunnel(), Status.OK),
    (tunnel_cut.CHECK, "cut", lambda: behind().tunnel().handshake(failure="cut"), Status.PROBLEM),
    (tunnel_cut.CHECK, "no handshake came of it", lambda: behind().tunnel(), Status.UNKNOWN),
    (tunnel_cut.CHECK, "silent", lambda: behind().tunnel().handshake(failure="timed_out"), Status.PROBLEM),
    (tunnel_cut.CHECK, "works", lambda: behind().tunnel().handshake(), Status.OK),
    (tunnel_cut.CHECK, "an alert", lambda: behind().tunnel().handshake(failure="alert:handshake_failure"), Status.OK),
    (
        tunnel_cut.CHECK,
        "cut later",
        lambda: behind().tunnel().handshake(failure="cut", bytes_received=4000),
        Status.OK,
    ),
    (tunnel_cut.CHECK, "no tunnel", lambda: behind().tunnel(403), Status.UNKNOWN),
    (
        tunnel_cut.CHECK,
        "no proxy",
        lambda: Notes().lookup("203.0.113.1").connect().handshake(failure="cut"),
        Status.NOT_APPLICABLE,
    ),
    (bypass_missing.CHECK, "straight it works", lambda: straight(behind().tunnel(503), MET), Status.PROBLEM),
    (bypass_missing.CHECK, "straight it works, and the tunnel breaks", lambda: straight(broken(), MET), Status.PROBLEM),
    (
        bypass_missing.CHECK,
        "straight it connects, without TLS",
        lambda: straight(behind("tcp://api.example.com:443").tunnel(403)),
        Status.PROBLEM,
    ),
    (bypass_missing.CHECK, "straight another answers", lambda: straight(behind().tunnel(503), STRANGER), Status.UNKNOWN),
    (bypass_missing.CHECK, "straight it only connects", lambda: straight(behind().tunnel(503)), Status.UNKNOWN),
    (bypass_missing.CHECK, "straight was not tried", lambda: behind().tunnel(503), Status.UNKNOWN),
    (bypass_missing.CHECK, "a login is wanted", lambda: straight(behind().tunnel(407), MET), Status.OK),
    (bypass_missing.CHECK, "opens", lambda: behind().tunnel().handshake(), Status.OK),
    (name_not_found.CHECK, "not found", lambda: Notes(proxy=PROXY).lookup(failure="name_not_found"), Status.PROBLEM),
    (name_not_found.CHECK, "no data", lambda: Notes(proxy=PROXY).lookup(failure="no_data"), Status.PROBLEM),
    (name_not_found.CHECK, "resolvers fail", lambda: Notes(proxy=PROXY).lookup(failure="lookup_failed"), Status.UNKNOWN),
    (name_not_found.CHECK, "found", behind, Status.OK),
    (name_not_found.CHECK, "an address", lambda: Notes(proxy="10.0.0.9:3128").connect(), Status.NOT_APPLICABLE),
    (
        scheme_wrong.CHECK,
        "TLS where clear text is set",
        lambda: behind().tunnel(0, failure="malformed", first=TLS_ALERT),
        Status.PROBLEM,
    ),
    (scheme_wrong.CHECK, "clear text where TLS is set, not asked", lambda: over_tls(failure="not_tls"), Status.UNKNOWN),
    (scheme_wrong.CHECK, "as it is set", lambda: behind().tunnel(), Status.OK),
    (scheme_wrong.CHECK, "as it is set, over TLS", lambda: over_tls().tunnel(), Status.OK),
    (scheme_wrong.CHECK, "a refusal", lambda: behind().tunnel(403), Status.OK),
]


@pytest.mark.parametrize(
    ("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[f"{c[0].id}: {c[1]}" for c in CASES]
)
def test_each_cause_is_found_where_it_is_and_nowhere_else(check: AnyCheck, scene: Callable[[], Notes], status: Status) -> None:
    assert judged(check, scene()).status is status


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        *((word, Status.PROBLEM) for word in ("timed_out", "refused", "reset", "cut", "unreachable", "no_route", "prohibited")),
        *((word, Status.UNKNOWN) for word in ("not_permitted", "descriptors_exhausted", "address_not_available")),
    ],
)
def test_a_proxy_is_unreachable_by_what_happens_outside_of_this_computer(failure: str, status: Status) -> None:
    assert judged(unreachable.CHECK, Notes(proxy=PROXY).lookup(PROXY_IP).connect(failure=failure)).status is status


def test_a_proxy_at_the_port_that_curl_takes_may_have_been_set_without_one() -> None:
    def facts(proxy: str) -> object:
        return judged(unreachable.CHECK, Notes(proxy=proxy).lookup(PROXY_IP).connect(failure="refused")).facts.get("usual_port")

    assert (facts("proxy.corp.test:1080"), facts(PROXY)) == (True, None)
