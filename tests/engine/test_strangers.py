"""An address that nobody named is dialled for comparison only where that is allowed; what a name stands for always may be."""

import asyncio
from collections.abc import Iterable

import pytest

from diag.engine.investigate import investigate
from diag.model.address import Address, Authority
from diag.model.answer import SystemLookup
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint import parse_endpoint
from diag.model.endpoint_view import EndpointView
from diag.model.observation import Answer
from diag.model.question import Connect, Handshake, Lookup, Question
from diag.model.route import Route, RouteReason
from diag.model.run import Control, Limits
from diag.model.verdict import Owner, ok
from tests.engine.scripted import Scripted

STRANGER = Connect(Address("192.0.2.1", 443))
OTHER_PORT = Connect(Address("10.0.0.1", 80))
GIVEN = Connect(Address("203.0.113.7", 80))
KNOWN_GOOD = Connect(Address("203.0.113.9", 80))
ISSUER = Connect(Address("198.51.100.4", 80))


def _wants(case: EndpointView) -> Iterable[Question]:
    yield from (STRANGER, Handshake(STRANGER), OTHER_PORT, GIVEN, KNOWN_GOOD, Lookup("issuer.example"))
    if case.asked(Lookup("issuer.example")):
        yield ISSUER


CURIOUS = EndpointCheck(
    id="test-curious",
    owner=Owner.NETWORK,
    article="A check that asks.",
    sentences=Sentences(title="", seen="", means="", remedy=()),
    judge=lambda case: ok(case.observations[0]),
    questions=_wants,
)


def _names(question: Question) -> Answer | None:
    return SystemLookup(("198.51.100.4",)) if question == Lookup("issuer.example") else None


@pytest.mark.parametrize("allowed", [True, False])
def test_strangers_are_dialled_only_where_that_is_allowed(allowed: bool) -> None:
    prober = Scripted(_names)
    asyncio.run(
        investigate(
            [parse_endpoint("https://service.example"), parse_endpoint("https://203.0.113.7")],
            prober=prober,
            checks=[CURIOUS],
            choose=lambda endpoint, proxies: Route(RouteReason.NOTHING_SET),
            tool="test",
            limits=Limits(canary=allowed),
            controls=[Control(Authority("203.0.113.9", 443))],
        )
    )
    assert (STRANGER in prober.asked) is allowed
    assert (Handshake(STRANGER) in prober.asked) is allowed
    assert {OTHER_PORT, GIVEN, KNOWN_GOOD, ISSUER} <= set(prober.asked)
