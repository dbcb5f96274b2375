"""What stand-ins stand for is kept for the user alone, found by the bundle's bytes, and never taken on trust."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from diag.bundle.originals import KEPT, CannotKeep, forget, keep, recall, told

NOW = datetime(2026, 3, 4, tzinfo=UTC)
MEANT = {"host-abc234": "db01", "host-zz9zz9": "inside", "10.77.1.2": "10.0.0.5", "user-q7m2ka": "alice"}


def test_what_is_kept_is_found_by_the_bytes_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "diag"
    path = keep(folder, b"bundle", "diag-x.zip", "strict", MEANT, NOW)
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [entry.name for entry in folder.iterdir()] == [path.name]
    kept = recall(folder, b"bundle")
    assert kept is not None
    assert (kept.stands_for, kept.bundle, kept.level, kept.written) == (MEANT, "diag-x.zip", "strict", NOW)
    assert recall(folder, b"another") is None
    assert recall(tmp_path / "nowhere", b"bundle") is None


def test_a_folder_that_others_could_read_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    keep(tmp_path, b"bundle", "diag-x.zip", "strict", MEANT, NOW)
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_what_cannot_be_kept_or_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotKeep, match="could not be kept"):
        keep(tmp_path / "file", b"bundle", "x", "strict", MEANT, NOW)
    path = keep(tmp_path, b"bundle", "x", "strict", MEANT, NOW)
    for content in (b"", b"[]", b'{"schema":1}', b"\xff\xfe", b"[" * 100_000):
        path.write_bytes(content)
        with pytest.raises(CannotKeep, match="not as diag wrote it"):
            recall(tmp_path, b"bundle")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("host-abc234", "db01"),
        ("host-abc234.host-zz9zz9.corp", "db01.inside.corp"),
        ("/home/user-q7m2ka/ca.pem", "/home/alice/ca.pem"),
        ("10.77.1.2", "10.0.0.5"),
        ("10.77.1.23", "10.77.1.23"),
        ("host-abc2345", "host-abc2345"),
        ("nothing", "nothing"),
        ("", ""),
    ],
)
def test_a_stand_in_is_told_wherever_it_stands(text: str, meant: str) -> None:
    assert told(text, MEANT) == meant


def test_what_is_kept_has_an_end(tmp_path: Path) -> None:
    old = keep(tmp_path, b"old", "diag-old.zip", "strict", MEANT, NOW)
    keep(tmp_path, b"new", "diag-new.zip", "strict", MEANT, NOW)
    (tmp_path / "mine.json").write_text("{}")
    then = (datetime.now(UTC) - KEPT - timedelta(days=1)).timestamp()
    os.utime(old, (then, then))
    os.utime(tmp_path / "mine.json", (then, then))
    assert forget(tmp_path, before=datetime.now(UTC) - KEPT) == 1
    assert recall(tmp_path, b"old") is None
    assert recall(tmp_path, b"new") is not None
    assert forget(tmp_path, b"another") == 0
    assert forget(tmp_path, b"new") == 1
    assert recall(tmp_path, b"new") is None
    assert [path.name for path in tmp_path.iterdir()] == ["mine.json"], "what is not ours stays"
    assert forget(tmp_path / "nowhere") == 0
