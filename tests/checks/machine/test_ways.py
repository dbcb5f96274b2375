"""What is said where this machine itself has no way: by a route that refuses, or for want of a family of addresses."""

import pytest

from checks.machine import local_firewall, route_refuses
from checks.network import no_common_family
from diag.model.answer import IcmpError
from diag.model.machine import Interface, Interfaces, RouteEntry, Routes
from diag.model.verdict import Confidence, Status
from tests.checks.evidence import Notes
from tests.checks.replies import CABLE, FOUR, HOST, LOOPBACK, NO_DATA, SILENCE, SIX, denied, found, hosts, resolvers
from tests.checks.verdicts import judged

DEFAULT = RouteEntry("0.0.0.0/0", "10.0.0.1", "eth0")
DEFAULT6 = RouteEntry("::/0", "fe80::1", "eth0")
LINKS = Interfaces((LOOPBACK, CABLE))
LINKS6 = Interfaces((LOOPBACK, Interface("eth0", True, 1500, ("10.0.0.9", "2001:db8:1::9"))))
ROUTER = IcmpError(4, 3, 1, "10.0.0.1")


def refused(
    failure: str, *refusing: RouteEntry, host: str = FOUR, routes: tuple[RouteEntry, ...] = (DEFAULT,), **more: object
) -> Notes:
    notes = Notes(f"tcp://{HOST}:443").machine(LINKS, Routes(routes, refusing=refusing), resolvers(), hosts())
    return notes.looked_up(host).dialled(host, failure, took=0.0005, **more)


WIDE, NARROW = RouteEntry("198.51.100.0/24"), RouteEntry(f"{FOUR}/32")


@pytest.mark.parametrize(
    ("notes", "status", "confidence"),
    [
        (refused("blackholed", NARROW), Status.PROBLEM, Confidence.CERTAIN),
        (refused("blackholed"), Status.PROBLEM, Confidence.LIKELY),
        (refused("unreachable", WIDE), Status.PROBLEM, Confidence.CERTAIN),
        (refused("not_permitted", WIDE), Status.PROBLEM, Confidence.CERTAIN),
        (refused("no_route", WIDE), Status.PROBLEM, Confidence.CERTAIN),
        (refused("unreachable"), Status.OK, Confidence.CERTAIN),
        (refused("not_permitted"), Status.OK, Confidence.CERTAIN),
        (refused("unreachable", WIDE, icmp=ROUTER), Status.OK, Confidence.CERTAIN),
        (refused("timed_out", NARROW), Status.OK, Confidence.CERTAIN),
        (refused("unreachable", WIDE, routes=(DEFAULT, NARROW)), Status.OK, Confidence.CERTAIN),
        (refused("unreachable", RouteEntry("203.0.113.0/24")), Status.OK, Confidence.CERTAIN),
        (refused("blackholed", host="fe80::7"), Status.OK, Confidence.CERTAIN),
        (refused("unreachable", RouteEntry("0.0.0.0/0", metric=900)), Status.OK, Confidence.CERTAIN),
        (refused("unreachable", RouteEntry("0.0.0.0/0", metric=900), routes=()), Status.PROBLEM, Confidence.CERTAIN),
        (refused("", NARROW), Status.OK, Confidence.CERTAIN),
        (refused("blackholed", NARROW).dialled(SIX), Status.OK, Confidence.CERTAIN),
        (refused("blackholed", NARROW).dialled(SIX, "no_route"), Status.PROBLEM, Confidence.CERTAIN),
        (refused("blackholed", NARROW).dialled(SIX, "timed_out"), Status.OK, Confidence.CERTAIN),
    ],
)
def test_a_route_is_blamed_where_it_alone_can_be(notes: Notes, status: Status, confidence: Confidence) -> None:
    finding = judged(route_refuses.CHECK, notes)
    assert (finding.status, finding.confidence) == (status, confidence)


def test_what_a_route_prohibits_no_rule_forbids() -> None:
    assert judged(local_firewall.CHECK, refused("not_permitted", WIDE)).status is Status.OK
    assert judged(local_firewall.CHECK, refused("not_permitted")).status is Status.PROBLEM
    assert judged(local_firewall.CHECK, refused("blackholed")).status is Status.OK


def stranded(
    *,
    links: Interfaces = LINKS,
    routes: Routes | None = None,
    failure: str = "no_route",
    host: str = SIX,
    url: str = f"tcp://{HOST}:443",
) -> Notes:
    notes = Notes(url).machine(links, routes or Routes((DEFAULT,)), resolvers(), hosts())
    return (notes.looked_up(host) if HOST in url else notes).dialled(host, failure, took=0.0005)


BOTH_WAYS = Routes((DEFAULT, DEFAULT6))


@pytest.mark.parametrize(
    ("notes", "status", "confidence"),
    [
        (stranded().told(NO_DATA, found(SIX)), Status.PROBLEM, Confidence.CERTAIN),
        (stranded(failure="address_not_available").told(NO_DATA, found(SIX)), Status.PROBLEM, Confidence.CERTAIN),
        (stranded().told(SILENCE, found(SIX)), Status.PROBLEM, Confidence.LIKELY),
        (stranded().told(denied("SERVFAIL"), found(SIX)), Status.PROBLEM, Confidence.LIKELY),
        (stranded().told(found(FOUR), found(SIX)), Status.UNKNOWN, Confidence.CERTAIN),
        (stranded(url=f"tcp://[{SIX}]:443"), Status.PROBLEM, Confidence.CERTAIN),
        (stranded(links=LINKS6, routes=BOTH_WAYS), Status.UNKNOWN, Confidence.CERTAIN),
        (stranded(links=LINKS6).told(NO_DATA, found(SIX)), Status.PROBLEM, Confidence.CERTAIN),
        (stranded(routes=Routes(())), Status.UNKNOWN, Confidence.CERTAIN),
        (stranded(routes=Routes((DEFAULT,), complete=False)), Status.UNKNOWN, Confidence.CERTAIN),
        (stranded(failure="timed_out"), Status.OK, Confidence.CERTAIN),
        (stranded(failure="blackholed"), Status.OK, Confidence.CERTAIN),
        (stranded(routes=Routes((DEFAULT,), refusing=(RouteEntry("::/0"),))), Status.OK, Confidence.CERTAIN),
        (stranded(failure=""), Status.OK, Confidence.CERTAIN),
        (stranded().dialled(FOUR, "no_route"), Status.OK, Confidence.CERTAIN),
        (stranded().dialled(FOUR, "timed_out"), Status.OK, Confidence.CERTAIN),
    ],
)
def test_a_family_is_missing_where_the_other_one_has_a_way(notes: Notes, status: Status, confidence: Confidence) -> None:
    finding = judged(no_common_family.CHECK, notes)
    leaves_open = finding.status is Status.PROBLEM and not finding.rules_out
    assert (finding.status, Confidence.LIKELY if leaves_open else finding.confidence) == (status, confidence)


def test_four_may_be_the_missing_one() -> None:
    links = Interfaces((LOOPBACK, Interface("eth0", True, 1500, ("2001:db8:1::9",))))
    notes = stranded(links=links, routes=Routes((DEFAULT6,)), host=FOUR).told(found(FOUR), NO_DATA)
    finding = judged(no_common_family.CHECK, notes)
    assert finding.status is Status.PROBLEM
    assert (finding.facts["family"], finding.facts["other"], finding.facts["record"]) == (4, 6, "AAAA")
