"""What is said of connects, by evidence built by hand: each cause with a problem, an absence and its near misses."""

import pytest

from checks.network import address_dead, connection_filtered, connection_refused, connection_rejected
from diag.model.address import Address
from diag.model.answer import Hop, IcmpError, Path, TcpInfo
from diag.model.question import Connect, Trace
from diag.model.verdict import Confidence, Status
from tests.checks.evidence import CABLE, FIVE, FOUR, HOST, LOOPBACK, MISSED, ONLINE, SIX, Interfaces, Notes, judged, wanted
from tests.checks.table import rows

ROUTER = "10.0.0.1"
FORBIDDEN = IcmpError(4, 3, 13, ROUTER)
GONE = IcmpError(4, 3, 1, ROUTER)
OWN = IcmpError(4, 3, 1, CABLE.addresses[0])


def seen() -> Notes:
    return Notes().machine(*ONLINE)


def proxied() -> Notes:
    return Notes(proxy="10.0.0.80:3128").machine(*ONLINE)


def asked_not() -> Notes:
    return seen().saw(Connect(Address(FOUR, 443)), MISSED)


REFUSED = {
    "every address refuses": (seen().dialled(FOUR, "refused").dialled(FIVE, "refused"), Status.PROBLEM),
    "no way for IPv6, and IPv4 refuses": (seen().dialled(SIX, "no_route").dialled(FOUR, "refused"), Status.PROBLEM),
    "one refuses, one is silent": (seen().dialled(FOUR, "refused").dialled(FIVE, "timed_out"), Status.OK),
    "one refuses, one accepts": (seen().dialled(FOUR, "refused").dialled(FIVE), Status.OK),
    "silence": (seen().dialled(FOUR, "timed_out"), Status.OK),
    "it accepts": (seen().dialled(FOUR), Status.OK),
    "never dialled": (asked_not(), Status.UNKNOWN),
    "a proxy refuses": (proxied().dialled("10.0.0.80", "refused", port=3128), Status.NOT_APPLICABLE),
}
FILTERED = {
    "silence from every address": (seen().dialled(FOUR, "timed_out").dialled(FIVE, "timed_out"), Status.PROBLEM),
    "no way for IPv6, and IPv4 is silent": (seen().dialled(SIX, "no_route").dialled(FOUR, "timed_out"), Status.PROBLEM),
    "no way at all": (seen().dialled(SIX, "no_route"), Status.OK),
    "an error of a router": (seen().dialled(FOUR, "prohibited", icmp=FORBIDDEN), Status.OK),
    "a refusal": (seen().dialled(FOUR, "refused"), Status.OK),
    "one accepts": (seen().dialled(FOUR, "timed_out").dialled(FIVE), Status.OK),
    "never dialled": (asked_not(), Status.UNKNOWN),
    "a proxy is silent": (proxied().dialled("10.0.0.80", "timed_out", port=3128), Status.NOT_APPLICABLE),
}
REJECTED = {
    "forbidden by a router": (seen().dialled(FOUR, "prohibited", icmp=FORBIDDEN), Status.PROBLEM),
    "unreachable, says a router": (seen().dialled(FOUR, "unreachable", icmp=GONE), Status.PROBLEM),
    "unreachable, says this machine": (seen().dialled(FOUR, "unreachable", icmp=OWN), Status.OK),
    "unreachable, says nobody": (seen().dialled(FOUR, "unreachable"), Status.UNKNOWN),
    "this machine has no way": (seen().dialled(FOUR, "no_route"), Status.OK),
    "this machine forbids it": (seen().dialled(FOUR, "not_permitted"), Status.OK),
    "a refusal": (seen().dialled(FOUR, "refused"), Status.OK),
    "it accepts": (seen().dialled(FOUR), Status.OK),
    "never dialled": (asked_not(), Status.UNKNOWN),
}
DEAD = {
    "one of two is silent": (seen().dialled(FOUR).dialled(FIVE, "timed_out"), Status.PROBLEM),
    "one of two refuses": (seen().dialled(FOUR, "refused").dialled(FIVE), Status.PROBLEM),
    "IPv4 is silent, IPv6 accepts": (seen().dialled(SIX).dialled(FOUR, "timed_out"), Status.PROBLEM),
    "exactly IPv6 is silent": (seen().dialled(SIX, "timed_out").dialled(FOUR), Status.OK),
    "no way for IPv6": (seen().dialled(SIX, "no_route").dialled(FOUR), Status.OK),
    "none accepts": (seen().dialled(FOUR, "timed_out").dialled(FIVE, "timed_out"), Status.OK),
    "all accept": (seen().dialled(FOUR).dialled(FIVE), Status.OK),
    "one of a proxy's is dead": (
        proxied().dialled("10.0.0.80", "timed_out", port=3128).dialled("10.0.0.81", port=3128),
        Status.PROBLEM,
    ),
}


@pytest.mark.parametrize(
    ("check", "notes", "status"),
    rows(
        {
            connection_refused.CHECK: REFUSED,
            connection_filtered.CHECK: FILTERED,
            connection_rejected.CHECK: REJECTED,
            address_dead.CHECK: DEAD,
        }
    ),
)
def test_verdict(check, notes, status):
    assert judged(check, notes).status == status


def test_the_hosts_other_port_says_what_is_filtered():
    notes = seen().dialled(FOUR, "timed_out", took=5)
    assert wanted(connection_filtered.CHECK, notes) == (Connect(Address(FOUR, 80)), Trace(Address(FOUR, 443)))
    alive = judged(connection_filtered.CHECK, seen().dialled(FOUR, "timed_out").dialled(FOUR, "refused", port=80, beside=True))
    assert (alive.facts["filtered"], alive.confidence) == ("the port", Confidence.CERTAIN)
    dead = judged(connection_filtered.CHECK, seen().dialled(FOUR, "timed_out").dialled(FOUR, "timed_out", port=80, beside=True))
    assert (dead.facts["beside"], dead.confidence) == ("silent too", Confidence.LIKELY)


def test_a_silent_way_is_told_to_its_last_hop():
    def said(way: Path) -> object:
        notes = seen().dialled(FOUR, "timed_out").saw(Trace(Address(FOUR, 443)), way, beside=True)
        return judged(connection_filtered.CHECK, notes).facts["path"]

    hops = (Hop(1, "10.0.0.1", 0.001), Hop(3, "203.0.113.9", 0.02))
    assert (
        said(Path(hops))
        == "this computer \u2192 10.0.0.1 (hop 1) \u2192 203.0.113.9 (hop 3) \u2192 nothing answers from there on"
    )
    far = str(said(Path(tuple(Hop(limit, f"10.0.0.{limit}", 0.001) for limit in range(1, 10)))))
    assert far.startswith("this computer \u2192 10.0.0.1 (hop 1) \u2192 \u2026 \u2192 10.0.0.7 (hop 7)")
    assert far.endswith("10.0.0.9 (hop 9) \u2192 nothing answers from there on")
    assert said(Path()) == "nothing answers, not even the first hop"
    assert said(Path(hops, 4)) == "the host answered after all, 4 hops away"


def test_what_is_known_to_be_good_is_told_beside_silence():
    silent = seen().dialled(FOUR, "timed_out")
    assert judged(connection_filtered.CHECK, silent).facts["controls"] == "none was named"
    assert judged(connection_filtered.CHECK, silent.control(FIVE)).facts["controls"] == "answered"


def test_a_refusal_from_nearer_than_the_host_is_told():
    away = TcpInfo(state=1, min_rtt=80_000)
    far = seen().dialled(FOUR, "refused", took=0.001).dialled(FOUR, port=80, took=0.08, tcp=away, beside=True)
    same = seen().dialled(FOUR, "refused", took=0.07).dialled(FOUR, port=80, took=0.08, tcp=away, beside=True)
    busy = (
        seen()
        .dialled(FOUR, "refused", took=0.001)
        .dialled(FOUR, port=80, took=0.08, tcp=TcpInfo(state=1, min_rtt=300), beside=True)
    )
    assert judged(connection_refused.CHECK, far).facts["nearer"] is True
    assert judged(connection_refused.CHECK, same).facts["nearer"] is False
    assert judged(connection_refused.CHECK, busy).facts["nearer"] is False, "that it was late is our own doing"


def test_no_other_port_is_tried_where_one_address_accepts():
    notes = seen().dialled(FOUR).dialled(FIVE, "timed_out")
    assert not wanted(connection_filtered.CHECK, notes)
    assert not wanted(connection_refused.CHECK, notes)


def test_verdicts_about_the_same_addresses_are_one_cause():
    one = judged(connection_filtered.CHECK, seen().dialled(FOUR, "timed_out").dialled(FIVE, "timed_out"))
    other = judged(connection_filtered.CHECK, seen().dialled(FIVE, "timed_out").dialled(FOUR, "timed_out"))
    assert one.about == other.about


def test_the_sender_of_a_rejection_is_told():
    facts = judged(connection_rejected.CHECK, seen().dialled(FOUR, "prohibited", icmp=FORBIDDEN)).facts
    assert facts["senders"] == (ROUTER,)
    assert facts["messages"] == ("forbidden by a rule (ICMP type 3 code 13)",)
    assert facts["host"] == HOST


def test_without_interfaces_the_source_of_a_connect_tells_whose_message_it_is():
    notes = Notes().machine(Interfaces((LOOPBACK,))).dialled(FOUR, "unreachable", icmp=OWN, source=OWN.sender)
    assert judged(connection_rejected.CHECK, notes).status == Status.OK
