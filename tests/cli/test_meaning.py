"""Whose words tell what a diagnosis means for the user's work, when a bundle is read elsewhere."""

import pytest
from msgspec.structs import replace

from diag.bundle.level import Level
from diag.bundle.read import Bundle, bundle_of
from diag.bundle.redact import redact
from diag.bundle.write import pack
from diag.cli.errors import WrongUse
from diag.cli.meaning import meaning_of
from diag.model.fingerprint import Service
from tests.bundle import sample

RECORDED = ("Nobody can log in.",)


def bundle(service: Service, told: tuple[str, ...] = RECORDED) -> Bundle:
    evidence = sample.evidence()
    known = redact(replace(evidence, run=replace(evidence.run, service=service)), sample.PRIVATE, Level.STANDARD, key=sample.KEY)
    members, _ = pack(known, sample.diagnosis(), summary="", catalogue_version="1", meaning=told)
    return bundle_of(members)


@pytest.mark.parametrize(
    ("service", "told", "recorded", "remark"),
    [
        (Service(), RECORDED, False, ""),
        (Service("snowflake"), RECORDED, False, ""),
        (Service("acme"), (), False, ""),
        (Service("", own_words=True), RECORDED, True, "in the words of a list of theirs"),
        (Service("snowflake", own_words=True), RECORDED, True, "in the words of a list of theirs"),
        (
            Service("acme"),
            RECORDED,
            True,
            "--profile acme, or --profile FILE, tells it of today's diagnosis",
        ),
    ],
)
def test_whose_words_they_are_is_said(service: Service, told: tuple[str, ...], recorded: bool, remark: str) -> None:
    read = bundle(service, told)
    meaning = meaning_of(read, read.diagnosis)
    assert (meaning.sentences == RECORDED) is recorded
    assert meaning.remark.endswith(remark)
    assert bool(meaning.remark) is recorded


def test_a_profile_that_is_named_tells_it() -> None:
    read = bundle(Service("acme"))
    assert meaning_of(read, read.diagnosis, "snowflake").remark == ""
    with pytest.raises(WrongUse):
        meaning_of(read, read.diagnosis, "no-such-profile")
