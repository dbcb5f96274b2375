"""How far a packet gets, as a picture: the silence stands behind the last who answered, and nobody is blamed who answered."""

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.address import Address
from diag.model.answer import Hop, Path
from diag.model.question import Trace
from diag.report.forms.html import write_page
from diag.report.views.hops import HopMark, track_of
from tests.checks.evidence import Notes
from tests.checks.replies import FOUR

NEAR, FAR = Hop(1, "10.0.0.1", 0.001), Hop(4, "203.0.113.9", 0.02)


def stops(path: Path, host: str = FOUR) -> list[tuple[str, str, HopMark]]:
    seen = Notes().saw(Trace(Address(host, 443)), path).evidence.observations
    track = track_of(seen)
    assert track
    return [(stop.name, stop.note, stop.fared) for stop in track.stops[1:]]


def test_the_silence_begins_after_the_last_who_answered() -> None:
    assert stops(Path((NEAR, FAR))) == [
        ("10.0.0.1", "hop 1, 1 ms", HopMark.WELL),
        ("2 hops", "no word from them", HopMark.MUTE),
        ("203.0.113.9", "hop 4, 20 ms", HopMark.WELL),
        ("silence", "after hop 4", HopMark.BROKEN),
        (FOUR, "not reached", HopMark.NOT_REACHED),
    ]


def test_it_may_begin_at_once() -> None:
    assert stops(Path())[0] == ("silence", "not even the first hop answers", HopMark.BROKEN)


def test_who_refuses_is_where_it_ends_and_is_named_once() -> None:
    told = Path((NEAR, Hop(2, "10.0.0.1", 0.001, "prohibited"), Hop(3, "10.0.0.1", 0.001, "prohibited")))
    words = "hop 1, 1 ms, a firewall or router forbids it"
    assert stops(told) == [("10.0.0.1", words, HopMark.BROKEN), (FOUR, "not reached", HopMark.NOT_REACHED)]


def test_a_way_that_arrives() -> None:
    assert stops(Path((NEAR,), 3)) == [
        ("10.0.0.1", "hop 1, 1 ms", HopMark.WELL),
        ("1 hop", "no word from it", HopMark.MUTE),
        (FOUR, "hop 3, answers itself", HopMark.WELL),
    ]


def test_nothing_was_followed() -> None:
    assert track_of(Notes().dialled(FOUR).evidence.observations) is None


@pytest.mark.parametrize("host", [FOUR, "2001:db8::7"])
def test_it_stands_on_the_page_once_with_its_cause(host: str) -> None:
    notes = Notes(f"https://{f'[{host}]' if ':' in host else host}").dialled(host, "timed_out", took=5)
    evidence = notes.saw(Trace(Address(host, 443)), Path((NEAR,)), beside=True).evidence
    page = write_page(judge(evidence, CATALOGUE), {check.id: check for check in CATALOGUE}, evidence)
    assert page.count("How far a packet gets") == 1
    assert "not reached" in page
