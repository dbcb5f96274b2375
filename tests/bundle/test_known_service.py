"""What is known of the service goes with the evidence: marks stay whole, sentences lose what is private, a bundle is written."""

import pytest
from msgspec.structs import replace

from diag.bundle.level import Level
from diag.bundle.read import bundle_of
from diag.bundle.redact import Redacted, redact
from diag.bundle.write import pack
from diag.model.fingerprint import Denial, Fingerprint, Mark, Service
from tests.bundle import sample

WITHHELD = sample.private_values()
FINGERPRINTS = (
    Fingerprint(Mark.HEADER, "x-acme", always=True, hosts=("*.service.example.com",)),
    *(
        Fingerprint(
            Mark.FIELD, "code", str(number), means=f"See {value}.", remedy=f"Ask at {value}, please.", denies=Denial.ADDRESS
        )
        for number, value in enumerate(WITHHELD)
    ),
)


def redacted(level: Level, *fingerprints: Fingerprint) -> Redacted:
    evidence = sample.evidence()
    run = replace(evidence.run, service=Service("acme", True, fingerprints))
    return redact(replace(evidence, run=run), sample.PRIVATE, level, key=sample.KEY)


@pytest.mark.parametrize("level", [Level.STANDARD, Level.STRICT])
def test_a_private_name_in_a_sentence_costs_no_bundle(level: Level) -> None:
    told = redacted(level, *FINGERPRINTS)
    meaning = tuple(told.in_words(f"Without {value} nobody can work.") for value in WITHHELD)
    members, _ = pack(told, sample.diagnosis(proxy="it"), summary="", catalogue_version="1", meaning=meaning)
    bundle = bundle_of(members)
    assert bundle.consequences == meaning
    service = bundle.evidence.run.service
    assert [(one.name, one.value, one.hosts, one.denies) for one in service.fingerprints] == [
        (one.name, one.value, one.hosts, one.denies) for one in FINGERPRINTS
    ]
    assert (service.profile, service.own_words) == ("acme", True)


@pytest.mark.parametrize("level", Level)
def test_what_a_mark_looks_for_stays_as_it_is(level: Level) -> None:
    inner = [value for value in WITHHELD if "." in value and "/" not in value and ":" not in value]
    marks = tuple(Fingerprint(Mark.PAGE, value=f"Welcome to {value}") for value in inner)
    about = tuple(Fingerprint(Mark.HEADER, "x-acme", hosts=(f"*.{value}",)) for value in inner)
    told = redacted(level, *marks, *about)
    assert told.evidence.run.service.fingerprints == (*marks, *about)
    pack(told, sample.diagnosis(proxy="it"), summary="", catalogue_version="1")
