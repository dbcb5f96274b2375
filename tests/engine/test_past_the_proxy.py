"""What is asked beside the way through a proxy: nothing past it where that is not wanted."""

import asyncio
from collections.abc import Iterable

import msgspec
import pytest

from diag.engine.investigate import investigate
from diag.model.address import Address, Authority
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint import Endpoint, Expectations, ExpectedRoute, parse_endpoint
from diag.model.endpoint_view import EndpointView
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
    curious = msgspec.structs.replace(CURIOUS, questions=lambda case: (*_wants(case), *also))
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
