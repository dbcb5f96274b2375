"""Which ways a bundle may take: those of this machine, the one that the checks got through by first."""

from msgspec.structs import replace

from diag.desk.send.proxies import SendRoute, ways_to
from diag.engine.recorder import holds
from diag.model.address import Authority
from diag.model.machine import Proxies, ProxySetting, ProxyVariable
from diag.model.question import Handshake, Tunnel
from diag.model.route import ProxyAddress
from diag.model.run import Evidence
from diag.model.secret import Login
from tests.recording.scene import read_scene

HOST = Authority("acme.zendesk.com", 443)
HERE = ProxyAddress("proxy.example.com", 3128)
OTHER = ProxyAddress("other.example.com", 8080)


def variables(**named: ProxyAddress) -> Proxies:
    return Proxies(tuple(ProxyVariable(name, proxy) for name, proxy in named.items()))


def proven_proxy(evidence: Evidence) -> ProxyAddress:
    """The proxy that opened a tunnel in a recorded scene."""
    (authority,) = {one.question.proxy for one in evidence.observations if isinstance(one.question, Tunnel) and holds(one)}
    return ProxyAddress(authority.host, authority.port)


def test_nothing_set_is_direct() -> None:
    assert ways_to(HOST, Proxies(), {}) == (SendRoute(),)


def test_the_usual_way_comes_first_and_the_others_after_it() -> None:
    proxies = variables(https_proxy=HERE, all_proxy=OTHER)
    assert [way.proxy for way in ways_to(HOST, proxies, {})] == [HERE, OTHER, None]


def test_an_exception_is_heeded() -> None:
    proxies = Proxies((ProxyVariable("https_proxy", HERE),), (".zendesk.com",), "no_proxy")
    assert [way.proxy for way in ways_to(HOST, proxies, {})] == [None, HERE]


def test_what_the_system_has_set_counts_too() -> None:
    proxies = Proxies(settings=(ProxySetting("macos", https=HERE, socks=OTHER),))
    assert {way.proxy for way in ways_to(HOST, proxies, {})} == {HERE, OTHER, None}


def test_each_proxy_has_its_own_login() -> None:
    login = Login("ada", "s3cret")
    ways = ways_to(HOST, variables(https_proxy=HERE, all_proxy=OTHER), {HERE.authority: login})
    assert [way.login for way in ways] == [login, None, None]
    assert "s3cret" not in repr(ways)


def test_what_the_checks_got_through_by_comes_first() -> None:
    evidence = read_scene("proxy-required/set-for-http-only").evidence
    proven = proven_proxy(evidence)
    ways = ways_to(HOST, variables(https_proxy=HERE, all_proxy=proven), {}, evidence)
    assert [way.proxy for way in ways] == [proven, HERE, None]


def test_the_direct_way_comes_first_where_only_that_is_open() -> None:
    evidence = read_scene("proxy-bypass-missing/refused-by-rule").evidence
    ways = ways_to(HOST, variables(https_proxy=HERE), {}, evidence)
    assert [way.proxy for way in ways] == [None, HERE]


def test_a_proxy_that_only_the_evidence_names_is_never_used() -> None:
    evidence = read_scene("proxy-required/set-for-http-only").evidence
    assert proven_proxy(evidence) not in [way.proxy for way in ways_to(HOST, variables(https_proxy=HERE), {}, evidence)]


def test_a_handshake_with_somebody_else_proves_no_way() -> None:
    evidence = read_scene("healthy/one-service").evidence
    assert ways_to(HOST, variables(https_proxy=HERE), {}, evidence)[0].proxy is None
    handshake = next(one for one in evidence.observations if isinstance(one.question, Handshake))
    elsewhere = replace(handshake, question=replace(handshake.question, server_name="other.example.com"))
    failed = replace(handshake, answer=replace(handshake.answer, failure="timed_out", finished=False))
    for seen in (elsewhere, failed):
        assert ways_to(HOST, variables(https_proxy=HERE), {}, Evidence(evidence.run, (seen,)))[0].proxy == HERE
