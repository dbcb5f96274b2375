"""Routes that are left to a proxy script: the script is found, fetched and asked before the walk, once for all who need it."""

import asyncio
import io
from collections.abc import Callable

import pytest

from checks import CATALOGUE
from diag.engine.investigate import investigate
from diag.engine.judge import judge
from diag.knowledge.pac import domains_of
from diag.model.address import Address
from diag.model.answer import Connection, Header, PacReply, PacResult, Session, SystemLookup, TunnelReply
from diag.model.diagnosis import Outcome
from diag.model.endpoint import Endpoint, parse_endpoint
from diag.model.machine import Proxies, ProxySetting, Resolvers
from diag.model.observation import Answer, Unsupported
from diag.model.question import Connect, EvaluatePac, Handshake, Inspect, Lookup, Question, Script, Topic, Tunnel
from diag.model.route import ProxyAddress, Route, RouteReason, ScriptWay
from diag.model.run import Evidence, Limits
from diag.model.script import Flaw, ScriptAddress
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.layout.page import open_page
from tests.engine.scripted import Scripted

SERVICE = parse_endpoint("https://service.example/private/path")
PAC = ScriptAddress("http", "pac.example", 8080, "/proxy.pac")
FILE = ScriptAddress("file", path="/etc/proxy.pac")
OURS = ProxyAddress("proxy.example", 3128)
OTHER = ProxyAddress("other.example", 3128)
LIES = PacReply(status=200, size=9)
NAMES_OURS = PacResult(ways=(ScriptWay(OURS), ScriptWay(OTHER), ScriptWay()))
Told = Callable[[Question], Answer | BaseException | None]


def look(told: Told, *endpoints: Endpoint, script: ScriptAddress | None = PAC, obeyed: bool = True) -> tuple[Evidence, Scripted]:
    route = Route(RouteReason.SCRIPT, source="--pac", script=script) if obeyed else Route(RouteReason.NOTHING_SET)
    prober = Scripted(told)
    evidence = asyncio.run(
        investigate(
            endpoints or (SERVICE,),
            prober=prober,
            checks=(),
            choose=lambda endpoint, proxies: route,
            tool="test",
            limits=Limits(),
        )
    )
    return evidence, prober


def told(**answers: Answer | BaseException) -> Told:
    """The answers to each kind of question; others are healthy."""

    def answer(question: Question) -> Answer | BaseException | None:
        usual = {"script": LIES, "steer": NAMES_OURS}
        return (usual | answers).get(question.__struct_config__.tag)

    return answer


def route_of(evidence: Evidence) -> Route:
    (trail,) = evidence.run.trails
    assert trail.route
    return trail.route


def test_the_first_way_is_taken_and_the_walk_goes_there() -> None:
    evidence, prober = look(told())
    assert route_of(evidence) == Route(RouteReason.SCRIPT, OURS, "--pac", script=PAC)
    kinds = [type(question) for question in prober.asked if not isinstance(question, Inspect)]
    assert kinds.index(EvaluatePac) < kinds.index(Tunnel)
    evaluate_pac = next(question for question in prober.asked if isinstance(question, EvaluatePac))
    assert (evaluate_pac.script.over, evaluate_pac.scheme, evaluate_pac.path) == (
        Connect(Address("10.0.0.1", 8080)),
        "https",
        "/",
    )
    assert Lookup("pac.example") in prober.asked
    asked = [evidence.by_id[i].question for i in evidence.run.trails[0].steered]
    assert [type(question) for question in asked] == [Lookup, Connect, Script, EvaluatePac, Lookup, Connect, Connect]


def dead(*proxies: ProxyAddress) -> Told:
    """These proxies accept no connection; every name has the number in it as its address."""
    hosts = {proxy.host: f"10.0.0.{number}" for number, proxy in enumerate((OURS, OTHER), 7)}
    silent = {hosts[proxy.host] for proxy in proxies}

    def answer(question: Question) -> Answer | BaseException | None:
        match question:
            case Lookup(name=name) if name in hosts and question.server is None:
                return SystemLookup(addresses=(hosts[name],))
            case Connect(address=address) if address.host in silent:
                return Connection(failure="timed_out")
        return told()(question)

    return answer


@pytest.mark.parametrize(
    ("silent", "proxy", "passed_over"),
    [
        ((), OURS, ()),
        ((OURS,), OTHER, (OURS,)),
        ((OURS, OTHER), None, (OURS, OTHER)),
    ],
)
def test_a_proxy_that_accepts_no_connection_is_passed_over(
    silent: tuple[ProxyAddress, ...], proxy: ProxyAddress | None, passed_over: tuple[ProxyAddress, ...]
) -> None:
    route = route_of(look(dead(*silent))[0])
    assert (route.why, route.proxy, route.passed_over) == (RouteReason.SCRIPT, proxy, passed_over)


def test_where_no_way_is_open_it_is_the_first() -> None:
    def answer(question: Question) -> Answer | BaseException | None:
        if isinstance(question, EvaluatePac):
            return PacResult(ways=(ScriptWay(OURS), ScriptWay(OTHER)))
        return dead(OURS, OTHER)(question)

    route = route_of(look(answer)[0])
    assert (route.proxy, route.passed_over) == (OURS, ())


@pytest.mark.parametrize(
    ("answers", "script", "why"),
    [
        ({"steer": PacResult(ways=(ScriptWay(), ScriptWay(OURS)))}, PAC, RouteReason.SCRIPT),
        ({"steer": PacResult(Flaw.THREW)}, PAC, RouteReason.SCRIPT_FAILED),
        ({"steer": PacResult(Flaw.NONSENSE)}, PAC, RouteReason.SCRIPT_FAILED),
        ({"steer": Unsupported("no engine")}, PAC, RouteReason.SCRIPT_UNTRIED),
        ({"script": PacReply(Flaw.STATUS, status=404)}, PAC, RouteReason.SCRIPT_FAILED),
        ({"script": PacReply(Flaw.MISSING)}, FILE, RouteReason.SCRIPT_FAILED),
        ({"script": PacReply(status=302, moved=PAC)}, PAC, RouteReason.SCRIPT_FAILED),
    ],
)
def test_the_way_is_direct_where_the_script_says_so_or_is_of_no_use(
    answers: dict[str, Answer], script: ScriptAddress, why: RouteReason
) -> None:
    evidence, prober = look(told(**answers), script=script)
    assert route_of(evidence) == Route(why, None, "--pac", script=script)
    assert sum(isinstance(question, Script) for question in prober.asked) <= 1
    assert not any(isinstance(question, Tunnel) for question in prober.asked)


def test_names_that_a_script_wants_are_looked_up_and_it_is_asked_again() -> None:
    def answer(question: Question) -> Answer | None:
        match question:
            case Script():
                return LIES
            case EvaluatePac() if len(question.lookups) == 0:
                return PacResult(wants=("first.example", "second.example"))
            case EvaluatePac() if len(question.lookups) == 2:
                return PacResult(wants=("third.example",))
            case EvaluatePac():
                return NAMES_OURS
            case Lookup(name="second.example"):
                return SystemLookup(failure="name_not_found")
        return None

    evidence, prober = look(answer)
    assert route_of(evidence).proxy == OURS
    steers = [question for question in prober.asked if isinstance(question, EvaluatePac)]
    assert [len(question.lookups) for question in steers] == [0, 2, 3]
    assert {Lookup("first.example"), Lookup("second.example"), Lookup("third.example")} <= set(prober.asked)


def test_a_script_that_moved_is_followed_and_not_without_end() -> None:
    def answer(question: Question) -> Answer | None:
        if isinstance(question, Script):
            number = question.address.port + 1
            return LIES if number == 8083 else PacReply(status=302, moved=ScriptAddress("http", "pac.example", number, "/"))
        return NAMES_OURS if isinstance(question, EvaluatePac) else None

    assert route_of(look(answer)[0]).proxy == OURS
    endless, prober = look(
        lambda question: (
            PacReply(status=302, moved=ScriptAddress("http", "pac.example", question.address.port + 1, "/"))
            if isinstance(question, Script)
            else None
        )
    )
    assert route_of(endless).why is RouteReason.SCRIPT_FAILED
    assert sum(isinstance(question, Script) for question in prober.asked) == 4


def test_over_tls_the_script_is_fetched_after_a_handshake() -> None:
    secure = ScriptAddress("https", "pac.example", 443, "/")
    evidence, prober = look(told(), script=secure)
    assert Script(secure, Handshake(Connect(Address("10.0.0.1", 443)), "pac.example")) in prober.asked
    broken, _ = look(told(handshake=Session(failure="cut")), script=secure)
    assert (route_of(evidence).why, route_of(broken).why) == (RouteReason.SCRIPT, RouteReason.SCRIPT_FAILED)


def searching(*domains: str, found: str = "") -> Told:
    """A machine with these search domains; `found`: below which one `wpad` has an address."""

    def answer(question: Question) -> Answer | None:
        match question:
            case Inspect(topic=Topic.RESOLVERS):
                return Resolvers((Address("10.0.0.53", 53),), domains)
            case Lookup(name=name) if name.startswith("wpad."):
                return SystemLookup(("10.0.0.7",)) if name == f"wpad.{found}." else SystemLookup(failure="name_not_found")
            case Script():
                return LIES
            case EvaluatePac():
                return NAMES_OURS
        return None

    return answer


def test_a_script_is_found_below_the_search_domains_in_their_order() -> None:
    evidence, prober = look(searching("a.corp.example", "corp.example", found="corp.example"), script=None)
    assert route_of(evidence) == Route(RouteReason.SCRIPT, OURS, "--pac", script=ScriptAddress("wpad", "wpad.corp.example", 80))
    names = [question.name for question in prober.asked if isinstance(question, Lookup) and "wpad" in question.name]
    assert names == ["wpad.a.corp.example.", "wpad.corp.example."]


@pytest.mark.parametrize("reply", [PacReply(Flaw.STATUS, status=404), PacReply(Flaw.PAGE, status=200)])
def test_what_lies_at_a_found_name_and_is_no_script_counts_as_none(reply: PacReply) -> None:
    told = searching("corp.example", found="corp.example")
    evidence, _ = look(lambda question: reply if isinstance(question, Script) else told(question), script=None)
    assert route_of(evidence) == Route(RouteReason.NOTHING_DETECTED, None, "--pac")


def test_where_none_is_found_the_way_is_direct_and_nobody_else_was_asked() -> None:
    evidence, prober = look(searching("a.corp.example", "com", "co.uk"), script=None)
    assert route_of(evidence) == Route(RouteReason.NOTHING_DETECTED, None, "--pac")
    assert [question.name for question in prober.asked if isinstance(question, Lookup) and "wpad" in question.name] == [
        "wpad.a.corp.example."
    ]


@pytest.mark.parametrize(
    ("search", "asked"),
    [
        (("corp.example",), ("corp.example",)),
        (("corp.example.",), ("corp.example",)),
        (("com", "lan", "."), ()),
        (("co.uk", "com.au", "org.br", "ac.at"), ()),
        (("acme.co.uk", "acme.de"), ("acme.co.uk", "acme.de")),
        (tuple(f"d{n}.example" for n in range(20)), tuple(f"d{n}.example" for n in range(6))),
    ],
)
def test_nobody_is_asked_below_a_domain_in_which_strangers_may_be(search: tuple[str, ...], asked: tuple[str, ...]) -> None:
    assert domains_of(search) == asked


def on_a_desktop(connects: str, **more: Answer) -> Told:
    def answer(question: Question) -> Answer | BaseException | None:
        if isinstance(question, Inspect) and question.topic is Topic.PROXIES:
            return Proxies(settings=(ProxySetting("gnome"), ProxySetting("gnome", script=PAC)))
        if isinstance(question, Connect) and question.address.port == 443:
            return Connection(connects)
        return told(**more)(question)

    return answer


def test_a_script_that_is_not_obeyed_is_asked_only_where_the_direct_way_fails() -> None:
    well, calm = look(on_a_desktop(""), obeyed=False)
    lost, asked = look(on_a_desktop("timed_out"), obeyed=False)
    assert route_of(well) == route_of(lost) == Route(RouteReason.NOTHING_SET)
    assert well.run.trails[0].steered == ()
    assert not any("pac" in str(question) for question in calm.asked)
    assert EvaluatePac(Script(PAC, Connect(Address("10.0.0.1", 8080))), SERVICE.authority) in asked.asked
    assert lost.run.trails[0].steered


def test_many_endpoints_fetch_one_script() -> None:
    endpoints = [parse_endpoint(f"https://h{n}.example") for n in range(40)]
    evidence, prober = look(told(), *endpoints)
    assert sum(isinstance(question, Script) for question in prober.asked) == 1
    assert sum(isinstance(question, EvaluatePac) for question in prober.asked) == 40
    assert {trail.route.proxy for trail in evidence.run.trails if trail.route} == {OURS}


def test_a_run_that_ends_before_the_script_answers_has_chosen_no_way() -> None:
    prober = Scripted(told(), delay=lambda question: 60.0 if isinstance(question, Script) else 0.0)
    evidence = asyncio.run(
        investigate(
            [SERVICE],
            prober=prober,
            checks=(),
            choose=lambda endpoint, proxies: Route(RouteReason.SCRIPT, script=PAC),
            tool="test",
            limits=Limits(deadline=0.5),
        )
    )
    assert evidence.run.trails[0].route is None
    assert prober.closed


def test_plain_http_is_told_to_the_script_with_its_path() -> None:
    _, prober = look(told(), parse_endpoint("http://service.example/some/path"))
    evaluate_pac = next(question for question in prober.asked if isinstance(question, EvaluatePac))
    assert (evaluate_pac.scheme, evaluate_pac.path) == ("http", "/some/path")


def test_a_tunnel_through_the_scripts_proxy_carries_its_login() -> None:
    known = ScriptWay(ProxyAddress("proxy.example", 3128, login=True))
    wanted = TunnelReply("tunnel_refused", 407, headers=(Header("proxy-authenticate", "Basic"),))
    _, prober = look(told(steer=PacResult(ways=(known,)), tunnel=wanted))
    assert [question.login for question in prober.asked if isinstance(question, Tunnel)] == ["none", "basic"]


def test_what_answers_past_a_script_that_could_not_be_tried_is_not_called_well() -> None:
    evidence, _ = look(told(steer=Unsupported("the script engine does not start")), parse_endpoint("tcp://service.example:5"))
    (state,) = (diagnosis := judge(evidence, CATALOGUE)).endpoints
    assert state.arrived
    assert (state.status, diagnosis.verdict, diagnosis.causes) == (Outcome.UNKNOWN, Outcome.UNKNOWN, ())
    screen = io.StringIO()
    write_diagnosis(open_page(screen), diagnosis, {check.id: check for check in CATALOGUE}, evidence)
    assert "a proxy script decides, and it could not be tried here" in " ".join(screen.getvalue().split())
