"""What is said of connects, by evidence built by hand: each cause with a problem, an absence and its near misses."""

import pytest

from checks.network import address_dead, connection_filtered, connection_refused, connection_rejected
from diag.model.address import Address
from diag.model.answer import Hop, IcmpError, Path, TcpInfo
from diag.model.question import Connect, Trace
from diag.model.verdict import Owner, Status
from tests.checks.evidence import Notes
from tests.checks.replies import CABLE, FIVE, FOUR, HOST, LOOPBACK, MISSED, ONLINE, SIX, Interfaces
from tests.checks.table import rows
from tests.checks.verdicts import asks, judged, whose_else

ROUTER = "10.0.0.1"
FORBIDDEN = IcmpError(4, 3, 13, ROUTER)
NO_WAY_ON = IcmpError(4, 3, 0, "10.0.0.1")
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
    "IPv4 is silent, IPv6 accepts": (seen().dialled(SIX).dialled(FOUR, "timed_out"), Status.WARNING),
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
    assert asks(connection_filtered.CHECK, notes) == [Connect(Address(FOUR, 80)), Trace(Address(FOUR, 443))]
    alive = judged(connection_filtered.CHECK, seen().dialled(FOUR, "timed_out").dialled(FOUR, "refused", port=80, beside=True))
    assert (alive.facts["filtered"], tuple(alive.rules_out)) == ("port", ("host-down",))
    dead = judged(connection_filtered.CHECK, seen().dialled(FOUR, "timed_out").dialled(FOUR, "timed_out", port=80, beside=True))
    assert (dead.facts["beside"], dead.facts["filtered"], dead.rules_out) == ("silent", "host_or_down", {})


def test_a_silent_way_is_told_to_its_last_hop():
    def said(way: Path) -> object:
        notes = seen().dialled(FOUR, "timed_out").saw(Trace(Address(FOUR, 443)), way, beside=True)
        facts = judged(connection_filtered.CHECK, notes).facts
        return {name: facts[name] for name in ("path", "last_hop", "no_hop", "host_at_hop") if name in facts}

    hops = (Hop(1, "10.0.0.1", 0.001), Hop(3, "203.0.113.9", 0.02))
    assert said(Path(hops)) == {"path": ("10.0.0.1", "203.0.113.9"), "last_hop": 3}
    far = said(Path(tuple(Hop(limit, f"10.0.0.{limit}", 0.001) for limit in range(1, 10))))
    assert far == {"path": ("10.0.0.1", "10.0.0.6", "10.0.0.7", "10.0.0.8", "10.0.0.9"), "last_hop": 9}
    assert said(Path()) == {"no_hop": True}
    assert said(Path(hops, 4)) == {"host_at_hop": 4}


def test_what_is_known_to_be_good_is_told_beside_silence():
    silent = seen().dialled(FOUR, "timed_out")
    assert "controls_heard" not in judged(connection_filtered.CHECK, silent).facts
    assert judged(connection_filtered.CHECK, silent.control(FIVE)).facts["controls_heard"] is True


def test_a_refusal_from_nearer_than_the_host_is_told():
    away = TcpInfo(state=1, min_rtt=80_000)
    far = seen().dialled(FOUR, "refused", took=0.001).dialled(FOUR, port=80, took=0.08, tcp=away, beside=True)
    same = seen().dialled(FOUR, "refused", took=0.07).dialled(FOUR, port=80, took=0.08, tcp=away, beside=True)
    busy = (
        seen()
        .dialled(FOUR, "refused", took=0.001)
        .dialled(FOUR, port=80, took=0.08, tcp=TcpInfo(state=1, min_rtt=300), beside=True)
    )
    near = judged(connection_refused.CHECK, far)
    assert (near.facts["nearer"], near.owner) == (True, Owner.NETWORK)
    assert whose_else(connection_refused.CHECK, far) == (Owner.MACHINE, Owner.SERVICE)
    assert "nearer" not in judged(connection_refused.CHECK, same).facts
    assert "nearer" not in judged(connection_refused.CHECK, busy).facts, "that it was late is our own doing"


def test_a_refusal_by_this_computer_alone_is_sure_and_a_mixture_is_not():
    own, mixed = seen().dialled("127.0.0.1", "refused"), seen().dialled("127.0.0.1", "refused").dialled(FOUR, "refused")
    assert {*judged(connection_refused.CHECK, own).rules_out} == {"refused-in-its-name", "refused-by-this-computer"}
    assert "refused-in-its-name" not in judged(connection_refused.CHECK, mixed).rules_out


def test_the_own_gateway_that_has_no_way_on_may_be_a_route_missing_here():
    lost = seen().dialled(FOUR, "unreachable", icmp=NO_WAY_ON)
    assert judged(connection_rejected.CHECK, lost).facts["own_gateway"] is True
    assert whose_else(connection_rejected.CHECK, lost) == (Owner.MACHINE,)
    forbidden = seen().dialled(FOUR, "prohibited", icmp=FORBIDDEN)
    assert "own_gateway" not in judged(connection_rejected.CHECK, forbidden).facts
    assert whose_else(connection_rejected.CHECK, forbidden) == ()


def test_no_other_port_is_tried_where_one_address_accepts():
    notes = seen().dialled(FOUR).dialled(FIVE, "timed_out")
    assert not asks(connection_filtered.CHECK, notes)
    assert not asks(connection_refused.CHECK, notes)


def test_verdicts_about_the_same_addresses_are_one_cause():
    one = judged(connection_filtered.CHECK, seen().dialled(FOUR, "timed_out").dialled(FIVE, "timed_out"))
    other = judged(connection_filtered.CHECK, seen().dialled(FIVE, "timed_out").dialled(FOUR, "timed_out"))
    assert one.about == other.about


def test_the_sender_of_a_rejection_is_told():
    facts = judged(connection_rejected.CHECK, seen().dialled(FOUR, "prohibited", icmp=FORBIDDEN)).facts
    assert facts["senders"] == (ROUTER,)
    assert (facts["ending"], facts["icmp_type"], facts["icmp_code"]) == (("prohibited",), 3, 13)
    assert facts["host"] == HOST


def test_without_interfaces_the_source_of_a_connect_tells_whose_message_it_is():
    notes = Notes().machine(Interfaces((LOOPBACK,))).dialled(FOUR, "unreachable", icmp=OWN, source=OWN.sender)
    assert judged(connection_rejected.CHECK, notes).status == Status.OK
