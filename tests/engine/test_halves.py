"""Each address of a name is looked at by itself, and what the system does not find is looked at through those who do."""

from datetime import timedelta
from typing import Any

import dns.message
import dns.rrset
import pytest
from msgspec.structs import replace

from diag.engine.walk import halves_of
from diag.knowledge.each_address import address_of, at_each_address
from diag.model.address import Address
from diag.model.answer import Connection, DnsReply, HoldEnd, Session, SystemLookup, TcpInfo
from diag.model.endpoint import parse_endpoint
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.machine import Resolvers
from diag.model.observation import Answer
from diag.model.question import Connect, Handshake, Hold, Inspect, Lookup, Question, Topic
from diag.model.run import Evidence
from diag.model.verdict import Confidence, Finding, ok, problem
from tests.engine.scripted import Script, Scripted
from tests.engine.test_investigate import PROXIED, SERVICE, asked, look

RESOLVER = Address("10.0.0.53", 53)


def dialled_to(*hosts: str) -> list[Connect]:
    return [Connect(Address(host, 443)) for host in hosts]


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ([], []),
        (["10.0.0.1"], []),
        (["10.0.0.1", "10.0.0.2"], ["10.0.0.1", "10.0.0.2"]),
        (["10.0.0.1", "10.0.0.2", "2001:db8::1"], ["10.0.0.1", "2001:db8::1", "10.0.0.2"]),
        (["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "2001:db8::1"], ["10.0.0.1", "2001:db8::1"]),
        (["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"], ["10.0.0.1", "10.0.0.2"]),
    ],
)
def test_one_of_each_family_is_looked_at_and_few_of_many(accepted: list[str], chosen: list[str]) -> None:
    assert sorted(one.address.host for one in halves_of(dialled_to(*accepted))) == sorted(chosen)


def test_the_walk_does_not_wait_for_the_other_half_and_it_is_no_part_of_it() -> None:
    other = Connect(Address("10.0.0.2", 443))
    prober = Scripted(
        lambda q: Session("timed_out") if isinstance(q, Handshake) and q.over == other else None,
        delay=lambda q: 0.2 if isinstance(q, Handshake) and q.over == other else 0.0,
    )
    view = view_of(look(SERVICE, prober=prober))
    assert view.session is not None
    assert view.session.answer.finished
    assert {host: seen.answer.failure for host, seen in view.sessions_by_address.items()} == {
        "10.0.0.1": "",
        "10.0.0.2": "timed_out",
    }
    assert list(view.sessions_by_address) == ["10.0.0.1", "10.0.0.2"]
    half = view.sessions_by_address["10.0.0.2"].observation
    assert half.id not in view.trail.walk
    assert view.exchange is not None
    assert view.exchange.observation.began - half.began < timedelta(seconds=0.2)


@pytest.mark.parametrize(
    ("elsewhere", "judged"),
    [({}, 1), ({"chain": (b"another",)}, 2), ({"staple": b"another"}, 2), ({"failure": "reset", "finished": False}, 2)],
)
def test_what_an_address_presents_like_the_first_is_judged_once(elsewhere: dict[str, Any], judged: int) -> None:
    at = ("10.0.0.1", "10.0.0.2")
    same = Session(finished=True, chain=(b"the same",))
    other = Connect(Address("10.0.0.2", 443))
    script = Scripted(lambda q: (replace(same, **elsewhere) if q.over == other else same) if isinstance(q, Handshake) else None)
    view = view_of(look(SERVICE, prober=script))
    seen: list[str] = []

    def fine(one: EndpointView) -> Finding:
        seen.append(address_of(one))
        assert one.session is not None
        return ok(one.session.observation)

    def faulty(one: EndpointView) -> Finding:
        assert one.session is not None
        return problem(one.session.observation, about="it", confidence=Confidence.CERTAIN)

    assert at_each_address(fine)(view).cites == (view.sessions_by_address[at[0]].observation.id,)
    assert seen == list(at[:judged])
    fault = at_each_address(faulty)(view)
    assert fault.facts["at"] == at
    assert fault.cites == tuple(view.sessions_by_address[host].observation.id for host in at)


def test_behind_a_proxy_no_half_is_looked_at() -> None:
    prober = Scripted()
    view = view_of(look(SERVICE, prober=prober, route=PROXIED))
    assert len(asked(prober, Handshake)) == 1
    assert view.sessions_by_address == {}


def lending(addresses: tuple[str, ...], system: Answer) -> Script:
    """A machine whose own lookup goes as given, beside a resolver that knows these addresses."""

    def script(question: Question) -> Answer | None:
        if isinstance(question, Inspect) and question.topic is Topic.RESOLVERS:
            return Resolvers((RESOLVER,))
        if not isinstance(question, Lookup):
            return None
        if question.server is None:
            return system
        return DnsReply(message=answer(question, addresses if question.record == "A" else ()))

    return script


def answer(question: Lookup, addresses: tuple[str, ...]) -> bytes:
    asking = dns.message.make_query(question.name, question.record)
    told = dns.message.make_response(asking)
    if addresses:
        told.answer.append(dns.rrset.from_text(f"{question.name}.", 60, "IN", question.record, *addresses))
    return told.to_wire()


@pytest.mark.parametrize("system", [SystemLookup(failure="timed_out"), SystemLookup(failure="name_not_found")])
def test_where_the_system_finds_nothing_what_a_resolver_knows_is_dialled(system: SystemLookup) -> None:
    prober = Scripted(lending(("10.0.9.9",), system))
    evidence = look(SERVICE, prober=prober)
    view = view_of(evidence)
    assert view.addresses == ("10.0.9.9",)
    assert view.exchange is not None
    assert (view.reached, view.arrived, view.stopped) == (Stage.LOOKUP, False, True), "programs here do not get there"
    lent = [evidence.by_id[id].question for id in view.trail.lent]
    assert lent == [Lookup("service.example", RESOLVER, "A")]


def test_where_the_system_answers_nothing_is_lent() -> None:
    evidence = look(SERVICE, prober=Scripted(lending(("10.0.9.9",), SystemLookup(("10.0.0.1",)))))
    assert view_of(evidence).trail.lent == ()
    assert view_of(evidence).addresses == ("10.0.0.1",)


def test_a_mere_connection_has_no_halves() -> None:
    prober = Scripted(lambda q: Connection() if isinstance(q, Connect) else None)
    view = view_of(look(parse_endpoint("tcp://service.example:5432"), prober=prober))
    assert asked(prober, Handshake) == []
    assert view.watched is not None
    assert (view.arrived, view.hung_up) == (True, False)


def test_a_mere_connection_that_is_reset_at_once_is_no_arrival() -> None:
    ended = HoldEnd("reset", 0.01, tcp=TcpInfo(7, bytes_received=1))
    prober = Scripted(lambda q: ended if isinstance(q, Hold) else None)
    view = view_of(look(parse_endpoint("tcp://service.example:5432"), prober=prober))
    assert (view.hung_up, view.arrived, view.stopped, view.reached) == (True, False, True, Stage.CONNECT)


def view_of(evidence: Evidence) -> EndpointView:
    return EndpointView(evidence, evidence.run.trails[0])


def test_what_goes_on_to_speak_is_not_watched() -> None:
    for url in ("tls://service.example:8883", "https://service.example", "http://service.example"):
        prober = Scripted()
        look(parse_endpoint(url), prober=prober)
        assert asked(prober, Hold) == [], url
