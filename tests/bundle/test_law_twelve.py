"""Redaction changes no verdict: every recorded case gives the same causes at every level, and again after the bundle is read."""

from pathlib import Path

import pytest

from checks import CATALOGUE
from diag.bundle.copy import make_stricter
from diag.bundle.known_secrets import Private
from diag.bundle.read import bundle_of
from diag.bundle.redact import Level, redact
from diag.bundle.write import pack
from diag.engine.judge import judge
from diag.model.diagnosis import Diagnosis
from tests.recording.case import CASES, all_cases, read_case

SOMEBODY = Private(users=("alice",), machines=("alices-laptop",), homes=("/home/alice",))


def told(diagnosis: Diagnosis) -> tuple[object, ...]:
    """All that a redaction may not change: what is concluded, of how many things, with which facts by name, from which sight."""
    return (
        diagnosis.verdict,
        [(cause.id, cause.status, cause.confidence, cause.endpoints, cause.cites, cause.explains) for cause in diagnosis.causes],
        [(state.status, state.reached, state.arrived, state.causes) for state in diagnosis.endpoints],
        [
            (verdict.check, verdict.subject, found.status, found.confidence, found.because, found.cites, sorted(found.facts))
            for verdict in diagnosis.verdicts
            if (found := verdict.finding)
        ],
    )


@pytest.mark.parametrize("folder", all_cases(), ids=lambda folder: str(folder.relative_to(CASES)))
def test_a_stricter_copy_gives_the_same_causes(folder: Path) -> None:
    evidence, _ = read_case(folder)
    redacted = redact(evidence, SOMEBODY, Level.STANDARD, key=b"k" * 32)
    judged = judge(redacted.evidence, CATALOGUE)
    members, _ = pack(redacted, judged, summary="", catalogue_version="1")
    copy = make_stricter(bundle_of(members), Level.STRICT, SOMEBODY, redacted.originals, key=b"o" * 32)
    again = judge(copy.redacted.evidence, CATALOGUE)
    assert told(again) == told(judged)
    assert bundle_of(pack(copy.redacted, again, summary="", catalogue_version="1")[0]).diagnosis == again


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("folder", all_cases(), ids=lambda folder: str(folder.relative_to(CASES)))
def test_the_redacted_case_gives_the_same_causes(folder: Path, level: Level) -> None:
    evidence, _ = read_case(folder)
    redacted = redact(evidence, SOMEBODY, level, key=b"k" * 32)
    judged = judge(redacted.evidence, CATALOGUE)
    assert told(judged) == told(judge(evidence, CATALOGUE))
    members, _ = pack(redacted, judged, summary="", catalogue_version="1")
    bundle = bundle_of(members)
    assert bundle.diagnosis == judged
    assert judge(bundle.evidence, CATALOGUE) == judged
