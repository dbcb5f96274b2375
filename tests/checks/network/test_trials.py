"""What is said of looks that are repeated, connections that are left idle, and many at once: only where that was asked for."""

import pytest

from checks.network import idle_cut, intermittent, source_ports_scarce
from checks.network.intermittent import Pattern, pattern
from diag.model.address import Address
from diag.model.answer import ConnectBurstEnd, Connection, Dialled, HoldEnd, Session, SystemLookup
from diag.model.question import Connect, ConnectBurst, Handshake, Hold, Lookup
from diag.model.run import Trials
from diag.model.verdict import Because, Owner, Status
from tests.checks.evidence import Notes
from tests.checks.replies import FIVE, FOUR, HOST, MISSED, NO_DATA, ONLINE, RESOLVER, SILENCE, found, resolvers, trusted
from tests.checks.table import rows
from tests.checks.verdicts import asks, judged, whose_else

TLS = f"tls://{HOST}:443"


def repeated(*good: bool, addresses: tuple[str, ...] = (FOUR,)) -> Notes:
    """Looks at one service, each by the next of these addresses, good or met with silence."""
    notes = Notes(TLS, trials=Trials(repeat=len(good))).machine(*ONLINE, resolvers()).looked_up(addresses[0])
    notes.dialled(addresses[0], "" if good[0] else "timed_out")
    if good[0]:
        notes.shook(addresses[0], trusted())
    for attempt, went_well in enumerate(good[1:], start=1):
        host = addresses[attempt % len(addresses)]
        way = Connect(Address(host, 443), attempt=attempt)
        seen = [(Lookup(HOST, attempt=attempt), SystemLookup((host,))), (way, Connection("" if went_well else "timed_out"))]
        notes.repeated(0, *seen, *([(Handshake(way, HOST), trusted())] if went_well else []))
    return notes


INTERMITTENT = {
    "every third fails": (repeated(*[True, True, False] * 3), Status.PROBLEM),
    "one of many fails": (repeated(True, True, True, False, True), Status.PROBLEM),
    "the first one fails": (repeated(False, True, True), Status.PROBLEM),
    "none fails": (repeated(True, True, True), Status.OK),
    "all fail": (repeated(False, False, False), Status.OK),
    "one ended": (Notes(TLS, trials=Trials(repeat=3)).dialled(FOUR), Status.UNKNOWN),
    "the others did not end": (
        repeated(True, True).repeated(0, (Connect(Address(FIVE, 443), attempt=7), MISSED)),  # type: ignore[arg-type]
        Status.OK,
    ),
    "one did not come to its end": (
        repeated(True, True).repeated(0, (Lookup(HOST, attempt=7), SystemLookup((FOUR,)))),  # type: ignore[arg-type]
        Status.OK,
    ),
    "not repeated": (Notes(TLS).dialled(FOUR, "timed_out"), Status.NOT_APPLICABLE),
}

WAY = Handshake(Connect(Address(FOUR, 443)), HOST)
HELD = Hold(WAY, 60.0)
AFRESH = Connect(Address(FOUR, 443), attempt=1)


def idle(end: HoldEnd | None, afresh: str | None = "") -> Notes:
    notes = Notes(TLS, trials=Trials(idle=60.0)).machine(*ONLINE).looked_up(FOUR).dialled(FOUR).shook(FOUR, trusted())
    if end:
        notes.saw(HELD, end, 61.0, beside=True)
    return notes if afresh is None else notes.saw(AFRESH, Connection(afresh), beside=True)


IDLE_CUT = {
    "met with silence": (idle(HoldEnd("timed_out", 60.0)), Status.PROBLEM),
    "met with a reset": (idle(HoldEnd("reset", 60.0)), Status.PROBLEM),
    "ended in good order": (idle(HoldEnd("cut", 30.0)), Status.OK),
    "still alive": (idle(HoldEnd("", 60.0)), Status.OK),
    "the host is gone": (idle(HoldEnd("timed_out", 60.0), "timed_out"), Status.UNKNOWN),
    "no fresh one was tried": (idle(HoldEnd("reset", 60.0), None), Status.UNKNOWN),
    "could not be opened": (idle(HoldEnd("timed_out", 0.0, stage="connect")), Status.UNKNOWN),
    "not held": (idle(None), Status.UNKNOWN),
    "not asked for": (Notes(TLS).dialled(FOUR).shook(FOUR, trusted()), Status.NOT_APPLICABLE),
    "never got there": (
        Notes(TLS, trials=Trials(idle=60.0)).looked_up(FOUR).dialled(FOUR).shook(FOUR, Session("timed_out")),
        Status.UNKNOWN,
    ),
}

MANY = ConnectBurst(Address(FOUR, 443), 20)
MANY_GOOD = ConnectBurst(Address(FIVE, 443), 20)


def crowd(failed: int, word: str = "timed_out") -> ConnectBurstEnd:
    return ConnectBurstEnd((*[Dialled("", 0.02)] * (20 - failed), *[Dialled(word, 5.0)] * failed))


def loaded(end: ConnectBurstEnd | None, afresh: str | None = "", good: ConnectBurstEnd | None = None) -> Notes:
    notes = Notes(TLS, trials=Trials(load=20)).machine(*ONLINE).looked_up(FOUR).dialled(FOUR)
    if end:
        notes.saw(MANY, end, 5.0, beside=True)
    if good:
        notes.control(FIVE).saw(MANY_GOOD, good, 5.0, beside=True)
    return notes if afresh is None else notes.saw(AFRESH, Connection(afresh), beside=True)


SOURCE_PORTS_SCARCE = {
    "some of many fail": (loaded(crowd(6)), Status.PROBLEM),
    "to a host that is known to be good as well": (loaded(crowd(6), good=crowd(5)), Status.PROBLEM),
    "to this host alone": (loaded(crowd(6), good=crowd(0)), Status.UNKNOWN),
    "one by chance": (loaded(crowd(1)), Status.OK),
    "none fails": (loaded(crowd(0)), Status.OK),
    "this machine has no port left": (loaded(crowd(8, "address_not_available")), Status.OK),
    "a single one fails too": (loaded(crowd(6), "timed_out"), Status.UNKNOWN),
    "no single one was tried": (loaded(crowd(6), None), Status.UNKNOWN),
    "not tried": (loaded(None), Status.UNKNOWN),
    "not asked for": (Notes(TLS).dialled(FOUR), Status.NOT_APPLICABLE),
}


@pytest.mark.parametrize(
    ("check", "notes", "status"),
    rows(
        {
            intermittent.CHECK: INTERMITTENT,
            idle_cut.CHECK: IDLE_CUT,
            source_ports_scarce.CHECK: SOURCE_PORTS_SCARCE,
        }
    ),
)
def test_verdict(check, notes, status):
    assert judged(check, notes).status == status


def test_what_comes_and_goes_is_counted_and_placed():
    finding = judged(intermittent.CHECK, repeated(*[True, True, False] * 3))
    assert finding.facts == {
        "host": HOST,
        "looks": 9,
        "failed": 3,
        "percent": 33,
        "every": 3,
        "stages": ("connect",),
    }
    at_one = repeated(*[True, False] * 3, addresses=(FOUR, FIVE))
    one_address = judged(intermittent.CHECK, at_one)
    assert (one_address.facts["at_address"], one_address.owner) == (FIVE, Owner.SERVICE)
    assert whose_else(intermittent.CHECK, at_one) == (Owner.NETWORK,)
    assert "row" in judged(intermittent.CHECK, repeated(True, False, False, False, False, True)).facts


@pytest.mark.parametrize(
    ("failed", "said"),
    [
        ("..x..x..x", Pattern(every=3)),
        (".x.x.x.x", Pattern(every=2)),
        ("x...x...x...", Pattern(every=4)),
        ("...xxxx...xx..", Pattern(row=4)),
        ("..x.x....x", Pattern()),
        ("x.x.x.......", Pattern()),
        ("..x", Pattern()),
    ],
)
def test_an_order_is_told_only_where_it_holds_for_all_looks(failed, said):
    assert pattern([mark == "x" for mark in failed]) == said


def test_an_address_that_all_failures_share_is_told():
    finding = judged(intermittent.CHECK, repeated(*[True, False] * 3, addresses=(FOUR, FIVE)))
    assert (finding.facts["every"], finding.facts["at_address"], finding.owner) == (2, FIVE, Owner.SERVICE)
    assert (finding.facts["failed"], finding.facts["looks"], finding.facts["percent"]) == (3, 6, 50)
    assert tuple(finding.rules_out) == ("changed-once",)


def test_a_resolver_that_fails_with_the_looks_is_told():
    notes = Notes(TLS, trials=Trials(repeat=2)).machine(*ONLINE, resolvers()).looked_up(FOUR).told(found(FOUR), NO_DATA)
    notes.dialled(FOUR).shook(FOUR, trusted())
    replies = [(Lookup(HOST, RESOLVER, record, attempt=1), SILENCE) for record in ("A", "AAAA")]
    notes.repeated(0, (Lookup(HOST, attempt=1), SystemLookup(failure="lookup_failed")), *replies)
    finding = judged(intermittent.CHECK, notes)
    assert (finding.facts["at_resolver"], finding.owner) == (RESOLVER.host, Owner.DNS)
    assert finding.facts["stages"] == ("lookup",)
    assert "changed-once" not in finding.rules_out


def test_what_was_not_asked_for_is_not_tried():
    plain = Notes(TLS).looked_up(FOUR).dialled(FOUR).shook(FOUR, trusted())
    assert not judged(idle_cut.CHECK, plain).cites
    assert asks(idle_cut.CHECK, idle(None)) == [HELD]
    assert asks(idle_cut.CHECK, idle(HoldEnd("reset", 60.0), None)) == [HELD, AFRESH]
    assert asks(source_ports_scarce.CHECK, loaded(None)) == [MANY]
    assert asks(source_ports_scarce.CHECK, loaded(crowd(6), None)) == [AFRESH]
    assert asks(source_ports_scarce.CHECK, loaded(crowd(0), None)) == []


def test_why_a_connection_was_not_held_is_told():
    never = Notes(trials=Trials(idle=60.0)).machine(*ONLINE).looked_up(FOUR).dialled(FOUR, "refused")
    assert judged(idle_cut.CHECK, never).because is Because.NOT_REACHED
    assert judged(idle_cut.CHECK, idle(None)).because is Because.NO_ANSWER
