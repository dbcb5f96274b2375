"""Healthy networks of every shape raise no alarm, and missing pieces of evidence never make one."""

from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks import CATALOGUE, dns, machine, network
from diag.engine.judge import judge as judge_all
from diag.model.address import Address
from diag.model.answer import HoldEnd, TcpInfo
from diag.model.check import EndpointCheck
from diag.model.endpoint_view import EndpointView
from diag.model.machine import Interface, Interfaces, RouteEntry, Routes
from diag.model.observation import Fault, FaultKind
from diag.model.run import Evidence
from diag.model.verdict import Finding, Status, Verdict
from tests.checks.dns.test_fresh import CACHE_STALE, SEARCH_DOMAIN_CAPTURED
from tests.checks.dns.test_names import DNSSEC_BOGUS, HOSTS_FILE_OVERRIDE, NAME_NOT_FOUND, RESOLVER_SILENT, SERVER_FAILURE
from tests.checks.dns.test_resolvers import (
    ALIAS_DANGLING,
    FIRST_RESOLVER_DEAD,
    NAME_SINKHOLED,
    NO_ADDRESS,
    NXDOMAIN_REWRITTEN,
    QUERY_REFUSED,
    RESOLVERS_DISAGREE,
    SLOW,
    STRIPPED,
    TCP_BLOCKED,
)
from tests.checks.evidence import (
    CABLE,
    FIVE,
    FOUR,
    HOST,
    LOOPBACK,
    NO_DATA,
    NOT_FOUND,
    ONLINE,
    RESOLVER,
    SECOND,
    SILENCE,
    SIX,
    Notes,
    answered,
    certificate,
    denied,
    found,
    hosts,
    judge,
    resolvers,
    trusted,
)
from tests.checks.machine.test_machine import (
    CLOCK,
    DESCRIPTORS_EXHAUSTED,
    LOCAL_FIREWALL,
    OFFLINE,
    PORTS_EXHAUSTED,
    TRUST_FILE_BROKEN,
)
from tests.checks.machine.test_trust_store import TRUST_STORE_OUTDATED
from tests.checks.network.test_detours import PACKET_LOSS, PREFERRED_ROUTE_DEAD, ROUTE_CAPTURED, TRANSPARENT_PROXY
from tests.checks.network.test_paths import DEAD, FILTERED, REFUSED, REJECTED
from tests.checks.network.test_trials import IDLE_CUT, INTERMITTENT, SOURCE_PORTS_SCARCE, crowd, idle, loaded, repeated
from tests.checks.network.test_whole_paths import (
    CONNECTION_CUT,
    GATEWAY_DEAD,
    HIGH_LATENCY,
    IPV6_BROKEN,
    MTU_BLACKHOLE,
    NO_EGRESS,
)
from tests.recording.scene import read_scene, scene_names

CHECKS = (*machine.CHECKS, *dns.CHECKS, *network.CHECKS)
TABLES = (
    *(NAME_NOT_FOUND, RESOLVER_SILENT, SERVER_FAILURE, DNSSEC_BOGUS, HOSTS_FILE_OVERRIDE),
    *(STRIPPED, NXDOMAIN_REWRITTEN, NO_ADDRESS, ALIAS_DANGLING, QUERY_REFUSED, TCP_BLOCKED),
    *(NAME_SINKHOLED, RESOLVERS_DISAGREE, FIRST_RESOLVER_DEAD, SLOW),
    *(IPV6_BROKEN, NO_EGRESS, GATEWAY_DEAD, CONNECTION_CUT, MTU_BLACKHOLE, HIGH_LATENCY),
    *(LOCAL_FIREWALL, PORTS_EXHAUSTED, DESCRIPTORS_EXHAUSTED, TRUST_FILE_BROKEN),
    *(PREFERRED_ROUTE_DEAD, ROUTE_CAPTURED, TRANSPARENT_PROXY, PACKET_LOSS),
    *(SEARCH_DOMAIN_CAPTURED, CACHE_STALE, INTERMITTENT, IDLE_CUT, SOURCE_PORTS_SCARCE, TRUST_STORE_OUTDATED),
    *(CLOCK, OFFLINE, REFUSED, FILTERED, REJECTED, DEAD),
)
BROKEN = [notes for table in TABLES for notes, _ in table.values()]


def here(*servers: Address, search: tuple[str, ...] = ()) -> Notes:
    return Notes().machine(*ONLINE, resolvers(*servers, search=search), hosts(("127.0.0.1", "localhost")))


def served(notes: Notes, address: str = FOUR, *, port: int = 443, name: str = HOST, at: int = 0) -> Notes:
    """The service answers, all the way up."""
    notes.dialled(address, port=port, at=at).shook(address, trusted(der=certificate(name)), name=name, port=port, at=at)
    return notes.fetched(address, answered(), name=name, port=port, at=at)


def proxied(*facts: object) -> Notes:
    return Notes(proxy="proxy.example.net:3128").machine(*ONLINE, resolvers(), *facts)  # type: ignore[arg-type]


HEALTHY = {
    "plain": served(here().looked_up(FOUR).told(found(FOUR), NO_DATA)),
    "both families": served(here().looked_up(SIX, FOUR).told(found(FOUR), found(SIX)).dialled(SIX)),
    "AAAA on a machine of IPv4 alone": served(
        here().looked_up(FOUR, SIX).told(found(FOUR), found(SIX)).dialled(SIX, "no_route", took=0.0001)
    ),
    "IPv6 alone": served(
        Notes()
        .machine(
            Interfaces((LOOPBACK, replace(CABLE, addresses=("2001:db8::9",)))),
            Routes((RouteEntry("::/0", "fe80::1", "eth0"),)),
            resolvers(Address("2001:db8::53", 53)),
        )
        .looked_up(SIX, FOUR)
        .told(found(FOUR), found(SIX), server=Address("2001:db8::53", 53))
        .dialled(FOUR, "no_route", took=0.0001),
        SIX,
    ),
    "a search domain": served(
        Notes("https://api")
        .machine(*ONLINE, resolvers(search=("example.com",)))
        .looked_up(FOUR, name="api")
        .told(denied(name="api"), name="api"),
        name="api",
    ),
    "a resolver that lacks inside names": served(
        here(RESOLVER, SECOND).looked_up(FOUR).told(found(FOUR), NO_DATA).told(NOT_FOUND, server=SECOND)
    ),
    "a second resolver that is down": served(
        here(RESOLVER, SECOND).looked_up(FOUR).told(found(FOUR), NO_DATA).told(SILENCE, server=SECOND)
    ),
    "addresses that go round": served(
        here(RESOLVER, SECOND).looked_up(FOUR).told(found(FOUR), NO_DATA).told(found(FIVE), NO_DATA, server=SECOND)
    ),
    "split horizon": served(
        here(RESOLVER, SECOND).looked_up("10.1.2.3").told(found("10.1.2.3"), NO_DATA).told(found(FOUR), NO_DATA, server=SECOND),
        "10.1.2.3",
    ),
    "AAAA that fails, and nobody minds": served(here().looked_up(FOUR).told(found(FOUR), denied("SERVFAIL"))),
    "a hosts line that resolvers share": served(
        Notes().machine(*ONLINE, resolvers(), hosts((FOUR, HOST))).looked_up(FOUR).told(found(FOUR), NO_DATA)
    ),
    "a hosts line for a name of this network alone": served(
        Notes().machine(*ONLINE, resolvers(), hosts((FOUR, HOST))).looked_up(FOUR).told(NOT_FOUND)
    ),
    "the hosts file alone, all resolvers gone": served(
        Notes().machine(*ONLINE, resolvers(), hosts((FOUR, HOST))).looked_up(FOUR).told(SILENCE)
    ),
    "resolvers that only the system can ask": served(here().looked_up(FOUR).told(SILENCE)),
    "a literal": served(Notes(f"https://{FOUR}").machine(*ONLINE, resolvers()), name=FOUR),
    "this machine": Notes("http://localhost")
    .machine(*ONLINE, hosts(("127.0.0.1", "localhost")))
    .looked_up("127.0.0.1", name="localhost")
    .dialled("127.0.0.1", port=80),
    "this machine with no network": Notes("tcp://127.0.0.1:5432")
    .machine(Interfaces((LOOPBACK,)), Routes(()))
    .dialled("127.0.0.1", port=5432),
    "a proxy does the work": proxied()
    .looked_up("10.0.0.80", name="proxy.example.net")
    .told(found("10.0.0.80", name="proxy.example.net"), name="proxy.example.net")
    .dialled("10.0.0.80", port=3128),
    "a proxy by its address, and no DNS here": Notes(proxy="10.0.0.80:3128")
    .machine(*ONLINE, resolvers())
    .dialled("10.0.0.80", port=3128),
    "an inside network without a way out": served(
        Notes()
        .machine(Interfaces((LOOPBACK, CABLE)), Routes((RouteEntry("10.0.0.0/8", "", "eth0"),)), resolvers())
        .looked_up("10.1.2.3")
        .told(found("10.1.2.3"), NO_DATA),
        "10.1.2.3",
    ),
    "resolvers named by the user": served(Notes().machine(*ONLINE, resolvers(source="option")).told(found(FOUR), NO_DATA)),
    "three looks": repeated(True, True, True),
    "an idle connection that lives": idle(HoldEnd("", 60.0)),
    "an idle connection that the server ends": idle(HoldEnd("cut", 20.0)),
    "many at once": loaded(crowd(0)),
    "two ways out": served(
        Notes().machine(
            Interfaces((LOOPBACK, CABLE, Interface("wlan0", True, 1500, ("10.0.9.7",)))),
            Routes((RouteEntry("0.0.0.0/0", "10.0.0.1", "eth0", 100), RouteEntry("0.0.0.0/0", "10.0.9.1", "wlan0", 600))),
        )
    ),
    "a bridge of containers": served(
        Notes().machine(
            Interfaces((LOOPBACK, CABLE, Interface("docker0", True, 1500, ("172.17.0.1",)))),
            Routes((RouteEntry("0.0.0.0/0", "10.0.0.1", "eth0"), RouteEntry("172.17.0.0/16", "", "docker0"))),
        ),
        "172.17.0.9",
    ),
    "a service that gives another address each time": served(
        here(search=("corp.example",)).looked_up(FOUR).told(found(FIVE), NO_DATA)
    ),
    "a host that is known to be good": served(here().looked_up(FOUR).told(found(FOUR), NO_DATA)).control(FIVE),
    "a host that is thought to be good": served(here().looked_up(FOUR).told(found(FOUR), NO_DATA)).control(FIVE, "timed_out"),
    "a single late connection": served(
        here().looked_up(FOUR).told(found(FOUR), NO_DATA).dialled(FOUR, took=1.04, tcp=TcpInfo(1, total_retransmits=1))
    ),
    "two targets of one address": served(
        served(
            Notes(f"https://{HOST}", "https://stage.example.com")
            .machine(*ONLINE)
            .looked_up(FOUR)
            .looked_up(FOUR, name="stage.example.com", at=1)
        ),
        name="stage.example.com",
        at=1,
    ),
}
LOUD = (Status.PROBLEM, Status.WARNING)


def findings(evidence: Evidence) -> dict[str, Finding]:
    """What every check says of every subject. A check that raises fails the test."""
    return {
        f"{check.id} {at}": judge(check, evidence, at)
        for check in CHECKS
        for at in range(len(evidence.run.trails) if isinstance(check, EndpointCheck) else 1)
    }


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_network_raises_no_alarm(name):
    said = findings(HEALTHY[name].evidence())
    assert not {subject: finding for subject, finding in said.items() if finding.status in LOUD}


def thinned(evidence: Evidence, missing: set[int], faulty: set[int]) -> Evidence:
    """The evidence with some observations gone, and faults in place of others."""
    kept = tuple(
        replace(seen, answer=None, fault=Fault(FaultKind.DEADLINE)) if at in faulty else seen
        for at, seen in enumerate(evidence.observations)
        if at not in missing
    )
    return Evidence(evidence.run, kept)


some = st.sets(st.integers(0, 12))
many = st.sets(st.integers(0, 30), max_size=10)


def problems(evidence: Evidence) -> list[Verdict]:
    """Every problem that the whole catalogue finds."""
    return [verdict for verdict in judge_all(evidence, CATALOGUE).verdicts if verdict.finding.status is Status.PROBLEM]


@cache
def recorded_health() -> tuple[str, ...]:
    """The recorded scenes in which everything arrives and nothing is a problem."""
    told = {name: judge_all(read_scene(name).evidence, CATALOGUE) for name in scene_names()}
    return tuple(
        name
        for name, diagnosis in told.items()
        if all(state.arrived for state in diagnosis.endpoints)
        and not any(cause.status is Status.PROBLEM for cause in diagnosis.causes)
    )


@given(st.sampled_from(sorted(HEALTHY)), some, some)
@example("IPv6 alone", {5}, {7})
@example("AAAA on a machine of IPv4 alone", set(), {2, 3, 4, 5, 8})
def test_missing_evidence_makes_no_problem_of_a_healthy_network(name, missing, faulty):
    evidence = thinned(HEALTHY[name].evidence(), missing, faulty)
    assert problems(evidence) == []


@given(st.data(), many, many)
def test_nor_of_a_recorded_one(data, missing, faulty):
    scene = read_scene(data.draw(st.sampled_from(recorded_health())))
    assert problems(thinned(scene.evidence, missing, faulty)) == []


@pytest.mark.parametrize(
    ("name", "missing", "faulty"),
    [
        ("privatelink-resolves-public/resolvers-differ", {3, 7, 8, 9}, set()),
        ("network-source-ports-scarce/the-host-has-the-limit", {7}, set()),
        ("machine-ports-exhausted/for-one-of-two-addresses", {11}, set()),
        ("proxy-login-rejected/digest-login-given", {9, 12}, set()),
        ("proxy-name-not-found/found", {3, 7, 8, 11}, set()),
        ("lab/network-ipv6-broken", set(), {9}),
        ("network-ipv6-broken/rejected", set(), {11}),
        ("privatelink-unexpectedly-private/and-works", set(), {12}),
        ("dns-search-domain-captured/the-name-exists-below-it-alone", set(), {12}),
        ("network-ipv6-broken/six-switched-off", {5, 8, 10}, set()),
    ],
)
def test_what_we_could_not_see_is_never_held_against_the_network(name, missing, faulty):
    assert name in recorded_health()
    assert problems(thinned(read_scene(name).evidence, missing, faulty)) == []


@given(st.integers(0, len(BROKEN) - 1), some, some)
def test_no_check_stumbles_over_missing_evidence(at, missing, faulty):
    evidence = thinned(BROKEN[at].evidence(), missing, faulty)
    assert len(findings(evidence)) >= len(CHECKS)
    for check in CHECKS:
        if isinstance(check, EndpointCheck):
            assert all(check.questions(EndpointView(evidence, evidence.run.trails[0])) or (True,))


def test_every_gap_in_a_sentence_is_a_fact():
    for notes in BROKEN:
        for subject, finding in findings(notes.evidence()).items():
            if finding.status in LOUD:
                check = next(check for check in CHECKS if check.id == subject.split()[0])
                said = check.sentences
                for sentence in (said.title, said.seen, said.means, *said.remedy):
                    sentence.format_map(finding.facts)
                assert finding.about


def test_an_article_has_its_four_sections():
    for check in CHECKS:
        for heading in ("What it means", "Why it matters", "What to do", "How it is told apart"):
            assert f"\n\n*{heading}*\n\n" in check.article, (check.id, heading)
