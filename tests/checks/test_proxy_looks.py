"""How the proxy family looks closer: what it asks besides, what the answers change, and how sure it is."""

from msgspec.structs import replace

from checks.proxy import (
    bypass_missing,
    cannot_reach_target,
    cannot_resolve_target,
    login_required,
    name_not_found,
    not_a_proxy,
    refuses_target,
    scheme_wrong,
    tunnel_cut,
    unreachable,
)
from diag.engine.judge import judge
from diag.model.address import Address, Authority
from diag.model.answer import Connection, Session, SystemLookup, TunnelReply
from diag.model.machine import Resolvers
from diag.model.question import Connect, Handshake, Lookup, Tunnel
from diag.model.verdict import Confidence, Status
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS, HOST, PROXY_IP, told
from tests.checks.test_proxy import MET, PROXY, behind, over_tls, silent_proxy, straight
from tests.checks.verdicts import asks, judged


def test_a_wanted_login_names_the_proxy_and_its_schemes_once() -> None:
    scene = behind().tunnel(
        407, "Proxy-Authenticate: Basic realm=a", "Proxy-Authenticate: NTLM", "Proxy-Authenticate: basic realm=b"
    )
    finding = judged(login_required.CHECK, scene)
    assert finding.facts == {"proxy": PROXY, "scheme": "http", "status": 407, "schemes": ("basic", "NTLM")}
    assert finding.cites == ("tunnel-1",)


def test_an_unreachable_proxy_tells_who_named_it() -> None:
    finding = judged(unreachable.CHECK, Notes(proxy=PROXY).lookup(PROXY_IP).connect(failure="refused"))
    assert finding.facts["set_by"] == "HTTPS_PROXY"
    assert finding.facts["ending"] == ("refused",)


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
    def refused() -> Notes:
        return behind("https://api.example.com:8443").tunnel(403)

    [other] = asks(refuses_target.CHECK, refused())
    by_port = judged(refuses_target.CHECK, refused().also(other, TunnelReply(status=200)))
    assert by_port.facts["rule_about"] == "port"
    neither = judged(refuses_target.CHECK, refused().also(other, TunnelReply("tunnel_refused", 403)))
    assert "rule_about" not in neither.facts
    by_host = judged(refuses_target.CHECK, refused(), behind("https://files.example.com:8443").tunnel())
    assert by_host.facts["rule_about"] == "host"
    assert by_host.confidence is Confidence.CERTAIN
    other_port = judged(refuses_target.CHECK, refused(), behind("https://files.example.com").tunnel())
    assert "rule_about" not in other_port.facts


def test_a_refusal_is_sure_only_of_what_shows_itself_as_a_proxy() -> None:
    assert judged(refuses_target.CHECK, behind().tunnel(403)).confidence is Confidence.LIKELY
    assert (
        judged(refuses_target.CHECK, behind().tunnel(403, "X-Squid-Error: ERR_ACCESS_DENIED 0")).confidence is Confidence.CERTAIN
    )


def test_a_handshake_with_the_proxy_is_not_the_endpoints() -> None:
    scene = Notes(proxy=PROXY, proxy_scheme="https").lookup(PROXY_IP).connect().proxy_handshake().tunnel(407)
    assert scene.case.session is None
    assert scene.case.proxy_session is not None
    assert isinstance(scene.case.tunnel and scene.case.tunnel.question.over, Handshake)
    assert judged(login_required.CHECK, scene).status is Status.PROBLEM


def test_a_name_the_proxy_cannot_resolve_is_looked_up_here_too() -> None:
    def failed() -> Notes:
        return behind().tunnel(503, "X-Squid-Error: ERR_DNS_FAIL 0")

    def said(scene: Notes) -> tuple[Confidence, object]:
        finding = judged(cannot_resolve_target.CHECK, scene)
        return finding.confidence, finding.facts.get("here")

    lookup = Lookup(HOST)
    assert asks(cannot_resolve_target.CHECK, failed()) == [lookup]
    assert asks(cannot_resolve_target.CHECK, behind().tunnel(403)) == []
    bare = behind().tunnel(502)
    assert asks(cannot_resolve_target.CHECK, bare) == [lookup]
    assert bare.case.tunnel
    asked_again = bare.case.tunnel.question.to(Authority("203.0.113.10", 443))
    assert asks(cannot_resolve_target.CHECK, bare.also(lookup, SystemLookup(("203.0.113.10",)))) == [asked_again]
    assert said(failed()) == (Confidence.LIKELY, None)
    assert said(failed().also(lookup, SystemLookup(("10.1.2.3",)))) == (Confidence.CERTAIN, ("10.1.2.3",))
    assert said(failed().also(lookup, SystemLookup((), "name_not_found"))) == (Confidence.POSSIBLE, None)


def test_what_the_proxy_cannot_reach_is_dialled_past_it() -> None:
    def failed() -> Notes:
        return behind().tunnel(503, "X-Squid-Error: ERR_CONNECT_FAIL 111")

    lookup, way = Lookup(HOST), Connect(Address("203.0.113.10", 443))
    assert asks(cannot_reach_target.CHECK, failed()) == [lookup]
    known = failed().also(lookup, SystemLookup(("203.0.113.10", "203.0.113.11")))
    assert asks(cannot_reach_target.CHECK, known) == [way]
    for failure, word, confidence in (
        ("", "connects", Confidence.CERTAIN),
        ("refused", "refuses", Confidence.POSSIBLE),
        ("timed_out", "fails", Confidence.LIKELY),
    ):
        known = failed().also(lookup, SystemLookup(("203.0.113.10",))).also(way, Connection(failure))
        finding = judged(cannot_reach_target.CHECK, known)
        assert (finding.facts["past_the_proxy"], finding.confidence) == (word, confidence)


def test_what_is_refused_everywhere_is_no_rule_about_one_host() -> None:
    refused = behind(controls=("good.example:443", "other-port.example:80")).tunnel(403)
    assert refused.case.tunnel
    question = refused.case.tunnel.question
    port, control = question.to(Authority(HOST, 80)), question.to(Authority("good.example", 443))
    assert asks(refuses_target.CHECK, refused) == [port, control]
    both = refused.also(port, TunnelReply("tunnel_refused", 403)).also(control, TunnelReply("tunnel_refused", 403))
    assert judged(refuses_target.CHECK, both).facts["rule_about"] == "everything"
    refused = behind(controls=("good.example:443",)).tunnel(403).also(port, TunnelReply("tunnel_refused", 403))
    assert "rule_about" not in judged(refuses_target.CHECK, refused).facts
    assert judged(refuses_target.CHECK, refused.also(control, TunnelReply(status=200))).facts["rule_about"] == "host"


def test_what_opened_a_tunnel_for_another_is_a_proxy() -> None:
    odd = behind().tunnel(405)
    assert judged(not_a_proxy.CHECK, odd, behind("https://files.example.com").tunnel()).status is Status.UNKNOWN


def test_a_tunnel_that_breaks_is_tried_without_a_name_and_without_the_proxy() -> None:
    def broken() -> Notes:
        return behind().tunnel().handshake(failure="reset")

    handshake = broken().handshake_question
    nameless = Handshake(handshake.over, "")
    assert asks(tunnel_cut.CHECK, broken()) == [nameless, Lookup(HOST)]
    assert judged(tunnel_cut.CHECK, broken()).confidence is Confidence.POSSIBLE
    by_name = broken().also(nameless, Session(finished=True, bytes_received=3000))
    assert judged(tunnel_cut.CHECK, by_name).status is Status.OK
    by_address = Notes(f"https://{ADDRESS}", proxy="proxy.corp.test:3128").lookup(PROXY_IP).connect().tunnel()
    assert asks(tunnel_cut.CHECK, by_address.handshake(failure="reset")) == [Connect(Address(ADDRESS, 443))]
    way = Connect(Address("203.0.113.10", 443))
    straight = Handshake(way, HOST)

    def past(answer: Session) -> Notes:
        return broken().also(Lookup(HOST), SystemLookup(("203.0.113.10",))).also(way, Connection()).also(straight, answer)

    assert judged(tunnel_cut.CHECK, past(Session(finished=True, bytes_received=3000))).confidence is Confidence.CERTAIN
    assert judged(tunnel_cut.CHECK, past(Session("reset"))).status is Status.UNKNOWN


def test_a_tunnel_that_is_answered_in_small_segments_is_not_tried_past_the_proxy() -> None:
    hung = behind().tunnel().handshake(failure="timed_out")
    whole = hung.handshake_question
    way = whole.over
    assert isinstance(way, Tunnel)
    assert isinstance(way.over, Connect)
    small = replace(whole, over=replace(way, over=replace(way.over, mss=200)))
    assert asks(bypass_missing.CHECK, hung) == [Lookup(HOST)]
    hung.also(small, Session(finished=True, bytes_received=3000))
    assert asks(bypass_missing.CHECK, hung) == []
    assert asks(tunnel_cut.CHECK, hung) == [Handshake(way, "")]
    assert judged(bypass_missing.CHECK, hung).status is Status.OK
    assert judged(tunnel_cut.CHECK, hung).status is Status.OK


def test_the_other_way_of_speaking_to_a_proxy_is_tried_before_the_setting_is_called_wrong() -> None:
    clear = Tunnel(Connect(Address(PROXY_IP, 3128)), Authority("proxy.corp.test", 3128), Authority(HOST, 443))
    assert asks(scheme_wrong.CHECK, over_tls(failure="not_tls", first_bytes=b"HTTP/1.1 400")) == [clear]
    right = over_tls(failure="not_tls").also(clear, TunnelReply("tunnel_refused", 407))
    finding = judged(scheme_wrong.CHECK, right)
    assert (finding.status, finding.facts["speaks"]) == (Status.PROBLEM, "http")
    web = over_tls(failure="not_tls").also(clear, TunnelReply("tunnel_refused", 405))
    assert judged(scheme_wrong.CHECK, web).status is Status.OK
    mute = over_tls(failure="not_tls").also(clear, TunnelReply("timed_out"))
    assert judged(scheme_wrong.CHECK, mute).status is Status.UNKNOWN
    secured = Handshake(Connect(Address(PROXY_IP, 3128)), "proxy.corp.test")
    over = Tunnel(secured, clear.proxy, clear.target)
    cut = behind().tunnel(0, failure="cut")
    in_socks = Tunnel(clear.over, clear.proxy, clear.target, protocol="socks5")
    assert asks(scheme_wrong.CHECK, cut) == [secured, over, in_socks]
    speaking = cut.also(in_socks, TunnelReply("tunnel_refused", refusal="login_required"))
    assert judged(scheme_wrong.CHECK, speaking).facts["speaks"] == "socks5h"
    cut = behind().tunnel(0, failure="cut")
    assert judged(scheme_wrong.CHECK, cut.also(over, TunnelReply(status=200))).facts["speaks"] == "https"
    for quiet in (behind().tunnel(), behind().tunnel(403), behind().tunnel(503), over_tls().tunnel(407)):
        assert asks(scheme_wrong.CHECK, quiet) == []


def test_a_proxys_name_is_missing_only_where_nobody_finds_it() -> None:
    def asked(rcode: str, *addresses: str) -> Notes:
        scene = Notes(proxy=PROXY).lookup(failure="name_not_found")
        question = Lookup("proxy.corp.test", Address("10.0.0.2", 53), "A")
        return scene.saw(question, told("proxy.corp.test", *addresses, rcode=rcode))

    assert judged(name_not_found.CHECK, asked("NXDOMAIN")).confidence is Confidence.CERTAIN
    assert judged(name_not_found.CHECK, asked("SERVFAIL")).status is Status.UNKNOWN
    assert judged(name_not_found.CHECK, asked("NOERROR", "10.0.0.9")).status is Status.OK


def test_a_silent_proxy_is_asked_for_something_easy_and_another_success_clears_it() -> None:
    [question] = asks(unreachable.CHECK, silent_proxy())
    assert isinstance(question, Tunnel)
    assert question.target == Authority("other-name.invalid", 443)
    assert asks(unreachable.CHECK, behind().tunnel(503)) == []
    beside = behind("https://files.example.com").tunnel()
    assert judged(unreachable.CHECK, silent_proxy(), beside).status is Status.OK
    finding = judged(cannot_reach_target.CHECK, silent_proxy(), beside)
    assert (finding.status, finding.facts["ending"]) == (Status.PROBLEM, "timed_out")


def test_names_are_asked_of_the_resolver_that_the_user_named() -> None:
    named = Resolvers((Address("10.0.0.53", 5353),), source="option")
    scene = behind().machine(named).tunnel(503)
    four, six = (Lookup(HOST, Address("10.0.0.53", 5353), record) for record in ("A", "AAAA"))
    assert asks(cannot_reach_target.CHECK, scene) == [four, six]
    scene.also(four, told(HOST, "203.0.113.10")).also(six, told(HOST))
    assert asks(cannot_reach_target.CHECK, scene) == [Connect(Address("203.0.113.10", 443))]


def test_the_straight_way_is_gone_step_by_step() -> None:
    failed = behind().tunnel(503)
    way = Connect(Address("203.0.113.10", 443))
    assert asks(bypass_missing.CHECK, failed) == [Lookup(HOST)]
    failed.also(Lookup(HOST), SystemLookup(("203.0.113.10",)))
    assert asks(bypass_missing.CHECK, failed) == [way]
    failed.also(way, Connection())
    assert asks(bypass_missing.CHECK, failed) == [Handshake(way, HOST)]
    for quiet in (behind().tunnel(), behind().tunnel(407), behind().tunnel(0, failure="timed_out")):
        assert asks(bypass_missing.CHECK, quiet) == []


def test_a_missing_exception_explains_what_the_proxy_said() -> None:
    diagnosis = judge(straight(behind().tunnel(503), MET).evidence, (bypass_missing.CHECK, cannot_reach_target.CHECK))
    assert [(cause.id, cause.explains) for cause in diagnosis.causes] == [
        ("proxy-bypass-missing", ("proxy-cannot-reach-target",))
    ]
