"""What is asked beside the way through a proxy: nothing past it where that is not wanted, and no login more often than needed."""

import asyncio
import dataclasses
from collections.abc import Iterable

import pytest
from msgspec.structs import replace as changed

from diag.engine.investigate import investigate
from diag.model.address import Address, Authority
from diag.model.answer import Header, HttpReply, SystemLookup, TunnelReply
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint import Endpoint, Expectations, ExpectedRoute, parse_endpoint
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Answer
from diag.model.question import Connect, Exchange, Lookup, Question, Tunnel
from diag.model.route import ProxyAddress, Route, RouteReason
from diag.model.run import Evidence, Limits
from diag.model.verdict import Owner, ok
from tests.engine.scripted import Scripted

SERVICE = parse_endpoint("https://service.example")
PROXIED = parse_endpoint("https://service.example", expects=Expectations(proxy=ExpectedRoute.PROXIED))
OURS = ProxyAddress("10.0.0.1", 3128)
STRAIGHT = Connect(Address("203.0.113.7", 443))
TO_PROXY = Tunnel(Connect(Address("10.0.0.1", 3128)), OURS.authority, Authority("other.example", 443))
FETCH = Exchange(Connect(Address("203.0.113.8", 80)), Authority("issuer.example", 80))


def _wants(_: EndpointView) -> Iterable[Question]:
    return Lookup("service.example"), STRAIGHT, TO_PROXY, FETCH


CURIOUS = EndpointCheck(
    id="test-curious",
    owner=Owner.NETWORK,
    article="A check that asks.",
    sentences=Sentences(title="", seen="", means="", remedy=()),
    judge=lambda case: ok(case.observations[0]),
    questions=_wants,
)


def look(
    prober: Scripted,
    *endpoints: Endpoint,
    proxy: ProxyAddress | None = OURS,
    straight: bool = True,
    also: tuple[Question, ...] = (),
) -> Evidence:
    route = Route(RouteReason.OPTION, proxy)
    curious = dataclasses.replace(CURIOUS, questions=lambda case: (*_wants(case), *also))
    return asyncio.run(
        investigate(
            endpoints,
            prober=prober,
            checks=(curious,),
            choose=lambda endpoint, proxies: route,
            tool="test",
            limits=Limits(straight=straight),
        )
    )


@pytest.mark.parametrize(
    ("endpoint", "straight", "proxy", "dialled"),
    [
        (SERVICE, True, OURS, True),
        (SERVICE, False, OURS, False),
        (PROXIED, True, OURS, False),
        (SERVICE, False, None, True),
    ],
    ids=["allowed", "forbidden by option", "forbidden by the list", "no proxy to go past"],
)
def test_the_service_is_dialled_past_its_proxy_only_where_allowed(
    endpoint: Endpoint, straight: bool, proxy: ProxyAddress | None, dialled: bool
) -> None:
    prober = Scripted()
    look(prober, endpoint, proxy=proxy, straight=straight)
    assert (STRAIGHT in prober.asked) is dialled
    assert (FETCH in prober.asked) is dialled
    assert TO_PROXY in prober.asked
    assert Lookup("service.example") in prober.asked


def three_hundred() -> list[Endpoint]:
    return [parse_endpoint(f"https://s{number:03}.example") for number in range(300)]


def logins_tried(prober: Scripted) -> int:
    return sum(isinstance(question, Tunnel | Exchange) and question.login != "none" for question in prober.asked)


@pytest.mark.parametrize(
    ("scheme", "reply", "most"),
    [
        ("http", TunnelReply("tunnel_refused", 407), 1),
        ("socks5h", TunnelReply("tunnel_refused", step="login", code=1, refusal="login_rejected"), 1),
        ("socks5", TunnelReply("cut", step="login"), 1),
        ("http", TunnelReply("timed_out"), 3),
        ("http", TunnelReply("reset"), 3),
    ],
)
def test_a_wrong_password_is_tried_once_for_three_hundred_endpoints(scheme: str, reply: TunnelReply, most: int) -> None:
    def script(question: Question) -> Answer | None:
        if isinstance(question, Tunnel) and question.login != "none":
            return reply
        return SystemLookup(("203.0.113.7",)) if isinstance(question, Lookup) else None

    prober = Scripted(script)
    proxy = changed(OURS, scheme=scheme, login=True)
    evidence = look(prober, *three_hundred(), proxy=proxy)
    assert logins_tried(prober) == most
    told = [trail for trail in evidence.run.trails if any(one.startswith("tunnel-") for one in trail.walk)]
    assert len(told) == 300


BASIC, DIGEST = Header("proxy-authenticate", "Basic"), Header("proxy-authenticate", "Digest")


@pytest.mark.parametrize(
    ("reply", "most"),
    [
        (HttpReply(status=407, headers=(BASIC,)), 1),
        (HttpReply(status=407, headers=(DIGEST,)), 2),
        (HttpReply("timed_out"), 3),
    ],
)
def test_a_wrong_password_is_tried_a_handful_of_times_for_three_hundred_plain_endpoints(reply: HttpReply, most: int) -> None:
    prober = Scripted(lambda question: reply if isinstance(question, Exchange) and question.login != "none" else None)
    plain = [parse_endpoint(f"http://s{number:03}.example") for number in range(300)]
    evidence = look(prober, *plain, proxy=changed(OURS, login=True))
    assert logins_tried(prober) == most
    assert all(any(one.startswith("exchange-") for one in trail.walk) for trail in evidence.run.trails)


def test_a_wrong_password_for_both_kinds_of_endpoints() -> None:
    def script(question: Question) -> Answer | None:
        if isinstance(question, Tunnel) and question.login != "none":
            return TunnelReply("tunnel_refused", 407, headers=(BASIC,))
        return HttpReply(status=407, headers=(BASIC,)) if isinstance(question, Exchange) and question.login != "none" else None

    prober = Scripted(script)
    plain = [parse_endpoint(f"http://s{number:03}.example") for number in range(150)]
    evidence = look(prober, *three_hundred()[:150], *plain, proxy=changed(OURS, login=True))
    assert logins_tried(prober) == 2
    for trail in evidence.run.trails:
        kinds = {one.partition("-")[0] for one in trail.walk}
        assert kinds & {"tunnel", "exchange"} == ({"tunnel"} if trail.endpoint.speaks_tls else {"exchange"})


def test_what_a_check_asks_is_asked_with_the_login_that_worked_and_is_seen_by_it() -> None:
    def script(question: Question) -> Answer | None:
        if isinstance(question, Tunnel) and question.login == "basic":
            return TunnelReply("tunnel_refused", 407, headers=(DIGEST,))
        return SystemLookup(("203.0.113.7",)) if isinstance(question, Lookup) else None

    prober = Scripted(script)
    evidence = look(prober, SERVICE, proxy=None, also=(changed(TO_PROXY, login="basic"),))
    followed = [evidence.by_id[one].question for one in evidence.run.trails[0].followed]
    assert changed(TO_PROXY, login="digest") in followed
    assert changed(TO_PROXY, login="basic") in followed


def test_a_login_that_is_accepted_is_used_for_all() -> None:
    prober = Scripted()
    look(prober, *three_hundred(), proxy=changed(OURS, login=True))
    assert logins_tried(prober) == 300
