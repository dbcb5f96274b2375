"""Every command really ends as its help says."""

import os
from pathlib import Path
from unittest.mock import patch

import pytest

from checks import CATALOGUE
from diag.bundle.archive import NewerBundle
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level
from diag.bundle.redact import redact
from diag.bundle.write import Written, write_bundle
from diag.cli.delivery import Left
from diag.engine.judge import judge
from tests.bundle.hostile import with_entry
from tests.cli.ends import CALLS
from tests.cli.shell import called
from tests.report import samples


@pytest.fixture
def within(tmp_path: Path) -> Path:
    """A folder with two bundles, `a.zip` and `b.zip`, and a pipe that nobody reads."""
    for name, diagnosis_of in (("a", samples.EVIDENCE), ("b", samples.many(1)[1])):
        redacted = redact(diagnosis_of, Private(), Level.STANDARD, key=b"k" * 32)
        seen = judge(redacted.evidence, CATALOGUE)
        write_bundle(redacted, seen, summary="", into=tmp_path / f"{name}.zip", catalogue_version="1")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "error.log").write_text("curl: (60) SSL certificate problem: unable to get local issuer certificate\n")
    for name in ("letter.txt", "letter.zip"):
        (tmp_path / name).write_text("Dear Sir\n")
    return tmp_path


@pytest.mark.parametrize(("call", "code"), [(call, code) for ends in CALLS.values() for code, call in ends.items()])
def test_a_command_ends_as_its_help_says(call: str, code: int, within: Path) -> None:
    assert called(*call.split(), within=within).code == code


@pytest.mark.parametrize(
    ("left", "code"), [(Left(missing=True), 1), (Left(bundle=Written(Path("x.zip"), "0" * 64, 9), missing=True), 4)]
)
def test_a_copy_that_is_not_where_it_was_wanted(left: Left, code: int, within: Path) -> None:
    with patch("diag.cli.redact.leave_bundle", return_value=left):
        assert called("redact", "a.zip", within=within).code == code


def test_a_bundle_with_something_in_it_that_its_manifest_lacks_is_not_as_it_was_written(within: Path) -> None:
    (within / "more.zip").write_bytes(with_entry("more.txt"))
    ended = called("verify", "more.zip", within=within)
    assert ended.code == 1
    assert "The bundle is not as diag wrote it" in ended.out


def test_a_bundle_of_a_newer_diag_is_neither_whole_nor_changed(within: Path) -> None:
    with patch("diag.cli.verify.verify", side_effect=NewerBundle("a newer diag wrote it")):
        assert called("verify", "a.zip", within=within).code == 3
