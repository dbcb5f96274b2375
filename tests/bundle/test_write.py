"""A bundle goes out and comes back unchanged, byte for byte the same each time, whole or not at all."""

import itertools
import random
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from diag.bundle import layout, size_limit
from diag.bundle.archive import unpack
from diag.bundle.layout import ErrorLine
from diag.bundle.level import Level
from diag.bundle.read import bundle_of, read_bundle
from diag.bundle.redact import redact
from diag.bundle.seal import broken
from diag.bundle.size_limit import fit
from diag.bundle.write import CannotWrite, Written, pack, write_bundle
from diag.model.answer import HttpReply, TunnelReply
from diag.model.diagnosis import Diagnosis, Outcome
from diag.model.endpoint import Endpoint
from diag.model.run import Evidence
from tests.bundle import sample

SUMMARY = "One thing is wrong.\n\nThe proxy wants a login.\n"


def written(into: Path, level: Level = Level.STANDARD) -> Written:
    redacted = redact(sample.evidence(), sample.PRIVATE, level, key=sample.KEY)
    diagnosis = sample.diagnosis(proxy=redacted.evidence.run.trails[0].route.proxy)  # type: ignore[union-attr,arg-type]
    return write_bundle(redacted, diagnosis, summary=SUMMARY, into=into, catalogue_version="1")


@pytest.mark.parametrize("level", Level)
def test_what_is_written_is_what_is_read(tmp_path: Path, level: Level) -> None:
    redacted = redact(sample.evidence(), sample.PRIVATE, level, key=sample.KEY)
    diagnosis = sample.diagnosis(proxy=redacted.evidence.run.trails[0].route.proxy)  # type: ignore[union-attr,arg-type]
    path = write_bundle(redacted, diagnosis, summary=SUMMARY, into=tmp_path, catalogue_version="1").path
    bundle = read_bundle(path)
    assert bundle.evidence == redacted.evidence
    assert bundle.diagnosis == replace(diagnosis, verdicts=diagnosis.verdicts[:2], counted=diagnosis.tallies), (
        "what found nothing"
    )
    assert bundle.diagnosis.counts == diagnosis.counts
    assert bundle.summary == SUMMARY
    assert bundle.report == redacted.report
    assert bundle.not_understood == ()
    assert bundle.others == ()
    assert bundle.manifest.privacy == level
    assert [(line.why, line.id) for line in bundle.errors] == [("deadline", "connect-19")]


def test_the_same_run_gives_the_same_bytes_and_name(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    one, other = written(first), written(second)
    assert one.path.name == other.path.name
    assert one.path.read_bytes() == other.path.read_bytes()
    assert re.fullmatch(r"diag-20260304T050607Z-[0-9a-f]{6}\.zip", one.path.name)
    assert one.path.name[-10:-4] == one.digest[:6]
    assert one.size == one.path.stat().st_size
    assert [path.name for path in first.iterdir()] == [one.path.name], "nothing is left beside it"


def test_writing_the_same_bundle_again_is_no_error_and_another_file_is_not_overwritten(tmp_path: Path) -> None:
    path = written(tmp_path).path
    assert written(tmp_path).path == path
    path.write_bytes(b"something else")
    with pytest.raises(CannotWrite, match="exists already"):
        written(tmp_path)
    assert path.read_bytes() == b"something else"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_of_ones_own_choice(tmp_path: Path) -> None:
    assert written(tmp_path / "mine.zip").path == tmp_path / "mine.zip"


def test_the_members_and_their_times(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(tmp_path).path) as archive:
        assert archive.namelist() == sorted(layout.MEMBERS)
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = msgspec.json.decode(members.pop(layout.MANIFEST), type=layout.Manifest)
    assert manifest.schema == "diag.bundle/1.1"
    assert (manifest.endpoints, manifest.observations) == (1, len(sample.evidence().observations))
    assert broken(members, manifest.members) == ()
    members[layout.SUMMARY] += b"!"
    assert broken(members, manifest.members) == (layout.SUMMARY,)


def test_a_folder_that_is_none_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for into in (tmp_path / "file" / "below" / "x.zip", tmp_path / "nowhere" / "x.zip"):
        with pytest.raises(CannotWrite, match=r"-o FOLDER\.$") as caught:
            written(into)
        assert "\n" not in str(caught.value)


CHILD = """
import encodings.utf_16_le, os, resource, sys
from pathlib import Path
from diag.bundle.write import CannotWrite
from tests.bundle.test_write import written
{limit}
try:
    written(Path(sys.argv[1]))
except CannotWrite as error:
    print(error)
    sys.exit(7)
"""


def written_by_a_child(into: Path, limit: str) -> str:
    """What a process under some limit says of why it could not write."""
    command = [sys.executable, "-c", CHILD.format(limit=limit), str(into)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 7, done.stderr
    return done.stdout


def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    limit = "if os.geteuid() == 0: os.setuid(65534)"
    assert "you may not write into" in written_by_a_child(tmp_path, limit)
    tmp_path.chmod(0o700)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_leaves_nothing_half_written(tmp_path: Path) -> None:
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))"
    assert "may not become that large" in written_by_a_child(tmp_path, limit)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("summary", ["caf\u00e9", "x" * 60_001])
def test_a_summary_is_plain_ascii_and_short(tmp_path: Path, summary: str) -> None:
    redacted = redact(sample.evidence(), sample.PRIVATE, Level.STANDARD, key=sample.KEY)
    with pytest.raises(ValueError, match="summary"):
        write_bundle(redacted, sample.diagnosis(), summary=summary, into=tmp_path, catalogue_version="1")
    assert list(tmp_path.iterdir()) == []


def test_what_is_too_large_loses_the_pages_of_follow_ups_first_and_says_so() -> None:
    evidence = sample.evidence()
    issuer = next(observation for observation in evidence.observations if observation.id == "exchange-16")
    assert isinstance(issuer.answer, HttpReply)
    page = b"\x30\x82" + random.Random(1).randbytes(layout.LARGEST_BUNDLE)
    heavy = replace(issuer, answer=replace(issuer.answer, body=page))
    evidence = replace(evidence, observations=tuple(heavy if seen is issuer else seen for seen in evidence.observations))
    redacted = redact(evidence, sample.PRIVATE, Level.STANDARD, key=sample.KEY)
    members, content = pack(redacted, sample.diagnosis(), summary=SUMMARY, catalogue_version="1")
    assert len(content) <= layout.LARGEST_BUNDLE
    bundle = bundle_of(members)
    assert ErrorLine("size", "exchange-16", field="answer.body", bytes=len(page)) in bundle.errors
    refusal = bundle.evidence.by_id["tunnel-11"].answer
    assert isinstance(refusal, TunnelReply)
    assert len(refusal.first_bytes) > 64, "the plain walk keeps its pages as long as the follow-ups' suffice"


def test_each_step_of_fitting_leaves_less_and_names_what_it_left_out() -> None:
    evidence = sample.evidence()
    steps = list(fit(evidence))
    sizes = [len(layout.lines(step.evidence.observations)) for step in steps]
    assert sizes == sorted(sizes, reverse=True)
    assert steps[0].evidence is evidence
    assert steps[-1].evidence.observations == ()
    for before, after in itertools.pairwise(steps):
        assert after.left_out[: len(before.left_out)] == before.left_out
    gone = {line.id for line in steps[-1].left_out if not line.field and line.id}
    (endpoint,) = (line.endpoint for line in steps[-1].left_out if line.endpoint)
    gone |= {id for trail in evidence.run.trails if str(trail.endpoint) == endpoint for id in (*trail.walk, *trail.followed)}
    assert gone == {observation.id for observation in evidence.observations}


def many(number: int) -> tuple[Evidence, Diagnosis]:
    """A run over so many endpoints, of which every fiftieth is in trouble, and its diagnosis."""
    endpoints = tuple(Endpoint(f"e{n}.example.com", 443) for n in range(number))
    told = sample.diagnosis(endpoints)
    fared = tuple(
        replace(state, status=Outcome.PROBLEM if n % 50 == 49 else Outcome.OK, causes=state.causes if n % 50 == 49 else ())
        for n, state in enumerate(told.endpoints)
    )
    return sample.evidence(endpoints), replace(told, endpoints=fared)


def test_a_run_over_thousands_of_endpoints_has_its_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "LARGEST_UNPACKED", 600_000)
    evidence, diagnosis = many(120)
    redacted = redact(evidence, sample.PRIVATE, Level.STANDARD, key=sample.KEY)
    members, content = pack(redacted, diagnosis, summary=SUMMARY, catalogue_version="1")
    assert sum(map(len, members.values())) <= layout.LARGEST_UNPACKED
    bundle = bundle_of(unpack(content))
    assert len(bundle.evidence.run.trails) == len(bundle.diagnosis.endpoints) == 120, "how each fared is told all the same"
    assert not bundle.whole
    trouble = {str(state.endpoint) for state in diagnosis.endpoints if state.causes}
    assert 20 < len(bundle.left_out) < 118
    assert bundle.left_out.isdisjoint(trouble), "what is in trouble is seldom, and so the last that goes"
    for trail in bundle.evidence.run.trails:
        assert bool(trail.walk) is (str(trail.endpoint) not in bundle.left_out)
        assert any(id in bundle.evidence.by_id for id in trail.walk) is bool(trail.walk)
    assert {verdict.subject for verdict in bundle.diagnosis.verdicts}.isdisjoint(bundle.left_out)
    assert bundle.diagnosis.counts == diagnosis.counts


def test_a_great_many_pieces_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size_limit, "_MOST_TOLD", 20)
    told = list(fit(many(50)[0]))[3].told()
    assert {(line.detail, line.field) for line in told} >= {("50 observations", "answer.staple")}
    assert all(line.bytes for line in told)


@pytest.mark.parametrize("limit", ["MOST_LINES", "MOST_IDS"])
def test_a_bundle_keeps_to_what_its_reader_allows(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, limit, 300)
    evidence, diagnosis = many(60)
    redacted = redact(evidence, sample.PRIVATE, Level.STANDARD, key=sample.KEY)
    members, _ = pack(redacted, diagnosis, summary=SUMMARY, catalogue_version="1")
    assert 0 < len(bundle_of(members).evidence.observations) <= 300
