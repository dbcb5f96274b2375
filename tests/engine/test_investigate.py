"""An investigation walks each endpoint once, asks what checks want, keeps its limits and survives our own bugs."""

import asyncio
from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from diag.engine.investigate import investigate
from diag.engine.progress import Progress
from diag.model.address import Address, Authority
from diag.model.answer import Connection, DnsReply, SystemLookup, TunnelReply, UpgradeReply
from diag.model.check import AnyCheck, EndpointCheck, Sentences
from diag.model.endpoint import Endpoint, Expectations, parse_endpoint
from diag.model.endpoint_view import EndpointView, RunView, Stage
from diag.model.machine import Resolvers
from diag.model.observation import FaultKind, Unsupported
from diag.model.question import Connect, Exchange, Handshake, Inspect, Lookup, Question, Topic, Tunnel, Upgrade, carrier, dialled
from diag.model.route import ProxyAddress, Route, RouteReason
from diag.model.run import Control, Evidence, Limits, Trials
from diag.model.verdict import Owner, ok
from tests.engine.scripted import Scripted

SERVICE = parse_endpoint("https://service.example")
DIRECT = Route(RouteReason.NOTHING_SET)
PROXIED = Route(RouteReason.OPTION, ProxyAddress("proxy.example", 3128, login=True))
CURIOUS = EndpointCheck(
    id="test-curious",
    owner=Owner.NETWORK,
    article="A check that asks.",
    sentences=Sentences(title="", seen="", means="", remedy=()),
    judge=lambda case: ok(case.observations[0]),
)


def look(
    *endpoints: Endpoint,
    prober: Scripted,
    checks: Iterable[AnyCheck] = (),
    route: Route = DIRECT,
    limits: Limits | None = None,
    stop_after: float | None = None,
    watch: list[Progress] | None = None,
    ask_system: bool = True,
    trials: Trials | None = None,
    controls: Iterable[Control] = (),
) -> Evidence:
    async def run() -> Evidence:
        stop = asyncio.Event()
        if stop_after is not None:
            asyncio.get_running_loop().call_later(stop_after, stop.set)
        return await investigate(
            endpoints,
            prober=prober,
            checks=tuple(checks),
            choose=lambda endpoint, proxies: route,
            tool="test",
            limits=limits,
            stop=stop,
            watch=(watch if watch is not None else []).append,
            ask_system=ask_system,
            trials=trials,
            controls=tuple(controls),
        )

    return asyncio.run(run())


def asked(prober: Scripted, *kinds: type[Question]) -> list[Question]:
    return [question for question in prober.asked if isinstance(question, kinds)]


def test_a_walk_goes_from_lookup_to_exchange_over_one_chain_of_connections() -> None:
    prober = Scripted()
    evidence = look(SERVICE, prober=prober)
    case = EndpointView(evidence, evidence.run.trails[0])
    first = Connect(Address("10.0.0.1", 443))
    handshake = Handshake(first, "service.example")
    other = replace(handshake, over=Connect(Address("10.0.0.2", 443)))
    assert asked(prober, Exchange) == [Exchange(over, Authority("service.example", 443)) for over in (handshake, other)]
    walk = [Lookup, Connect, Connect, Handshake, Exchange]
    assert [type(seen.question) for seen in case.observations] == [*walk, Handshake, Exchange]
    assert case.reached is Stage.HANDSHAKE, "nothing was presented, so a client would have stopped there"
    assert len(evidence.run.machine) == len(Topic)
    assert prober.closed


def test_every_resolver_is_asked_by_itself_beside_the_system() -> None:
    servers = (Address("10.0.0.53", 53), Address("10.0.1.53", 53))

    def script(question: Question) -> object:
        if isinstance(question, Inspect) and question.topic is Topic.RESOLVERS:
            return Resolvers(servers)
        return DnsReply(failure="timed_out") if isinstance(question, Lookup) and question.server else None

    prober = Scripted(script)
    evidence = look(SERVICE, prober=prober)
    walk = [evidence.by_id[i].question for i in evidence.run.trails[0].walk]
    assert walk[:5] == [
        Lookup("service.example"),
        *(Lookup("service.example", server, record) for server in servers for record in ("A", "AAAA")),
    ]


def test_a_literal_and_localhost_ask_no_resolver() -> None:
    resolvers = Resolvers((Address("10.0.0.53", 53),))
    prober = Scripted(lambda q: resolvers if q == Inspect(Topic.RESOLVERS) else None)
    look(parse_endpoint("https://127.0.0.1"), parse_endpoint("https://localhost"), prober=prober)
    assert asked(prober, Lookup) == [Lookup("localhost")]


def test_asking_twice_is_asking_once() -> None:
    prober = Scripted()
    evidence = look(SERVICE, replace_role(SERVICE, "STAGE"), prober=prober)
    assert len(asked(prober, Handshake)) == 2, "one with each address"
    assert evidence.run.trails[0].walk == evidence.run.trails[1].walk


def test_twelve_endpoints_through_one_proxy_dial_it_by_its_name_and_send_no_login_twice_once_it_was_refused() -> None:
    endpoints = [parse_endpoint(f"https://s{n}.example") for n in range(12)]
    prober = Scripted(lambda q: TunnelReply(failure="tunnel_refused", status=407) if isinstance(q, Tunnel) else None)
    evidence = look(*endpoints, prober=prober, route=PROXIED)
    assert asked(prober, Lookup) == [Lookup("proxy.example")]
    assert len(asked(prober, Tunnel)) == 1
    cases = [EndpointView(evidence, trail) for trail in evidence.run.trails]
    assert all(case.tunnel is not None and case.tunnel.answer.status == 407 for case in cases)


def test_plain_http_through_a_proxy_is_forwarded_in_absolute_form() -> None:
    prober = Scripted()
    look(parse_endpoint("http://service.example/x"), prober=prober, route=PROXIED)
    (exchange,) = asked(prober, Exchange)
    assert isinstance(exchange, Exchange)
    assert exchange.target == "http://service.example:80/x"
    assert isinstance(exchange.over, Connect)
    assert not asked(prober, Tunnel, Handshake)


@pytest.mark.parametrize(
    ("scheme", "target"),
    [("socks4", "10.0.0.7"), ("socks5", "2001:db8::7"), ("socks4a", "service.example"), ("socks5h", "service.example")],
)
def test_a_socks_proxy_is_asked_for_what_its_protocol_can_carry(scheme: str, target: str) -> None:
    addresses = SystemLookup(("2001:db8::7", "10.0.0.7"))
    prober = Scripted(lambda question: addresses if question == Lookup("service.example") else None)
    look(SERVICE, prober=prober, route=Route(RouteReason.OPTION, ProxyAddress("proxy.example", 1080, scheme)))
    assert [one.target.host for one in asked(prober, Tunnel) if isinstance(one, Tunnel)] == [target]


@pytest.mark.parametrize("route", [DIRECT, PROXIED])
def test_a_protocol_that_goes_over_to_tls_is_asked_for_it_before_the_handshake(route: Route) -> None:
    prober = Scripted()
    evidence = look(parse_endpoint("postgres://service.example"), prober=prober, route=route)
    handshake, *halves = asked(prober, Handshake)
    assert isinstance(handshake, Handshake)
    assert [dialled(half).host for half in halves] == ([] if route.proxy else ["10.0.0.2"])
    assert handshake.alpn == ()
    assert isinstance(handshake.over, Upgrade)
    assert handshake.over.protocol == "postgres"
    assert isinstance(carrier(handshake), Tunnel if route.proxy else Connect)
    case = EndpointView(evidence, evidence.run.trails[0])
    assert case.upgrade is not None
    assert case.session is not None
    assert (case.reached, case.has(Stage.UPGRADE)) == (Stage.HANDSHAKE, True)
    assert not asked(prober, Exchange)


def test_a_walk_ends_where_a_server_does_not_go_over_to_tls() -> None:
    prober = Scripted(lambda q: UpgradeReply("upgrade_refused", refusal="not_offered") if isinstance(q, Upgrade) else None)
    evidence = look(parse_endpoint("imap://service.example"), prober=prober)
    case = EndpointView(evidence, evidence.run.trails[0])
    assert (case.reached, case.arrived, case.stopped) == (Stage.UPGRADE, False, True)
    assert not asked(prober, Handshake)


def test_the_walk_goes_on_over_the_address_that_answers_and_still_sees_the_one_that_does_not() -> None:
    dead = Connect(Address("10.0.0.1", 443))
    prober = Scripted(lambda q: Connection(failure="timed_out") if q == dead else None, lambda q: 0.05 if q == dead else 0)
    evidence = look(SERVICE, prober=prober)
    case = EndpointView(evidence, evidence.run.trails[0])
    assert case.session is not None
    assert case.session.question.over == Connect(Address("10.0.0.2", 443))
    assert [seen.answer.failure for seen in case.dials] == ["timed_out", ""]


def test_named_resolvers_stand_in_for_the_system() -> None:
    prober = Scripted(lambda q: DnsReply(failure="name_not_found") if isinstance(q, Lookup) else None)
    look(SERVICE, prober=prober, ask_system=False)
    assert not [q for q in asked(prober, Lookup) if q == Lookup("service.example")]


def test_checks_may_ask_in_rounds_that_see_each_others_answers_and_end() -> None:
    def questions(case: EndpointView) -> Iterable[Question]:
        ports = [seen.question.address.port for seen in case.connections]
        return [Connect(Address("10.0.0.1", max(ports) + 1))]

    evidence = look(SERVICE, prober=Scripted(), checks=[replace(CURIOUS, questions=questions)])
    *halves, one, two, three = [evidence.by_id[i].question for i in evidence.run.trails[0].followed]
    followed = [one, two, three]
    assert [type(half) for half in halves] == [Handshake, Exchange]
    assert followed == [Connect(Address("10.0.0.1", port)) for port in (444, 445, 446)]


def test_a_question_on_a_failed_connection_is_not_asked() -> None:
    refused = Connect(Address("10.0.0.1", 444))
    prober = Scripted(lambda q: Connection(failure="refused") if q == refused else None)
    wish = Handshake(refused, "x.example")
    evidence = look(SERVICE, prober=prober, checks=[replace(CURIOUS, questions=lambda case: [wish])])
    assert wish not in prober.asked
    assert wish not in evidence.by_question
    assert refused in evidence.by_question


def test_a_check_that_raises_while_asking_costs_only_its_own_questions() -> None:
    def broken(case: EndpointView) -> Iterable[Question]:
        raise RuntimeError("ours")

    more = Connect(Address("10.0.0.1", 80))
    checks = [replace(CURIOUS, questions=broken), replace(CURIOUS, questions=lambda case: [more])]
    evidence = look(SERVICE, prober=Scripted(), checks=checks)
    assert more in evidence.by_question


@pytest.mark.parametrize(
    ("raised", "kind", "detail"),
    [(ValueError("secret text"), FaultKind.BROKEN, "ValueError at "), (Unsupported("no such"), FaultKind.UNSUPPORTED, "no such")],
)
def test_a_probe_that_breaks_costs_its_own_answer_and_keeps_the_message_out(
    raised: Exception, kind: FaultKind, detail: str
) -> None:
    evidence = look(SERVICE, prober=Scripted(lambda q: raised if isinstance(q, Handshake) else None))
    faults = [seen.fault for seen in evidence.observations if seen.fault]
    assert {fault.kind for fault in faults} == {kind}
    assert all(fault.detail.startswith(detail) and "secret" not in fault.detail for fault in faults)


def test_the_deadline_ends_the_run_and_says_so() -> None:
    prober = Scripted(delay=lambda q: 60.0 if isinstance(q, Connect) else 0)
    evidence = look(SERVICE, prober=prober, limits=Limits(deadline=0.1))
    faults = {seen.fault.kind for seen in evidence.observations if seen.fault}
    assert faults == {FaultKind.DEADLINE}
    assert not evidence.run.interrupted
    assert prober.closed


def test_stopping_keeps_what_was_seen() -> None:
    prober = Scripted(delay=lambda q: 60.0 if isinstance(q, Handshake) else 0)
    evidence = look(SERVICE, prober=prober, stop_after=0.1)
    assert evidence.run.interrupted
    assert Lookup("service.example") in evidence.by_question
    assert {seen.fault.kind for seen in evidence.observations if seen.fault} == {FaultKind.INTERRUPTED}


def test_no_more_questions_are_under_way_than_allowed() -> None:
    endpoints = [parse_endpoint(f"https://10.0.1.{n}") for n in range(1, 40)]
    prober = Scripted(delay=lambda q: 0.001)
    look(*endpoints, prober=prober, limits=Limits(in_flight=5))
    assert prober.most_at_once == 5


def test_progress_is_told_stage_by_stage() -> None:
    seen: list[Progress] = []
    look(SERVICE, prober=Scripted(), watch=seen)
    assert [event.stage for event in seen if not event.finished] == [Stage.LOOKUP, Stage.CONNECT, Stage.HANDSHAKE, Stage.EXCHANGE]
    assert seen[-1] == Progress(str(SERVICE), Stage.HANDSHAKE, finished=True)


def test_a_name_without_address_ends_the_walk_at_the_lookup() -> None:
    prober = Scripted(lambda q: SystemLookup(failure="name_not_found") if isinstance(q, Lookup) else None)
    evidence = look(SERVICE, prober=prober)
    assert EndpointView(evidence, evidence.run.trails[0]).reached is Stage.LOOKUP
    assert not asked(prober, Connect)


def replace_role(endpoint: Endpoint, role: str) -> Endpoint:
    return Endpoint(endpoint.host, endpoint.port, endpoint.scheme, role, endpoint.path, Expectations())


def test_a_control_is_looked_up_and_dialled_once_and_no_more() -> None:
    prober = Scripted()
    control = Authority("good.example", 8443)
    evidence = look(SERVICE, prober=prober, controls=(Control(control),))
    (seen,) = evidence.run.controls
    assert seen.authority == control
    assert [evidence.by_id[i].question for i in seen.seen] == [Lookup("good.example"), Connect(Address("10.0.0.1", 8443))]
    (case,) = RunView(evidence).cases
    assert [dial.question.address.port for dial in case.control_dials] == [8443]
    assert not [dial for dial in case.connections if dial.question.address.port == 8443]


def test_nobody_is_dialled_for_comparison_unless_named() -> None:
    prober = Scripted()
    evidence = look(SERVICE, prober=prober)
    assert evidence.run.controls == ()
    assert {question.address.port for question in asked(prober, Connect) if isinstance(question, Connect)} == {443}


def test_a_repeated_walk_is_asked_anew_from_the_lookup_on() -> None:
    prober = Scripted()
    evidence = look(SERVICE, prober=prober, trials=Trials(repeat=3, every=0.01))
    (case,) = RunView(evidence).cases
    assert [walk.lookup.question.attempt for walk in case.walks if walk.lookup] == [0, 1, 2]
    assert [{dial.question.attempt for dial in walk.dials} for walk in case.walks] == [{0}, {1}, {2}]
    assert all(walk.session for walk in case.walks)
    assert len(asked(prober, Handshake)) == 4, "one a walk, and once one with the other address"
    assert len(asked(prober, Inspect)) == len(Topic)
    assert [seen.question.attempt for seen in case.dials] == [0, 0]
