"""Whether a name that only the proxy finds is told of, by evidence built by hand."""

import pytest
from msgspec.structs import replace

from checks.dns.left_to_proxy import CHECK, MOST_HOSTS
from diag.model.address import Address, Authority
from diag.model.answer import SystemLookup, TunnelReply
from diag.model.endpoint_view import RunView
from diag.model.machine import Proxies, ProxySetting, ProxyVariable, Resolvers
from diag.model.question import Connect, Lookup, Tunnel
from diag.model.route import ClientReading, ProxyAddress, Route, RouteReason
from diag.model.run import Evidence
from diag.model.verdict import Confidence, Status
from tests.checks.evidence import Notes
from tests.checks.replies import HOST, MISSED, ONLINE, resolvers
from tests.checks.verdicts import judged

PROXY = ProxyAddress("10.0.0.3", 3128)
DIRECT, PROXIED = ClientReading("Go", "direct"), ClientReading("curl", "proxied")


def through(*hosts: str, failure: str = "", proxies: Proxies | None = None, servers: Resolvers | None = None) -> Notes:
    """Endpoints behind the proxy; `failure`: the proxy did not open the way to them."""
    urls = [f"https://{host}" for host in hosts or (HOST,)]
    notes = Notes(*urls, proxy=str(PROXY)).machine(*ONLINE, proxies or Proxies(), servers or resolvers())
    for at, host in enumerate(hosts or (HOST,)):
        over = Connect(Address(PROXY.host, PROXY.port))
        answer = TunnelReply(failure, 502 if failure else 200)
        notes.saw(Tunnel(over, PROXY.authority, Authority(host, 443)), answer, at=at)
    return notes


def routed(notes: Notes, route: Route) -> Evidence:
    evidence = notes.evidence
    trails = tuple(replace(trail, route=route) for trail in evidence.run.trails)
    return Evidence(replace(evidence.run, trails=trails), evidence.observations)


BY_OPTION = Route(RouteReason.OPTION, PROXY, "--proxy")
LOST = SystemLookup(failure="name_not_found")
SET = Proxies((ProxyVariable("HTTPS_PROXY", PROXY),))


@pytest.mark.parametrize(
    ("notes", "route", "status"),
    [
        (through().saw(Lookup(HOST), LOST, beside=True), BY_OPTION, Status.WARNING),
        (through().saw(Lookup(HOST), SystemLookup(("10.1.2.3",)), beside=True), BY_OPTION, Status.OK),
        (through(), BY_OPTION, Status.UNKNOWN),
        (through().saw(Lookup(HOST), MISSED, beside=True), BY_OPTION, Status.UNKNOWN),
        (through().saw(Lookup(HOST), SystemLookup(failure="descriptors_exhausted")), BY_OPTION, Status.UNKNOWN),
        (through(failure="tunnel_refused").saw(Lookup(HOST), LOST, beside=True), BY_OPTION, Status.NOT_APPLICABLE),
        (through("192.0.2.7"), BY_OPTION, Status.NOT_APPLICABLE),
        (through(servers=resolvers(source="option")), BY_OPTION, Status.NOT_APPLICABLE),
        (through(proxies=SET), BY_OPTION, Status.NOT_APPLICABLE),
        (through(proxies=Proxies(settings=(ProxySetting("gnome", https=PROXY),))), BY_OPTION, Status.NOT_APPLICABLE),
        (through(proxies=Proxies(settings=(ProxySetting("windows_user"),))), BY_OPTION, Status.UNKNOWN),
        (through(proxies=SET), Route(RouteReason.VARIABLE, PROXY, "HTTPS_PROXY"), Status.NOT_APPLICABLE),
        (
            through(proxies=SET).saw(Lookup(HOST), LOST, beside=True),
            Route(RouteReason.VARIABLE, PROXY, "HTTPS_PROXY", (PROXIED, DIRECT)),
            Status.WARNING,
        ),
        (
            through(proxies=SET).saw(Lookup(HOST), LOST, beside=True),
            Route(RouteReason.VARIABLE, PROXY, "HTTPS_PROXY", (PROXIED, ClientReading("Java", "direct"))),
            Status.NOT_APPLICABLE,
        ),
        (through(), Route(RouteReason.OPTION, ProxyAddress("10.0.0.3", 1080, "socks5"), "--proxy"), Status.NOT_APPLICABLE),
    ],
)
def test_it_is_told_only_where_some_program_goes_direct(notes: Notes, route: Route, status: Status) -> None:
    assert judged(CHECK, routed(notes, route)).status is status


def test_a_lookup_that_merely_failed_is_less_sure() -> None:
    notes = through().saw(Lookup(HOST), SystemLookup(failure="lookup_failed"), beside=True)
    assert judged(CHECK, routed(notes, BY_OPTION)).confidence is Confidence.LIKELY


def test_a_few_names_are_asked_for_however_many_there_are() -> None:
    notes = through(*(f"s{number}.example.com" for number in range(300)))
    wanted = list(CHECK.questions(RunView(routed(notes, BY_OPTION))))
    assert wanted == [Lookup(f"s{number}.example.com") for number in range(MOST_HOSTS)]


def test_nothing_is_asked_where_every_program_is_told() -> None:
    whole = RunView(routed(through(proxies=SET), Route(RouteReason.VARIABLE, PROXY, "HTTPS_PROXY")))
    assert not CHECK.applies(whole)
    assert list(CHECK.questions(whole)) == []


def test_it_hits_no_endpoint() -> None:
    finding = judged(CHECK, routed(through().saw(Lookup(HOST), LOST, beside=True), BY_OPTION))
    assert finding.hits == ()
