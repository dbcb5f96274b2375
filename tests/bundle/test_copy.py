"""A stricter copy: the same causes, more replaced, the way back to the first values, and never a laxer one."""

import json

import pytest

from checks import CATALOGUE
from diag.bundle import layout
from diag.bundle.copy import NOT_UNDERSTOOD, NotStricter, make_stricter
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.originals import told
from diag.bundle.read import Bundle, bundle_of
from diag.bundle.redact import redact
from diag.bundle.write import pack
from diag.engine.judge import judge
from tests.bundle import sample
from tests.bundle.hostile import edited, line, set_

STANDARD = redact(sample.evidence(), sample.PRIVATE, Level.STANDARD, key=sample.KEY)
OTHER_KEY = b"o" * 32


def bundle(level: Level) -> Bundle:
    redacted = redact(sample.evidence(), sample.PRIVATE, level, key=sample.KEY)
    return bundle_of(pack(redacted, judge(redacted.evidence, CATALOGUE), summary="", catalogue_version="1")[0])


def test_a_strict_copy_holds_no_private_address_and_still_leads_back() -> None:
    copy = make_stricter(bundle(Level.STANDARD), Level.STRICT, Private(), STANDARD.originals, key=OTHER_KEY)
    members, _ = pack(copy.redacted, judge(copy.redacted.evidence, CATALOGUE), summary="", catalogue_version="1")
    text = b"".join(members.values())
    for value in (*sample.private_values(), "10.20.30", "proxy.corp"):
        assert value.encode() not in text
    meant = set(copy.redacted.originals.values())
    assert {"10.20.30.53", "proxy", "db01", "alice"} <= {part for value in meant for part in (value, *value.split("/"))}
    assert not [value for value in meant if any(token in value for token in STANDARD.originals)], "no stand-in of a stand-in"


def test_the_account_adds_up() -> None:
    first = bundle(Level.STANDARD)
    copy = make_stricter(first, Level.STRICT, Private(), {}, key=OTHER_KEY)
    assert copy.redacted.report.level == "strict"
    assert copy.redacted.report.rules["secret-field"] >= first.report.rules["secret-field"] > 0
    assert copy.redacted.report.rules["address"] > 0


def test_stand_ins_of_another_computer_lead_to_the_first_stand_in() -> None:
    copy = make_stricter(bundle(Level.STANDARD), Level.STRICT, Private(), {}, key=OTHER_KEY)
    hosts = {old for new, old in copy.redacted.originals.items() if new.startswith("host-")}
    assert hosts & {old for old in STANDARD.originals if old.startswith("host-")}


@pytest.mark.parametrize(
    ("has", "wanted"),
    [
        (Level.STANDARD, Level.STANDARD),
        (Level.STRICT, Level.STRICT),
        (Level.STRICT, Level.STANDARD),
        (Level.STANDARD, Level.NONE),
        (Level.NONE, Level.NONE),
    ],
)
def test_a_copy_is_never_laxer(has: Level, wanted: Level) -> None:
    with pytest.raises(NotStricter, match=f"redacted at the level '{has}' already"):
        make_stricter(bundle(has), wanted, Private(), {}, key=OTHER_KEY)


def test_a_level_of_the_future_counts_as_the_strictest() -> None:
    strange = bundle_of(edited(layout.MANIFEST, set_("privacy", to="paranoid")))
    with pytest.raises(NotStricter, match="'strict' already"):
        make_stricter(strange, Level.STRICT, Private(), {}, key=OTHER_KEY)


def test_a_bundle_with_everything_in_it_becomes_a_standard_one() -> None:
    copy = make_stricter(bundle(Level.NONE), Level.STANDARD, sample.PRIVATE, {}, key=sample.KEY)
    assert copy.redacted.evidence == STANDARD.evidence


def test_what_a_newer_diag_wrote_is_left_out_and_counted() -> None:
    newer = json.dumps(
        {
            "id": "quantum-1",
            "question": {"ask": "quantum", "to": "secret.future.example"},
            "began": "2026-03-04T05:06:07Z",
            "took": 1.0,
            "answer": {"seen": "quantum", "state": "alive at secret.future.example"},
        }
    )
    copy = make_stricter(bundle_of(line(newer.encode())), Level.STRICT, Private(), {}, key=OTHER_KEY)
    assert copy.redacted.report.dropped[NOT_UNDERSTOOD] == 1
    members, _ = pack(copy.redacted, judge(copy.redacted.evidence, CATALOGUE), summary="", catalogue_version="1")
    assert b"secret.future" not in b"".join(members.values())
    again = bundle_of(members)
    assert again.report.dropped[NOT_UNDERSTOOD] == 1
    assert again.not_understood == ()


def test_what_was_left_out_for_its_size_stays_said() -> None:
    redacted = redact(sample.evidence(), sample.PRIVATE, Level.STANDARD, key=sample.KEY)
    gone = layout.ErrorLine(layout.SIZE, "exchange-14", field="answer.body", bytes=5)
    members, _ = pack(redacted, judge(redacted.evidence, CATALOGUE), summary="", catalogue_version="1", left_out=(gone,))
    copy = make_stricter(bundle_of(members), Level.STRICT, Private(), {}, key=OTHER_KEY)
    assert copy.left_out == (gone,)


def test_every_stand_in_of_a_copy_can_be_told() -> None:
    copy = make_stricter(bundle(Level.STANDARD), Level.STRICT, Private(), STANDARD.originals, key=OTHER_KEY)
    for token, value in copy.redacted.originals.items():
        assert told(token, copy.redacted.originals) == value
