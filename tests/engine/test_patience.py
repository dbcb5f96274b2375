"""A further look has less time than a first one, and never so little that a late answer counts as silence."""

import asyncio
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from diag.engine.investigate import investigate
from diag.engine.timeouts import Patience
from diag.model.address import Address, Authority
from diag.model.answer import Connection, DnsReply, SystemLookup
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint import parse_endpoint
from diag.model.question import Connect, Exchange, Handshake, Lookup, Question, Tunnel
from diag.model.route import Route, RouteReason
from diag.model.run import Control, Limits
from diag.model.verdict import Owner, ok
from tests.engine.scripted import Scripted

THERE = Address("10.0.0.1", 443)
SERVER = Address("10.0.0.53", 53)
SERVICE = Authority("service.example", 443)
WAY = Connect(THERE)
ASKED = Lookup("service.example", SERVER, "A")


@pytest.mark.parametrize(
    "question",
    [WAY, Handshake(WAY), Tunnel(WAY, SERVICE, SERVICE), ASKED],
    ids=lambda question: type(question).__name__,
)
def test_what_is_answered_at_once_or_never_gets_less_time_the_second_time(question: Question) -> None:
    patience = Patience(5.0)
    assert patience.of(question, further=False) == 5.0
    assert patience.of(question, further=True) == 3.5


def test_a_request_is_thought_about_and_gets_the_whole_time() -> None:
    assert Patience(5.0).of(Exchange(WAY, SERVICE), further=True) == 5.0


@pytest.mark.parametrize("further", [False, True])
def test_the_system_has_the_time_to_repeat_a_question_that_was_lost(further: bool) -> None:
    assert Patience(5.0).of(Lookup("service.example"), further=further) > 5.0 + 1.0


def test_on_a_slow_way_a_further_look_gets_the_whole_time() -> None:
    patience = Patience(5.0)
    patience.learn(WAY, Connection(), 0.8)
    assert patience.of(Handshake(WAY), further=True) == 3.5
    patience.learn(WAY, Connection(), 0.9)
    patience.learn(WAY, Connection(), 0.1)
    assert patience.of(WAY, further=True) == 5.0
    assert patience.of(Handshake(WAY), further=True) == 5.0, "it has to go the same way, some times over"
    assert patience.of(ASKED, further=True) == 3.5, "resolvers were not slow"


@pytest.mark.parametrize(
    ("answer", "time"),
    [
        (DnsReply(failure="server_failure"), 5.0),
        (DnsReply(failure="timed_out"), 3.5),
    ],
    ids=["a late no", "silence"],
)
def test_a_late_no_is_an_answer_and_silence_is_none(answer: DnsReply, time: float) -> None:
    patience = Patience(5.0)
    patience.learn(ASKED, answer, 4.9)
    assert patience.of(replace(ASKED, checking_disabled=True), further=True) == time


def test_that_the_system_looks_names_up_slowly_says_nothing_of_its_resolvers() -> None:
    patience = Patience(5.0)
    patience.learn(Lookup("service.example"), SystemLookup(("10.0.0.1",)), 4.0)
    assert patience.of(ASKED, further=True) == 3.5


@pytest.mark.parametrize(("timeout", "further"), [(2.0, 2.0), (4.0, 3.5), (10.0, 7.0)])
def test_the_time_follows_what_was_set(timeout: float, further: float) -> None:
    assert Patience(timeout).of(WAY, further=True) == further


def test_first_looks_and_hosts_known_to_be_good_have_the_whole_time_and_what_checks_ask_has_less() -> None:
    beside, control = Connect(Address("10.0.0.1", 80)), Connect(Address("10.0.0.1", 8443))
    prober = Scripted(lambda question: Connection(failure="timed_out") if isinstance(question, Connect) else None)
    look(prober, wanted=[beside], controls=[Control(Authority("good.example", 8443))])
    assert prober.patience[WAY] == 5.0
    assert prober.patience[control] == 5.0
    assert prober.patience[beside] == 3.5


def look(prober: Scripted, *, wanted: Sequence[Question], controls: Sequence[Control] = (), limits: Limits | None = None) -> None:
    check = EndpointCheck(
        id="test-curious",
        owner=Owner.NETWORK,
        article="A check that asks.",
        sentences=Sentences(title="", seen="", means="", remedy=()),
        judge=lambda case: ok(case.observations[0]),
        questions=lambda case: wanted,
    )
    asyncio.run(
        investigate(
            [parse_endpoint("https://service.example")],
            prober=prober,
            checks=[check],
            choose=lambda endpoint, proxies: Route(RouteReason.NOTHING_SET),
            tool="test",
            limits=limits,
            controls=controls,
        )
    )
