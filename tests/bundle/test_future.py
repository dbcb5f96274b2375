"""Bundles of other times: every released format is read for good; what a newer diag adds is kept, named, and never believed."""

import json
from pathlib import Path

import pytest

from checks import CATALOGUE
from diag.bundle import layout
from diag.bundle.copy import NOT_UNDERSTOOD, make_stricter
from diag.bundle.envelope import MAGIC, VERSION
from diag.bundle.keys import Identities
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.read import Bundle, bundle_of, read_bundle
from diag.bundle.seal import sealed
from diag.bundle.verify import verify
from diag.bundle.write import pack
from diag.engine.judge import judge
from diag.model.diagnosis import Outcome
from diag.model.verdict import Status
from tests.bundle.hostile import MEMBERS

GOLDEN = Path(__file__).parent / "golden"
IDENTITIES = Identities(hpke=(bytes(range(32)),))
"""The private key of the golden envelopes."""
NEW = "only-a-newer-diag-knows"


def newer() -> dict[str, bytes]:
    """The sample as a later minor could have written it: new kinds, fields, words and members everywhere."""
    lines = [json.loads(line) for line in MEMBERS[layout.EVIDENCE].splitlines()]
    lines[0] |= {"weather": NEW}
    lines[0]["answer"] |= {NEW: 1}
    lines.append({**lines[1], "id": "quantum-1", "question": {"ask": "quantum", "of": NEW}})
    lines.append({**lines[1], "id": "quantum-2", "answer": {"seen": "quantum", "state": NEW}})
    verdicts = json.loads(MEMBERS[layout.VERDICTS])
    verdicts["verdict"] = "catastrophe"
    verdicts["endpoints"][0]["status"] = "marvellous"
    verdicts["verdicts"][0]["finding"]["status"] = "splendid"
    verdicts["tallies"][0]["status"] = "resplendent"
    verdicts["verdicts"].append({"check": NEW, "subject": "run", "finding": {"status": "ok"}})
    account = json.loads(MEMBERS[layout.REDACTION])
    account["rules"][NEW] = 7
    run = json.loads(MEMBERS[layout.RUN_MEMBER]) | {"mood": NEW}
    members = {
        **MEMBERS,
        layout.EVIDENCE: b"".join(json.dumps(line).encode() + b"\n" for line in lines),
        layout.VERDICTS: json.dumps(verdicts).encode(),
        layout.REDACTION: json.dumps(account).encode(),
        layout.RUN_MEMBER: json.dumps(run).encode(),
        layout.ERRORS: MEMBERS[layout.ERRORS] + json.dumps({"why": NEW}).encode() + b"\n",
        "traces.jsonl": NEW.encode(),
    }
    rest = {name: content for name, content in members.items() if name != layout.MANIFEST}
    manifest = json.loads(MEMBERS[layout.MANIFEST]) | {"schema": "diag.bundle/1.7", "planet": NEW}
    manifest["members"] = {name: {"sha256": seal.sha256, "size": seal.size, "sort": NEW} for name, seal in sealed(rest).items()}
    return {**rest, layout.MANIFEST: json.dumps(manifest).encode()}


def test_what_is_newer_is_kept_and_named() -> None:
    bundle = bundle_of(newer())
    assert bundle.others == ("traces.jsonl",)
    assert bundle.members["traces.jsonl"] == NEW.encode()
    named = {(note.member, note.what) for note in bundle.not_understood}
    assert (layout.EVIDENCE, "weather") in named
    assert (layout.EVIDENCE, "question") in named
    assert (layout.EVIDENCE, "answer") in named
    assert (layout.RUN_MEMBER, "mood") in named
    assert {note.member for note in bundle.not_understood} >= {
        layout.MANIFEST,
        layout.EVIDENCE,
        layout.RUN_MEMBER,
        layout.VERDICTS,
    }


def test_what_is_newer_is_never_a_pass() -> None:
    bundle = bundle_of(newer())
    assert bundle.diagnosis.verdict is Outcome.UNKNOWN
    assert bundle.diagnosis.endpoints[0].status is Outcome.UNKNOWN
    first, last = bundle.diagnosis.verdicts[0], bundle.diagnosis.verdicts[-1]
    assert (first.finding.status, last.finding.status) == (Status.UNKNOWN, Status.UNKNOWN), "a pass that cites nothing is none"
    assert bundle.diagnosis.tallies[0].status is Status.UNKNOWN
    assert {observation.id for observation in bundle.evidence.observations}.isdisjoint({"quantum-1", "quantum-2"})


def test_what_is_newer_changes_no_judgement_and_is_in_no_copy() -> None:
    bundle = bundle_of(newer())
    judged = judge(bundle.evidence, CATALOGUE)
    assert judged == judge(bundle_of(MEMBERS).evidence, CATALOGUE)
    copy = make_stricter(bundle, Level.STRICT, Private(), {}, key=b"o" * 32)
    again = judge(copy.redacted.evidence, CATALOGUE)
    assert [(cause.id, cause.status) for cause in again.causes] == [(cause.id, cause.status) for cause in judged.causes]
    members, _ = pack(copy.redacted, again, summary="", catalogue_version="1", left_out=copy.left_out)
    rewritten = bundle_of(members)
    assert rewritten.report.dropped[NOT_UNDERSTOOD] >= 5
    assert rewritten.report.rules[NEW] == 7
    del members[layout.REDACTION]
    assert NEW.encode() not in b"".join(members.values())


def test_its_seal_can_be_verified() -> None:
    assert verify(newer(), "diag-x.zip").whole


@pytest.mark.parametrize("path", sorted(GOLDEN.iterdir()), ids=lambda path: path.name)
def test_a_golden_bundle_is_read_judged_and_made_stricter(path: Path) -> None:
    """Each was written once by the diag of its time and is never written again."""
    bundle = read_bundle(path, IDENTITIES)
    assert (bundle.not_understood, bundle.others) == ((), ())
    judged = judge(bundle.evidence, CATALOGUE)
    assert judged.endpoints
    copy = make_stricter(bundle, Level.STRICT, Private(), {}, key=b"o" * 32)
    again = judge(copy.redacted.evidence, CATALOGUE)
    assert [(cause.id, cause.status, cause.cites) for cause in again.causes] == [
        (cause.id, cause.status, cause.cites) for cause in judged.causes
    ]


def test_every_released_format_has_its_golden_bundle() -> None:
    bundles: list[Bundle] = [read_bundle(path, IDENTITIES) for path in GOLDEN.iterdir()]
    assert {bundle.manifest.schema for bundle in bundles} >= {layout.SCHEMA, layout.WRITTEN}
    envelopes = {path.read_bytes()[len(MAGIC)] for path in GOLDEN.glob("*.hpke")}
    assert envelopes == set(range(1, VERSION + 1))
