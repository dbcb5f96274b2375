"""A proxy gets a login only if it asks for it, in a way that it offers, after it has shown who it is; and a wrong one once."""

import asyncio
from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from checks.proxy import login_rejected
from diag.engine.investigate import investigate
from diag.engine.judge import judge
from diag.model.answer import Header, HttpReply, Session, SystemLookup, TunnelReply, VerifyError
from diag.model.endpoint import Endpoint, parse_endpoint
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Answer, Unsupported
from diag.model.question import Exchange, Handshake, Lookup, Question, Tunnel
from diag.model.route import ProxyAddress, Route, RouteReason
from diag.model.run import Evidence, Limits
from diag.model.verdict import Status
from tests.checks.authorities import leaf
from tests.engine.scripted import Script, Scripted

PROXY = ProxyAddress("10.0.0.1", 3128, login=True)
MANY = 160
"""Endpoints: more than are looked at at once (`Limits.in_flight`)."""
SECURE = [parse_endpoint(f"https://s{number:03}.example") for number in range(MANY)]
PLAIN = [parse_endpoint(f"http://p{number:03}.example") for number in range(MANY)]
MIXED = [one for pair in zip(SECURE[: MANY // 2], PLAIN[: MANY // 2], strict=True) for one in pair]


def proxy(*schemes: str, takes: str = "", kinds: tuple[type[Question], ...] = (Tunnel, Exchange)) -> Script:
    """A proxy that offers these ways of logging in, and takes the login in one of them; empty: in none, the password is wrong."""
    headers = tuple(Header("proxy-authenticate", scheme) for scheme in schemes)

    def answer(question: Question) -> Answer | BaseException | None:
        if isinstance(question, Lookup):
            return SystemLookup(("203.0.113.7",))
        if not isinstance(question, kinds) or not isinstance(question, Tunnel | Exchange):
            return None
        if isinstance(question, Exchange) and isinstance(question.over, Handshake) and isinstance(question.over.over, Tunnel):
            return None
        if question.login != "none" and question.login == takes:
            return None
        if isinstance(question, Tunnel):
            return TunnelReply("tunnel_refused", 407, headers=headers)
        return HttpReply(status=407, headers=headers)

    return answer


def look(prober: Scripted, endpoints: Iterable[Endpoint], through: ProxyAddress = PROXY) -> Evidence:
    route = Route(RouteReason.OPTION, through)
    choose = lambda endpoint, proxies: route  # noqa: E731
    return asyncio.run(investigate(tuple(endpoints), prober=prober, checks=(), choose=choose, tool="test"))


def logins(prober: Scripted) -> list[str]:
    """The ways in which a login was given, one for each time."""
    return [one.login for one in prober.asked if isinstance(one, Tunnel | Exchange) and one.login != "none"]


def answered(evidence: Evidence) -> Iterable[bool]:
    """Whether the service behind the proxy answered, for each endpoint."""
    for trail in evidence.run.trails:
        exchange = EndpointView(evidence, trail).exchange
        yield exchange is not None and exchange.answer.status == 404


FORMS = ["tunnels", "requests", "both", "both turned round"]
KINDS = [("Basic",), ("Digest",), ("Basic", "Digest"), ("Negotiate", "NTLM", "Basic"), ("NTLM",), ("Negotiate",), ("Bearer",), ()]


@pytest.mark.parametrize("endpoints", [SECURE, PLAIN, MIXED, MIXED[::-1]], ids=FORMS)
@pytest.mark.parametrize("schemes", KINDS, ids=lambda schemes: "+".join(schemes) or "none named")
def test_a_wrong_password_is_tried_once_over_every_kind_of_proxy(schemes: tuple[str, ...], endpoints: list[Endpoint]) -> None:
    prober = Scripted(proxy(*schemes))
    evidence = look(prober, endpoints)
    known = [scheme.lower() for scheme in schemes if scheme != "Bearer"]
    assert logins(prober) == (["basic"] if "basic" in known else known[:1])
    assert all(way in known for way in logins(prober))
    cited = {one.partition("-")[0] for trail in evidence.run.trails for one in trail.walk}
    assert cited & {"tunnel", "exchange"}


@pytest.mark.parametrize("endpoints", [SECURE, PLAIN, MIXED, MIXED[::-1]], ids=FORMS)
def test_every_endpoint_is_told_of_the_refusal(endpoints: list[Endpoint]) -> None:
    diagnosis = judge(look(Scripted(proxy("Basic")), endpoints), (login_rejected.CHECK,))
    assert {verdict.finding.status for verdict in diagnosis.verdicts} == {Status.PROBLEM}
    (cause,) = diagnosis.causes
    assert len(cause.endpoints) == MANY


@pytest.mark.parametrize("endpoints", [SECURE, PLAIN, MIXED], ids=["tunnels", "requests", "both"])
@pytest.mark.parametrize("way", ["basic", "digest", "ntlm"])
def test_a_login_that_is_accepted_is_used_for_all(way: str, endpoints: list[Endpoint]) -> None:
    prober = Scripted(proxy(way.capitalize(), takes=way))
    evidence = look(prober, endpoints)
    assert logins(prober) == [way] * MANY
    assert all(answered(evidence))


def test_there_are_more_endpoints_than_are_looked_at_at_once() -> None:
    assert Limits().in_flight < MANY


def test_a_proxy_that_wants_none_gets_none() -> None:
    prober = Scripted(lambda question: SystemLookup(("203.0.113.7",)) if isinstance(question, Lookup) else None)
    look(prober, MIXED)
    assert logins(prober) == []


@pytest.mark.parametrize("endpoints", [SECURE, PLAIN], ids=["tunnels", "requests"])
def test_a_proxy_that_denies_the_way_has_not_asked_for_a_login(endpoints: list[Endpoint]) -> None:
    """403 says whom it lets where, and nothing of a login: no account is given to it, and none is said to be refused."""

    def denying(question: Question) -> Answer | None:
        if isinstance(question, Lookup):
            return SystemLookup(("203.0.113.7",))
        if isinstance(question, Tunnel):
            return TunnelReply("tunnel_refused", 403)
        return HttpReply(status=403, headers=(Header("x-squid-error", "ERR_ACCESS_DENIED 0"),))

    prober = Scripted(denying)
    diagnosis = judge(look(prober, endpoints), (login_rejected.CHECK,))
    assert logins(prober) == []
    assert diagnosis.causes == ()


def test_a_proxy_that_wants_one_for_some_targets_gets_it_for_those() -> None:
    asks = proxy("Basic", takes="basic")

    def some(question: Question) -> Answer | BaseException | None:
        named = isinstance(question, Tunnel) and question.target.host < "s050.example"
        return None if named else asks(question)

    prober = Scripted(some)
    evidence = look(prober, SECURE)
    assert all(answered(evidence))
    assert MANY - 50 <= len(logins(prober)) <= MANY


@pytest.mark.parametrize("endpoints", [SECURE, PLAIN], ids=["tunnels", "requests"])
@pytest.mark.parametrize(
    "shown",
    [Session(finished=True, verify_errors=(VerifyError(18, 0),)), Session(finished=True, chain=(leaf("other.example"),))],
    ids=["signed by itself", "for another name"],
)
def test_no_login_goes_to_a_proxy_whose_certificate_is_not_accepted(endpoints: list[Endpoint], shown: Session) -> None:
    asks = proxy("Basic")

    def impostor(question: Question) -> Answer | BaseException | None:
        if isinstance(question, Handshake) and question.server_name == "proxy.example":
            return shown
        return asks(question)

    prober = Scripted(impostor)
    look(prober, endpoints, replace(PROXY, host="proxy.example", scheme="https"))
    assert logins(prober) == []
    assert any(isinstance(question, Tunnel | Exchange) for question in prober.asked)


@pytest.mark.parametrize("failure", ["timed_out", "reset", "cut"])
@pytest.mark.parametrize("endpoints", [SECURE, PLAIN], ids=["tunnels", "requests"])
def test_a_proxy_that_says_nothing_gets_no_login(endpoints: list[Endpoint], failure: str) -> None:
    def mute(question: Question) -> Answer | None:
        if isinstance(question, Lookup):
            return SystemLookup(("203.0.113.7",))
        if isinstance(question, Tunnel):
            return TunnelReply(failure)
        return HttpReply(failure) if isinstance(question, Exchange) else None

    prober = Scripted(mute)
    evidence = look(prober, endpoints)
    assert logins(prober) == []
    assert sum(isinstance(question, Tunnel | Exchange) for question in prober.asked) <= 3
    assert all(any(one.startswith(("tunnel-", "exchange-")) for one in trail.walk) for trail in evidence.run.trails)


@pytest.mark.parametrize(
    ("scheme", "reply", "most"),
    [
        ("socks5h", TunnelReply("tunnel_refused", step="login", code=1, refusal="login_rejected"), 1),
        ("socks5", TunnelReply("tunnel_refused", step="login", code=1, refusal="login_rejected"), 1),
        ("socks5", TunnelReply("cut", step="login"), 1),
    ],
)
def test_a_wrong_password_is_given_to_a_socks_proxy_once(scheme: str, reply: TunnelReply, most: int) -> None:
    def script(question: Question) -> Answer | None:
        if isinstance(question, Tunnel):
            return reply
        return SystemLookup(("203.0.113.7",)) if isinstance(question, Lookup) else None

    prober = Scripted(script)
    look(prober, MIXED, replace(PROXY, scheme=scheme))
    assert len(logins(prober)) == most


def test_a_way_that_this_build_does_not_have_is_tried_once() -> None:
    asks = proxy("NTLM")

    def script(question: Question) -> Answer | BaseException | None:
        if isinstance(question, Tunnel | Exchange) and question.login == "ntlm":
            return Unsupported("no such login here")
        return asks(question)

    prober = Scripted(script)
    look(prober, MIXED)
    assert logins(prober) == ["ntlm"]
