"""What is said of a timed transfer: only what its rate, the distance and something to compare with can bear out."""

import pytest

from checks.network import throughput_low
from diag.model.address import Address, Authority
from diag.model.answer import HttpReply, TcpInfo, Transferred
from diag.model.question import Connect, Handshake, Transfer
from diag.model.run import Trials
from diag.model.verdict import Confidence, Status
from tests.checks.evidence import Notes
from tests.checks.replies import FIVE, FOUR, HOST, ONLINE, trusted
from tests.checks.table import rows
from tests.checks.verdicts import asks, judged

CHECK = throughput_low.CHECK
URL = f"https://{HOST}/big"
MINE = Transfer(Handshake(Connect(Address(FOUR, 443)), HOST), Authority(HOST, 443), "/", 5.0)
GOOD = Transfer(Handshake(Connect(Address(FIVE, 443))), Authority(FIVE, 443), "/big", 5.0)
NEAR, FAR_AWAY = 10_000, 400_000
"""Microseconds there and back."""


def came(megabits: float, trip: int = NEAR, *, seconds: float = 5.0, missing: int = 0, **more: object) -> Transferred:
    """What came in some seconds at this rate."""
    size = round(megabits * 1_000_000 / 8 * seconds)
    return Transferred(
        **{"status": 200, **more},  # type: ignore[arg-type]
        size=size,
        seconds=seconds,
        tcp=TcpInfo(1, rtt=trip, min_rtt=trip, segments_in=max(size // 1400, 1), out_of_order=missing),
    )


def timed(mine: Transferred | None, good: Transferred | None = None, *, target: str = "/big", **reply: object) -> Notes:
    """A healthy walk to an answer that is longer than what was kept of it, then transfers."""
    notes = Notes(URL, trials=Trials(transfer=5.0)).machine(*ONLINE).looked_up(FOUR).dialled(FOUR).shook(FOUR, trusted())
    notes.fetched(FOUR, HttpReply(**{"status": 200, "body": b"x" * 1024, **reply}))  # type: ignore[arg-type]
    if good is not None or target != "/big":
        notes.control(FIVE, target=target)
    if mine:
        notes.saw(MINE, mine, 5.0, beside=True)
    if good:
        notes.saw(GOOD, good, 5.0, beside=True)
    return notes


TABLE = {
    "far slower than another": (timed(came(0.3), came(90)), Status.PROBLEM),
    "far slower and not slow": (timed(came(15), came(95)), Status.WARNING),
    "slower than another": (timed(came(30), came(95)), Status.OK),
    "as fast as another": (timed(came(80), came(80)), Status.OK),
    "as slow as another": (timed(came(0.3), came(0.4)), Status.WARNING),
    "faster than our reading": (timed(came(300), came(5000)), Status.OK),
    "slow with nothing to compare": (timed(came(0.3)), Status.WARNING),
    "middling with nothing to compare": (timed(came(4)), Status.UNKNOWN),
    "good with nothing to compare": (timed(came(24)), Status.OK),
    "far away": (timed(came(0.9, FAR_AWAY)), Status.OK),
    "far away and far slower than another": (timed(came(0.9, FAR_AWAY), came(90)), Status.OK),
    "far away and slower than that": (timed(came(0.2, FAR_AWAY), came(90)), Status.PROBLEM),
    "slow, and the other is far away": (timed(came(0.3), came(0.9, FAR_AWAY)), Status.WARNING),
    "too far away for so short a time": (timed(came(0.1, 1_500_000)), Status.UNKNOWN),
    "a short answer": (timed(came(0.3, seconds=0.2, complete=True)), Status.UNKNOWN),
    "a short answer that took its time": (timed(came(0.02, complete=True)), Status.WARNING),
    "a large answer that came at once": (timed(came(90, seconds=0.2, complete=True)), Status.OK),
    "all of it was there at once": (timed(None, complete=True), Status.UNKNOWN),
    "an answer that is a refusal": (timed(came(0.3), status=403), Status.UNKNOWN),
    "a refusal the second time": (timed(came(0.3, status=503)), Status.UNKNOWN),
    "it broke off": (timed(came(0.3, failure="reset")), Status.UNKNOWN),
    "the other's answer is short": (timed(came(0.3), came(0.3, seconds=0.1)), Status.WARNING),
    "not read": (timed(None), Status.UNKNOWN),
    "not asked for": (Notes(URL).dialled(FOUR), Status.NOT_APPLICABLE),
    "through a proxy": (Notes(URL, proxy="proxy.example:3128", trials=Trials(transfer=5.0)), Status.NOT_APPLICABLE),
    "no HTTP": (Notes(f"tls://{HOST}:443", trials=Trials(transfer=5.0)), Status.NOT_APPLICABLE),
}


@pytest.mark.parametrize(("check", "notes", "status"), rows({CHECK: TABLE}))
def test_verdict(check, notes, status):
    assert judged(check, notes).status == status


def test_the_rate_is_told_in_bits_a_second():
    facts = judged(CHECK, timed(came(0.3), came(90))).facts
    assert (facts["bits_per_second"], facts["control_bits_per_second"]) == (300_000, 90_000_000)
    assert (facts["compared_megabits"], facts["compared_with"]) == (90.0, f"{FIVE}:443")


def test_a_slow_way_and_a_slow_server_look_alike_and_both_are_named():
    found = judged(CHECK, timed(came(0.3), came(90)))
    assert found.confidence is Confidence.POSSIBLE
    assert (found.facts["slow_parts"], tuple(found.rules_out)) == (("way", "service"), ("own-line-slow",))


def test_segments_that_go_missing_speak_for_the_way_and_few_do_not():
    assert judged(CHECK, timed(came(0.3, missing=30), came(90))).confidence is Confidence.LIKELY
    assert judged(CHECK, timed(came(0.3, missing=9), came(90))).confidence is Confidence.POSSIBLE
    assert judged(CHECK, timed(came(9, missing=30), came(90))).confidence is Confidence.POSSIBLE


def test_what_is_slow_everywhere_is_one_cause_for_all():
    assert judged(CHECK, timed(came(0.3), came(0.4))).about == "this computer's own link"


def test_the_other_is_read_only_once_this_one_was_and_where_it_can_matter():
    assert asks(CHECK, timed(None, came(90))) == [MINE]
    assert asks(CHECK, timed(came(0.3), came(90))) == [MINE, GOOD]
    assert asks(CHECK, timed(came(300), came(90))) == [MINE]
    assert asks(CHECK, timed(came(0.3), target="")) == [MINE], "nothing is read from a host that is only to be connected to"
    assert asks(CHECK, timed(None, complete=True)) == []


def test_another_on_the_plain_port_is_read_in_the_clear():
    notes = timed(came(0.3)).control(FIVE, port=80, target="/big")
    assert asks(CHECK, notes)[1] == Transfer(Connect(Address(FIVE, 80)), Authority(FIVE, 80), "/big", 5.0)


def test_another_that_does_not_accept_is_nothing_to_compare_with():
    notes = timed(came(0.3)).control(FIVE, "timed_out", target="/big")
    assert asks(CHECK, notes) == [MINE]
    facts = judged(CHECK, notes).facts
    assert (facts["nothing_comparable"], "compared_with" in facts) == (True, False)


def test_another_inside_says_nothing_of_the_line_to_the_outside():
    inside = Transfer(Handshake(Connect(Address("10.0.0.7", 443))), Authority("10.0.0.7", 443), "/big", 5.0)
    notes = timed(came(0.3)).control("10.0.0.7", target="/big").saw(inside, came(90), beside=True)
    found = judged(CHECK, notes)
    assert found.facts["slow_parts"] == ("way", "own_line_out", "service")
    assert found.rules_out == {}
