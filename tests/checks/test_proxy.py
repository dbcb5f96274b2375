"""The proxy family over evidence built by hand: the cause, its absence, and what nearly looks like it."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from checks.proxy import (
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
from diag.model.machine import Resolvers
from diag.model.question import Connect, Handshake, Lookup, Tunnel
from diag.model.verdict import Confidence, Status
from tests.checks.layers import HOST, PROXY_IP, Scene, asks, found, told

PROXY = "proxy.corp.test:3128"
PLAIN = "http://api.example.com"
BASIC = 'Proxy-Authenticate: Basic realm="corp"'
NTLM = "Proxy-Authenticate: NTLM"
TICKET = "Proxy-Authenticate: Negotiate"
TLS_ALERT = b"\x15\x03\x01\x00\x02\x02\x46"


def behind(url: str = f"https://{HOST}", *, login: bool = False, proxy: str = PROXY) -> Scene:
    """A walk that has come as far as the proxy's own connection."""
    return Scene(url, proxy=proxy, login=login).lookup(PROXY_IP).connect()


def silent_proxy(other: TunnelReply | None = None) -> Scene:
    """A proxy that has no answer to CONNECT, and what it says to a target that nobody has."""
    scene = behind().tunnel(0, failure="timed_out")
    question = scene.case.tunnel.question if scene.case.tunnel else None
    assert question
    return scene.also(replace(question, target=Authority("other-name.invalid", 443)), other) if other else scene


def over_tls(**answer: object) -> Scene:
    return Scene(proxy=PROXY, proxy_scheme="https").lookup(PROXY_IP).connect().proxy_handshake(**answer)


CASES: list[tuple[AnyCheck, str, Callable[[], Scene], Status]] = [
    (unreachable.CHECK, "refused", lambda: Scene(proxy=PROXY).lookup(PROXY_IP).connect(failure="refused"), Status.PROBLEM),
    (unreachable.CHECK, "silent", lambda: Scene(proxy=PROXY).lookup(PROXY_IP).connect(failure="timed_out"), Status.PROBLEM),
    (unreachable.CHECK, "connects", behind, Status.OK),
    (
        unreachable.CHECK,
        "one of two connects",
        lambda: Scene(proxy=PROXY).lookup("10.0.0.8", PROXY_IP).connect("10.0.0.8", "timed_out").connect(),
        Status.OK,
    ),
    (
        unreachable.CHECK,
        "this computer's own firewall",
        lambda: Scene(proxy=PROXY).lookup(PROXY_IP).connect(failure="not_permitted"),
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
    (unreachable.CHECK, "its name is not found", lambda: Scene(proxy=PROXY).lookup(failure="name_not_found"), Status.UNKNOWN),
    (unreachable.CHECK, "no proxy", lambda: Scene().lookup("203.0.113.1").connect(failure="refused"), Status.NOT_APPLICABLE),
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
    (login_required.CHECK, "not reached", lambda: Scene(proxy=PROXY).lookup(PROXY_IP).connect(failure="refused"), Status.UNKNOWN),
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
    (cannot_resolve_target.CHECK, "502 and no word", lambda: behind().tunnel(502), Status.OK),
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
    (cannot_reach_target.CHECK, "503 to a plain request", lambda: behind(PLAIN).exchange(503), Status.OK),
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
        lambda: Scene().lookup("203.0.113.1").connect().handshake(failure="cut"),
        Status.NOT_APPLICABLE,
    ),
    (name_not_found.CHECK, "not found", lambda: Scene(proxy=PROXY).lookup(failure="name_not_found"), Status.PROBLEM),
    (name_not_found.CHECK, "no data", lambda: Scene(proxy=PROXY).lookup(failure="no_data"), Status.PROBLEM),
    (name_not_found.CHECK, "resolvers fail", lambda: Scene(proxy=PROXY).lookup(failure="lookup_failed"), Status.UNKNOWN),
    (name_not_found.CHECK, "found", behind, Status.OK),
    (name_not_found.CHECK, "an address", lambda: Scene(proxy="10.0.0.9:3128").connect(), Status.NOT_APPLICABLE),
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
def test_each_cause_is_found_where_it_is_and_nowhere_else(check: AnyCheck, scene: Callable[[], Scene], status: Status) -> None:
    assert found(check, scene()).status is status


def test_a_wanted_login_names_the_proxy_and_its_schemes_once() -> None:
    scene = behind().tunnel(
        407, "Proxy-Authenticate: Basic realm=a", "Proxy-Authenticate: NTLM", "Proxy-Authenticate: basic realm=b"
    )
    finding = found(login_required.CHECK, scene)
    assert finding.facts == {"proxy": PROXY, "schemes": ("basic", "NTLM")}
    assert finding.cites == ("tunnel-1",)


def test_an_unreachable_proxy_tells_who_named_it() -> None:
    finding = found(unreachable.CHECK, Scene(proxy=PROXY).lookup(PROXY_IP).connect(failure="refused"))
    assert finding.facts["set_by"] == "HTTPS_PROXY"
    assert finding.facts["failures"] == ("refused",)


def test_a_refusal_asks_once_for_the_other_port_with_the_same_login() -> None:
    scene = behind(login=True).tunnel(403, login="basic")
    over = Connect(Address(PROXY_IP, 3128))
    assert asks(refuses_target.CHECK, scene) == [Tunnel(over, Authority("proxy.corp.test", 3128), Authority(HOST, 80), "basic")]
    assert asks(refuses_target.CHECK, behind("https://api.example.com:8443").tunnel(403)) == [
        Tunnel(over, Authority("proxy.corp.test", 3128), Authority(HOST, 443))
    ]
    for quiet in (behind().tunnel(407), behind().tunnel(503), behind().tunnel()):
        assert asks(refuses_target.CHECK, quiet) == []


def test_the_rule_is_narrowed_down_by_what_was_let_through() -> None:
    def refused() -> Scene:
        return behind("https://api.example.com:8443").tunnel(403)

    [other] = asks(refuses_target.CHECK, refused())
    by_port = found(refuses_target.CHECK, refused().also(other, TunnelReply(status=200)))
    assert by_port.facts["rule"] == "port"
    neither = found(refuses_target.CHECK, refused().also(other, TunnelReply("tunnel_refused", 403)))
    assert neither.facts["rule"] == "undecided"
    by_host = found(refuses_target.CHECK, refused(), behind("https://files.example.com:8443").tunnel())
    assert by_host.facts["rule"] == "host"
    assert by_host.confidence is Confidence.CERTAIN
    other_port = found(refuses_target.CHECK, refused(), behind("https://files.example.com").tunnel())
    assert other_port.facts["rule"] == "undecided"


def test_a_refusal_is_sure_only_of_what_shows_itself_as_a_proxy() -> None:
    assert found(refuses_target.CHECK, behind().tunnel(403)).confidence is Confidence.LIKELY
    assert (
        found(refuses_target.CHECK, behind().tunnel(403, "X-Squid-Error: ERR_ACCESS_DENIED 0")).confidence is Confidence.CERTAIN
    )


def test_a_handshake_with_the_proxy_is_not_the_endpoints() -> None:
    scene = Scene(proxy=PROXY, proxy_scheme="https").lookup(PROXY_IP).connect().proxy_handshake().tunnel(407)
    assert scene.case.session is None
    assert scene.case.proxy_session is not None
    assert isinstance(scene.case.tunnel and scene.case.tunnel.question.over, Handshake)
    assert found(login_required.CHECK, scene).status is Status.PROBLEM


def test_a_name_the_proxy_cannot_resolve_is_looked_up_here_too() -> None:
    def failed() -> Scene:
        return behind().tunnel(503, "X-Squid-Error: ERR_DNS_FAIL 0")

    def said(scene: Scene) -> tuple[Confidence, object]:
        finding = found(cannot_resolve_target.CHECK, scene)
        return finding.confidence, finding.facts["here"]

    lookup = Lookup(HOST)
    assert asks(cannot_resolve_target.CHECK, failed()) == [lookup]
    assert asks(cannot_resolve_target.CHECK, behind().tunnel(502)) == []
    assert said(failed()) == (Confidence.LIKELY, ("none",))
    assert said(failed().also(lookup, SystemLookup(("10.1.2.3",)))) == (Confidence.CERTAIN, ("10.1.2.3",))
    assert said(failed().also(lookup, SystemLookup((), "name_not_found"))) == (Confidence.POSSIBLE, ("none",))


def test_what_the_proxy_cannot_reach_is_dialled_past_it() -> None:
    def failed() -> Scene:
        return behind().tunnel(503)

    lookup, way = Lookup(HOST), Connect(Address("203.0.113.10", 443))
    assert asks(cannot_reach_target.CHECK, failed()) == [lookup]
    known = failed().also(lookup, SystemLookup(("203.0.113.10", "203.0.113.11")))
    assert asks(cannot_reach_target.CHECK, known) == [way]
    for failure, word, confidence in (
        ("", "connects", Confidence.CERTAIN),
        ("refused", "refused", Confidence.POSSIBLE),
        ("timed_out", "fails", Confidence.LIKELY),
    ):
        known = failed().also(lookup, SystemLookup(("203.0.113.10",))).also(way, Connection(failure))
        finding = found(cannot_reach_target.CHECK, known)
        assert (finding.facts["direct"], finding.confidence) == (word, confidence)


def test_what_opened_a_tunnel_for_another_is_a_proxy() -> None:
    odd = behind().tunnel(405)
    assert found(not_a_proxy.CHECK, odd, behind("https://files.example.com").tunnel()).status is Status.UNKNOWN


def test_a_tunnel_that_breaks_is_tried_without_a_name_and_without_the_proxy() -> None:
    def broken() -> Scene:
        return behind().tunnel().handshake(failure="reset")

    handshake = broken().handshake_question
    nameless = Handshake(handshake.over, "")
    assert asks(tunnel_cut.CHECK, broken()) == [nameless, Lookup(HOST)]
    assert found(tunnel_cut.CHECK, broken()).confidence is Confidence.POSSIBLE
    by_name = broken().also(nameless, Session(finished=True, bytes_received=3000))
    assert found(tunnel_cut.CHECK, by_name).status is Status.OK
    way = Connect(Address("203.0.113.10", 443))
    straight = Handshake(way, HOST)

    def past(answer: Session) -> Scene:
        return broken().also(Lookup(HOST), SystemLookup(("203.0.113.10",))).also(way, Connection()).also(straight, answer)

    assert found(tunnel_cut.CHECK, past(Session(finished=True, bytes_received=3000))).confidence is Confidence.CERTAIN
    assert found(tunnel_cut.CHECK, past(Session("reset"))).status is Status.UNKNOWN


def test_the_other_way_of_speaking_to_a_proxy_is_tried_before_the_setting_is_called_wrong() -> None:
    clear = Tunnel(Connect(Address(PROXY_IP, 3128)), Authority("proxy.corp.test", 3128), Authority(HOST, 443))
    assert asks(scheme_wrong.CHECK, over_tls(failure="not_tls", first_bytes=b"HTTP/1.1 400")) == [clear]
    right = over_tls(failure="not_tls").also(clear, TunnelReply("tunnel_refused", 407))
    finding = found(scheme_wrong.CHECK, right)
    assert (finding.status, finding.facts["speaks"]) == (Status.PROBLEM, "http")
    web = over_tls(failure="not_tls").also(clear, TunnelReply("tunnel_refused", 405))
    assert found(scheme_wrong.CHECK, web).status is Status.UNKNOWN
    secured = Handshake(Connect(Address(PROXY_IP, 3128)), "proxy.corp.test")
    over = Tunnel(secured, clear.proxy, clear.target)
    cut = behind().tunnel(0, failure="cut")
    assert asks(scheme_wrong.CHECK, cut) == [secured, over]
    assert found(scheme_wrong.CHECK, cut.also(over, TunnelReply(status=200))).facts["speaks"] == "https"
    for quiet in (behind().tunnel(), behind().tunnel(403), behind().tunnel(503), over_tls().tunnel(407)):
        assert asks(scheme_wrong.CHECK, quiet) == []


def test_a_proxys_name_is_missing_only_where_nobody_finds_it() -> None:
    def asked(rcode: str, *addresses: str) -> Scene:
        scene = Scene(proxy=PROXY).lookup(failure="name_not_found")
        question = Lookup("proxy.corp.test", Address("10.0.0.2", 53), "A")
        return scene._note(question, told("proxy.corp.test", *addresses, rcode=rcode), walk=True)

    assert found(name_not_found.CHECK, asked("NXDOMAIN")).confidence is Confidence.CERTAIN
    assert found(name_not_found.CHECK, asked("SERVFAIL")).status is Status.UNKNOWN
    assert found(name_not_found.CHECK, asked("NOERROR", "10.0.0.9")).status is Status.OK


def test_a_silent_proxy_is_asked_for_something_easy_and_another_success_clears_it() -> None:
    [question] = asks(unreachable.CHECK, silent_proxy())
    assert isinstance(question, Tunnel)
    assert question.target == Authority("other-name.invalid", 443)
    assert asks(unreachable.CHECK, behind().tunnel(503)) == []
    beside = behind("https://files.example.com").tunnel()
    assert found(unreachable.CHECK, silent_proxy(), beside).status is Status.OK
    finding = found(cannot_reach_target.CHECK, silent_proxy(), beside)
    assert (finding.status, finding.facts["reason"]) == (Status.PROBLEM, "silence")


def test_names_are_asked_of_the_resolver_that_the_user_named() -> None:
    named = Resolvers((Address("10.0.0.53", 5353),), source="option")
    scene = behind().machine(named).tunnel(503)
    four, six = (Lookup(HOST, Address("10.0.0.53", 5353), record) for record in ("A", "AAAA"))
    assert asks(cannot_reach_target.CHECK, scene) == [four, six]
    scene.also(four, told(HOST, "203.0.113.10")).also(six, told(HOST))
    assert asks(cannot_reach_target.CHECK, scene) == [Connect(Address("203.0.113.10", 443))]
