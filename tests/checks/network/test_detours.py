"""What is said of ways out that were not taken, of things that accept for others, and of packets that get lost."""

import pytest
from msgspec.structs import replace

from checks.machine import route_captured
from checks.network import packet_loss, preferred_route_dead, transparent_proxy
from diag.model.address import Address
from diag.model.answer import ConnectBurstEnd, Connection, Dialled, IcmpError, Session, TcpInfo
from diag.model.machine import Interface, Interfaces, RouteEntry, Routes, System
from diag.model.question import Connect, ConnectBurst
from diag.model.verdict import Confidence, Status
from tests.checks.evidence import Notes
from tests.checks.replies import CABLE, FIVE, FOUR, HOST, LOOPBACK, MISSED, ONLINE, SIX, answered, found, resolvers, trusted
from tests.checks.table import rows
from tests.checks.verdicts import asks, judged

INSIDE = "172.17.0.9"
RADIO = Interface("wlan0", True, 1500, ("10.0.9.7",))
BRIDGE = Interface("docker0", True, 1500, ("172.17.0.1",))
LINKS = Interfaces((LOOPBACK, CABLE, RADIO, BRIDGE))
CABLE_OUT = RouteEntry("0.0.0.0/0", "10.0.0.1", "eth0", 100)
RADIO_OUT = RouteEntry("0.0.0.0/0", "10.0.9.1", "wlan0", 600)
CAPTURED = RouteEntry("172.17.0.0/16", "", "docker0")
BY_RADIO = Connect(Address(FOUR, 443), source="10.0.9.7", interface="wlan0")
BY_CABLE = Connect(Address(INSIDE, 443), source=CABLE.addresses[0], interface="eth0")
OWN = IcmpError(4, 3, 1, CABLE.addresses[0])
ACCEPTED, TIMED_OUT = Connection(), Connection("timed_out")


def two_ways(*routes: RouteEntry) -> Notes:
    return Notes().machine(LINKS, Routes(routes or (CABLE_OUT, RADIO_OUT)))


PREFERRED_ROUTE_DEAD = {
    "the other way works": (two_ways().dialled(FOUR, "timed_out").saw(BY_RADIO, ACCEPTED, beside=True), Status.PROBLEM),
    "the gateway is gone, the other way works": (
        two_ways().dialled(FOUR, "unreachable", icmp=OWN, took=3).saw(BY_RADIO, ACCEPTED, beside=True),
        Status.PROBLEM,
    ),
    "the other way is silent too": (two_ways().dialled(FOUR, "timed_out").saw(BY_RADIO, TIMED_OUT, beside=True), Status.OK),
    "the other way was not tried": (two_ways().dialled(FOUR, "timed_out"), Status.UNKNOWN),
    "the other way could not be tried": (
        two_ways().dialled(FOUR, "timed_out").saw(BY_RADIO, MISSED, beside=True),
        Status.UNKNOWN,
    ),
    "one way only": (two_ways(CABLE_OUT).dialled(FOUR, "timed_out"), Status.OK),
    "refused": (two_ways().dialled(FOUR, "refused"), Status.OK),
    "one address answers": (two_ways().dialled(FOUR, "timed_out").dialled(FIVE), Status.OK),
    "all is well": (two_ways().dialled(FOUR), Status.OK),
}
ROUTE_CAPTURED = {
    "a bridge has the range": (
        two_ways(CABLE_OUT, CAPTURED).dialled(INSIDE, "timed_out").saw(BY_CABLE, ACCEPTED, beside=True),
        Status.PROBLEM,
    ),
    "the target is down": (
        two_ways(CABLE_OUT, CAPTURED).dialled(INSIDE, "timed_out").saw(BY_CABLE, TIMED_OUT, beside=True),
        Status.OK,
    ),
    "not tried": (two_ways(CABLE_OUT, CAPTURED).dialled(INSIDE, "timed_out"), Status.UNKNOWN),
    "a public target": (
        two_ways(CABLE_OUT, RouteEntry("198.51.100.0/24", "", "docker0")).dialled(FOUR, "timed_out"),
        Status.OK,
    ),
    "no other way": (two_ways(CAPTURED).dialled(INSIDE, "timed_out"), Status.OK),
    "it answers": (two_ways(CABLE_OUT, CAPTURED).dialled(INSIDE), Status.OK),
}

NOBODY = tuple(Connect(Address(host, 443), within=2.0) for host in ("192.0.2.1", "203.0.113.1"))
CUT, SILENT, PLAIN = Session("cut"), Session("timed_out"), Session("not_tls", first_bytes=b"HTTP/1.1 302")


def opened(session: Session, *canaries: Connection, host: str = FOUR) -> Notes:
    notes = Notes().machine(*ONLINE).dialled(host).shook(host, session)
    for question, answer in zip(NOBODY, canaries, strict=False):
        notes.saw(question, answer, 0.003, beside=True)
    return notes


TRANSPARENT_PROXY = {
    "nobody's addresses accept": (opened(CUT, ACCEPTED, ACCEPTED), Status.PROBLEM),
    "and a page answers": (opened(PLAIN, ACCEPTED, ACCEPTED), Status.PROBLEM),
    "but the service is heard through it": (
        opened(trusted(10), ACCEPTED, ACCEPTED),
        Status.WARNING,
    ),
    "one of them accepts": (opened(CUT, ACCEPTED, TIMED_OUT), Status.OK),
    "one was not asked": (opened(CUT, ACCEPTED), Status.UNKNOWN),
    "neither accepts": (opened(SILENT, TIMED_OUT, TIMED_OUT), Status.OK),
    "not asked": (opened(CUT), Status.UNKNOWN),
    "an inside address": (opened(CUT, host="10.0.0.77"), Status.UNKNOWN),
    "never accepted": (Notes().machine(*ONLINE).dialled(FOUR, "timed_out"), Status.UNKNOWN),
    "all is well": (opened(trusted()).fetched(FOUR, answered()), Status.OK),
    "all is well, on a connection that nobody noted": (
        Notes().machine(*ONLINE).shook(FOUR, trusted()).fetched(FOUR, answered()),
        Status.UNKNOWN,
    ),
}

ON_TIME = TcpInfo(1, rtt=20_000, min_rtt=20_000)
AGAIN = replace(ON_TIME, total_retransmits=1)
BLIND = TcpInfo(1, total_retransmits=1)
FAR = TcpInfo(1, rtt=1_300_000, min_rtt=1_300_000, total_retransmits=1)
SAMPLE = ConnectBurst(Address(FOUR, 443), 10)


def late(tcp: TcpInfo | None = AGAIN, took: float = 1.04, host: str = FOUR) -> Notes:
    return Notes().machine(*ONLINE).dialled(host, took=took, tcp=tcp)


def crowd(late: int, lost: int = 0, took: float = 1.03) -> ConnectBurstEnd:
    good = [Dialled("", 0.02)] * (10 - late - lost)
    return ConnectBurstEnd((*good, *[Dialled("", took, 1)] * late, *[Dialled("timed_out", 5.0, 2)] * lost))


UNHEARD = TcpInfo(1, total_retransmits=4, unacked=1, bytes_acked=1)


def sent_in_vain(failure: str = "timed_out", tcp: TcpInfo = UNHEARD, tries: int = 3) -> Notes:
    """Connections that open at once, and first messages of other names that were sent on them again and again."""
    notes = Notes().machine(*ONLINE).looked_up(FOUR).dialled(FOUR, tcp=ON_TIME)
    for name in (HOST, "a.example.com", "b.example.com")[:tries]:
        notes.shook(FOUR, Session(failure, tcp=tcp), name=name, beside=name != HOST)
    return notes


PACKET_LOSS = {
    "no byte of three messages arrives": (sent_in_vain(), Status.PROBLEM),
    "two messages may be chance": (sent_in_vain(tries=2), Status.OK),
    "somebody answers with a reset": (sent_in_vain("reset"), Status.OK),
    "some bytes arrive": (sent_in_vain(tcp=replace(UNHEARD, bytes_acked=400)), Status.OK),
    "nothing was sent again": (sent_in_vain(tcp=replace(UNHEARD, total_retransmits=0)), Status.OK),
    "nothing is left to be acknowledged": (sent_in_vain(tcp=replace(UNHEARD, unacked=0)), Status.OK),
    "late ones among more": (late().saw(SAMPLE, crowd(3), beside=True), Status.WARNING),
    "lost ones among more": (late().saw(SAMPLE, crowd(0, 2), beside=True), Status.WARNING),
    "two of the walk": (late().dialled(FIVE, took=1.04, tcp=AGAIN), Status.WARNING),
    "one by chance": (late().saw(SAMPLE, crowd(0), beside=True), Status.OK),
    "one alone": (late(), Status.UNKNOWN),
    "could not be tried": (late().saw(SAMPLE, MISSED, beside=True), Status.UNKNOWN),
    "a long way": (late(FAR, 1.3), Status.OK),
    "perhaps a long way, that nobody measured": (late(BLIND, 1.2).saw(SAMPLE, crowd(10, took=1.2), beside=True), Status.UNKNOWN),
    "not measured, and some were early": (late(BLIND).saw(SAMPLE, crowd(3), beside=True), Status.WARNING),
    "sent again, and not late": (late(took=0.3), Status.OK),
    "none": (late(ON_TIME, 0.02), Status.OK),
    "the kernel does not tell": (late(None), Status.UNKNOWN),
    "silence": (Notes().machine(*ONLINE).dialled(FOUR, "timed_out", took=5), Status.UNKNOWN),
}


@pytest.mark.parametrize(
    ("check", "notes", "status"),
    rows(
        {
            preferred_route_dead.CHECK: PREFERRED_ROUTE_DEAD,
            route_captured.CHECK: ROUTE_CAPTURED,
            transparent_proxy.CHECK: TRANSPARENT_PROXY,
            packet_loss.CHECK: PACKET_LOSS,
        }
    ),
)
def test_verdict(check, notes, status):
    assert judged(check, notes).status == status


def test_another_way_is_tried_only_after_a_loss():
    assert asks(preferred_route_dead.CHECK, two_ways().dialled(FOUR, "timed_out")) == [BY_RADIO]
    assert asks(route_captured.CHECK, two_ways(CABLE_OUT, CAPTURED).dialled(INSIDE, "timed_out")) == [BY_CABLE]
    assert not asks(preferred_route_dead.CHECK, two_ways().dialled(FOUR))
    assert not asks(preferred_route_dead.CHECK, two_ways(CABLE_OUT).dialled(FOUR, "timed_out"))


def test_the_metric_decides_which_way_is_preferred():
    turned = two_ways(replace(CABLE_OUT, metric=700), RADIO_OUT).dialled(FOUR, "timed_out")
    (question,) = asks(preferred_route_dead.CHECK, turned)
    assert question == Connect(Address(FOUR, 443), source=CABLE.addresses[0], interface="eth0")


def test_nobodys_addresses_are_asked_only_after_a_failure():
    assert asks(transparent_proxy.CHECK, opened(CUT)) == list(NOBODY)
    assert not asks(transparent_proxy.CHECK, opened(trusted()).fetched(FOUR, answered()))
    assert not asks(transparent_proxy.CHECK, Notes().machine(*ONLINE).dialled(FOUR, "timed_out"))
    assert not asks(transparent_proxy.CHECK, opened(CUT, host="10.0.0.77"))


@pytest.mark.parametrize("pod", [True, None])
def test_a_pod_whose_connections_are_taken_is_called_one(pod):
    seen = opened(CUT, ACCEPTED, ACCEPTED).machine(System("Linux", "6.1", "x86_64", "3.11", "3.0", "4.0", kubernetes=bool(pod)))
    assert judged(transparent_proxy.CHECK, seen).facts.get("in_pod") is pod


def test_nobodys_addresses_are_of_the_family_that_accepted():
    notes = Notes().machine(*ONLINE).dialled(SIX).shook(SIX, CUT)
    asked = asks(transparent_proxy.CHECK, notes)
    assert [one.address.host for one in asked if isinstance(one, Connect)] == ["2001:db8::1", "2001:db8:ffff::1"]


def test_more_connections_are_opened_only_where_one_was_late():
    assert asks(packet_loss.CHECK, late()) == [SAMPLE]
    assert not asks(packet_loss.CHECK, late(ON_TIME, 0.02))


def test_a_captured_route_is_named():
    notes = Notes(f"https://{HOST}").machine(LINKS, Routes((CABLE_OUT, CAPTURED)), resolvers()).told(found(INSIDE))
    finding = judged(route_captured.CHECK, notes.dialled(INSIDE, "timed_out").saw(BY_CABLE, ACCEPTED, beside=True))
    assert (finding.facts["captor"], finding.facts["route"], finding.confidence) == (
        "docker0",
        "172.17.0.0/16",
        Confidence.CERTAIN,
    )
