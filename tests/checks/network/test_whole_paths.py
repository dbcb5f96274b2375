"""What is said of the ways out, and of connections that open and come to nothing, by evidence built by hand."""

import pytest
from msgspec.structs import replace

from checks.network import connection_cut, gateway_dead, high_latency, ipv6_broken, mtu_blackhole, no_egress
from diag.model.address import Address
from diag.model.answer import DnsReply, HoldEnd, IcmpError, Session, TcpInfo
from diag.model.machine import Interfaces, RouteEntry, Routes
from diag.model.question import Connect, Handshake, Hold
from diag.model.verdict import Confidence, Status
from tests.checks.evidence import Notes
from tests.checks.replies import CABLE, FIVE, FOUR, HOST, LOOPBACK, MISSED, NO_DATA, ONLINE, SIX, answered, found, trusted
from tests.checks.table import rows
from tests.checks.verdicts import asks, judged

OWN = IcmpError(4, 3, 1, CABLE.addresses[0])
ROUTER = IcmpError(4, 3, 1, "10.0.0.1")
OTHER = "https://stage.example.net"
INSIDE = "10.0.0.77"
FAR = Address("198.51.100.53", 53)
GAVE_UP = DnsReply(failure="unreachable", icmp=OWN)
BOTH = replace(CABLE, addresses=(*CABLE.addresses, "2001:db8:77::9"))
ROUTES = (RouteEntry("0.0.0.0/0", "10.0.0.1", "eth0"), RouteEntry("10.0.0.0/24", "", "eth0"))


def seen(*urls: str) -> Notes:
    return Notes(*urls).machine(*ONLINE)


def two() -> Notes:
    return seen(f"https://{HOST}", OTHER)


IPV6_BROKEN = {
    "silent, and tried second": (seen().dialled(FOUR).dialled(SIX, "timed_out"), Status.WARNING),
    "silent, and tried first": (seen().dialled(SIX, "timed_out").dialled(FOUR), Status.WARNING),
    "refused": (seen().dialled(SIX, "refused").dialled(FOUR), Status.WARNING),
    "another forbids it": (seen().dialled(SIX, "prohibited", icmp=ROUTER).dialled(FOUR), Status.WARNING),
    "the next hop does not answer": (seen().dialled(SIX, "unreachable", icmp=OWN).dialled(FOUR), Status.WARNING),
    "this machine forbids it": (seen().dialled(SIX, "not_permitted").dialled(FOUR), Status.OK),
    "no way for it": (seen().dialled(SIX, "no_route").dialled(FOUR), Status.OK),
    "no address for it": (seen().dialled(SIX, "address_not_available").dialled(FOUR), Status.OK),
    "IPv4 is dead too": (seen().dialled(SIX, "timed_out").dialled(FOUR).dialled(FIVE, "timed_out"), Status.OK),
    "both work": (seen().dialled(SIX).dialled(FOUR), Status.OK),
    "one IPv6 address works": (seen().dialled(SIX).dialled("2001:db8::7", "timed_out").dialled(FOUR), Status.OK),
}
NO_EGRESS = {
    "two targets, nothing heard": (two().dialled(FOUR, "timed_out").dialled(FIVE, "timed_out", at=1), Status.PROBLEM),
    "inside works": (
        seen(f"https://{HOST}", OTHER, f"tcp://{INSIDE}:443")
        .dialled(FOUR, "timed_out")
        .dialled(FIVE, "timed_out", at=1)
        .dialled(INSIDE, at=2),
        Status.PROBLEM,
    ),
    "one target": (seen().dialled(FOUR, "timed_out").dialled(FIVE, "timed_out"), Status.UNKNOWN),
    "one target, and what is known to be good": (
        seen().dialled(FOUR, "timed_out").control(FIVE, "timed_out"),
        Status.PROBLEM,
    ),
    "what is known to be good answers": (seen().dialled(FOUR, "timed_out").control(FIVE), Status.OK),
    "what is known to be good alone": (seen().control(FOUR, "timed_out").control(FIVE, "timed_out"), Status.UNKNOWN),
    "one address for two targets": (two().dialled(FOUR, "timed_out").dialled(FOUR, "timed_out", at=1), Status.UNKNOWN),
    "one refuses": (two().dialled(FOUR, "timed_out").dialled(FIVE, "refused", at=1), Status.OK),
    "another port answers": (
        two().dialled(FOUR, "timed_out").dialled(FIVE, "timed_out", at=1).dialled(FOUR, port=80, beside=True),
        Status.OK,
    ),
    "inside addresses alone": (two().dialled(INSIDE, "timed_out").dialled("10.0.0.78", "timed_out", at=1), Status.UNKNOWN),
    "no way": (two().dialled(FOUR, "no_route").dialled(FIVE, "no_route", at=1), Status.UNKNOWN),
    "a proxy answers": (
        Notes(f"https://{HOST}", OTHER, proxy="198.51.100.80:3128").machine(*ONLINE).dialled("198.51.100.80", port=3128),
        Status.OK,
    ),
}
GATEWAY_DEAD = {
    "this machine gives up on it": (seen().dialled(FOUR, "unreachable", icmp=OWN, took=3.05), Status.PROBLEM),
    "no message, and the time says so": (seen().dialled(FOUR, "unreachable", took=3.05), Status.PROBLEM),
    "no message, and at once": (seen().dialled(FOUR, "unreachable", took=0.001), Status.UNKNOWN),
    "a router says so": (seen().dialled(FOUR, "unreachable", icmp=ROUTER, took=3.05), Status.OK),
    "a neighbour that is off": (seen(f"tcp://{INSIDE}:443").dialled(INSIDE, "unreachable", icmp=OWN, took=3.05), Status.UNKNOWN),
    "another target answers": (
        two().dialled(FOUR, "unreachable", took=3.05).dialled(FIVE, at=1),
        Status.OK,
    ),
    "the resolver is beyond it, and cannot be asked": (
        seen().looked_up(failure="timed_out").told(GAVE_UP, server=FAR, took=3.05),
        Status.PROBLEM,
    ),
    "the resolver beyond it answers": (
        two().dialled(FOUR, "unreachable", took=3.05).told(found(FIVE), NO_DATA, server=FAR, name="stage.example.net", at=1),
        Status.OK,
    ),
    "a router says that the resolver cannot be reached": (
        seen().looked_up(failure="timed_out").told(replace(GAVE_UP, icmp=ROUTER), server=FAR),
        Status.OK,
    ),
    "all is reached by the other family": (
        Notes()
        .machine(Interfaces((LOOPBACK, BOTH)), Routes((*ROUTES, RouteEntry("::/0", "2001:db8:77::1", "eth0"))))
        .dialled(SIX, "unreachable", icmp=IcmpError(6, 1, 3, BOTH.addresses[1]), took=3.05)
        .dialled(FOUR)
        .shook(FOUR, trusted())
        .fetched(FOUR, answered()),
        Status.WARNING,
    ),
    "silence": (seen().dialled(FOUR, "timed_out"), Status.UNKNOWN),
    "no default route": (
        Notes()
        .machine(Interfaces((LOOPBACK, CABLE)), Routes((RouteEntry("10.0.0.0/24", "", "eth0"),)))
        .dialled(FOUR, "unreachable", icmp=OWN, took=3.05),
        Status.UNKNOWN,
    ),
    "it answers": (seen().dialled(FOUR), Status.OK),
}

RESET = Session("reset")
WAY = Connect(Address(FOUR, 443))
HELD = Hold(WAY, 2.0)


def opened(session: Session, *urls: str) -> Notes:
    return seen(*urls).dialled(FOUR, source=CABLE.addresses[0]).shook(FOUR, session)


PORT = Connect(Address(FOUR, 5432))
TWICE = Hold(PORT, 2.0, still=True)


def watched(failure: str, received: int = 1) -> Notes:
    """A mere connection, left to itself for a moment."""
    notes = seen(f"tcp://{FOUR}:5432").dialled(FOUR, port=5432)
    return notes.saw(Hold(PORT, 0.2, still=True), HoldEnd(failure, 0.1, tcp=TcpInfo(7, bytes_received=received)))


CONNECTION_CUT = {
    "ended though nothing was sent": (opened(RESET).saw(HELD, HoldEnd("cut", 0.02), beside=True), Status.PROBLEM),
    "ended only when spoken to": (opened(RESET).saw(HELD, HoldEnd("", 2.0), beside=True), Status.OK),
    "ended by our own line": (opened(RESET).saw(HELD, HoldEnd("reset", 2.0), beside=True), Status.OK),
    "not held": (opened(RESET), Status.UNKNOWN),
    "holding failed": (opened(RESET).saw(HELD, MISSED, beside=True), Status.UNKNOWN),
    "bytes came first": (opened(replace(RESET, first_bytes=b"\x15")), Status.OK),
    "silence": (opened(Session("timed_out")), Status.OK),
    "a mere connection that is reset, twice": (watched("reset").saw(TWICE, HoldEnd("reset", 0.1), beside=True), Status.PROBLEM),
    "a mere connection that is reset once": (watched("reset").saw(TWICE, HoldEnd("", 2.0), beside=True), Status.OK),
    "a mere connection that is not tried again": (watched("reset"), Status.UNKNOWN),
    "a mere connection that lives": (watched(""), Status.OK),
    "a service that says its word and hangs up": (watched("cut", received=27), Status.OK),
    "all is well": (opened(trusted()), Status.OK),
    "a proxy on the way": (Notes(proxy="10.0.0.80:3128").dialled("10.0.0.80", port=3128), Status.NOT_APPLICABLE),
}

HUNG = Session("timed_out")
SMALL = Handshake(replace(WAY, mss=1100), HOST)
LEAST = Handshake(replace(WAY, mss=500), HOST)
TINY = Handshake(replace(WAY, mss=200), HOST)
AGAIN = Handshake(replace(WAY, source=CABLE.addresses[0]), HOST)
MTU_BLACKHOLE = {
    "small segments pass, others hang again": (
        opened(HUNG).saw(SMALL, trusted(), beside=True).saw(AGAIN, HUNG, beside=True),
        Status.PROBLEM,
    ),
    "small segments pass, and others do too": (
        opened(HUNG).saw(SMALL, trusted(), beside=True).saw(AGAIN, trusted(), beside=True),
        Status.UNKNOWN,
    ),
    "only the smallest segments pass": (
        opened(HUNG).saw(SMALL, HUNG, beside=True).saw(LEAST, trusted(), beside=True).saw(AGAIN, HUNG, beside=True),
        Status.PROBLEM,
    ),
    "tiny segments pass, and none that a network has to carry": (
        opened(HUNG)
        .saw(SMALL, HUNG, beside=True)
        .saw(LEAST, HUNG, beside=True)
        .saw(TINY, trusted(), beside=True)
        .saw(AGAIN, HUNG, beside=True),
        Status.PROBLEM,
    ),
    "the smallest segments hang too": (
        opened(HUNG).saw(SMALL, HUNG, beside=True).saw(LEAST, HUNG, beside=True).saw(AGAIN, HUNG, beside=True),
        Status.OK,
    ),
    "small segments hang too, and the smallest were not tried": (opened(HUNG).saw(SMALL, HUNG, beside=True), Status.UNKNOWN),
    "all was acknowledged": (
        opened(Session("timed_out", tcp=TcpInfo(1))).saw(SMALL, HUNG, beside=True),
        Status.OK,
    ),
    "small segments cannot be had": (opened(HUNG).saw(SMALL, MISSED, beside=True), Status.UNKNOWN),
    "not tried": (opened(HUNG), Status.UNKNOWN),
    "a reset": (opened(RESET), Status.OK),
    "all is well": (opened(trusted()), Status.OK),
}


def away(seconds: float, again: int = 0, took: float = 0.0) -> Notes:
    """A connect over a trip that the kernel measured at so many seconds; `took`: where it took longer than that."""
    tcp = TcpInfo(1, rtt=int(seconds * 1e6), min_rtt=int(seconds * 1e6), total_retransmits=again)
    return seen().dialled(FOUR, took=took or seconds, tcp=tcp)


def measured(seconds: float) -> Session:
    """A handshake over a connection whose shortest trip took so long."""
    return replace(trusted(), tcp=TcpInfo(1, min_rtt=int(seconds * 1e6)))


HIGH_LATENCY = {
    "far": (away(0.62), Status.WARNING),
    "near": (away(0.03), Status.OK),
    "late because of a loss": (away(0.001, again=1, took=1.03), Status.OK),
    "late because of a loss, and not measured": (away(0, again=1, took=1.03), Status.UNKNOWN),
    "so far that packets are sent again": (away(1.2, again=1).shook(FOUR, measured(1.2)), Status.WARNING),
    "sent again, and nothing measured it since": (away(1.2, again=1), Status.UNKNOWN),
    "the first packet waited for its neighbour": (away(1.03).shook(FOUR, measured(0.00002)), Status.OK),
    "one of two addresses waited": (away(2.05).dialled(SIX, tcp=TcpInfo(1, min_rtt=63)), Status.OK),
    "not measured": (seen().dialled(FOUR, took=0.9), Status.UNKNOWN),
    "not connected": (seen().dialled(FOUR, "timed_out", took=5), Status.UNKNOWN),
}


@pytest.mark.parametrize(
    ("check", "notes", "status"),
    rows(
        {
            ipv6_broken.CHECK: IPV6_BROKEN,
            no_egress.CHECK: NO_EGRESS,
            gateway_dead.CHECK: GATEWAY_DEAD,
            connection_cut.CHECK: CONNECTION_CUT,
            mtu_blackhole.CHECK: MTU_BLACKHOLE,
            high_latency.CHECK: HIGH_LATENCY,
        }
    ),
)
def test_verdict(check, notes, status):
    assert judged(check, notes).status == status


def test_ipv6_that_works_elsewhere_is_the_hosts_own_fault():
    alone = judged(ipv6_broken.CHECK, seen().dialled(FOUR).dialled(SIX, "timed_out"))
    among = judged(ipv6_broken.CHECK, two().dialled(FOUR).dialled(SIX, "timed_out").dialled("2001:db8::7", at=1))
    assert (alone.about, alone.facts["elsewhere"]) == ("IPv6", False)
    assert (among.about, among.facts["elsewhere"]) == (SIX, True)


def test_a_dead_gateway_hits_what_lies_beyond_it():
    notes = seen(f"https://{HOST}", f"tcp://{INSIDE}:443").dialled(FOUR, "unreachable", icmp=OWN, took=3.05).dialled(INSIDE, at=1)
    finding = judged(gateway_dead.CHECK, notes)
    assert (finding.about, finding.hits, finding.confidence) == ("10.0.0.1", (f"https://{HOST}:443",), Confidence.CERTAIN)


def test_a_cut_connection_is_opened_again_and_left_alone():
    assert asks(connection_cut.CHECK, opened(RESET)) == [HELD]
    assert not asks(connection_cut.CHECK, opened(trusted()))


def test_a_hung_handshake_is_tried_with_small_segments_and_just_as_before():
    assert asks(mtu_blackhole.CHECK, opened(HUNG)) == [SMALL, LEAST, TINY, AGAIN]
    assert not asks(mtu_blackhole.CHECK, opened(RESET))
    assert asks(mtu_blackhole.CHECK, seen().dialled(FOUR).shook(FOUR, HUNG)) == [SMALL, LEAST, TINY], "from where is not known"
