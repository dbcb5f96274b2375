"""Standard streams that are closed, full or read by nobody cost nothing that was seen, and are told as what they are."""

import errno
import os
import stat
import subprocess
from pathlib import Path

import pytest

from diag.cli import streams
from tests.cli.shell import command, diag, environment

FULL = Path("/dev/full")
IS_FULL = FULL.is_char_device() and stat.S_IMODE(FULL.stat().st_mode) and os.major(FULL.stat().st_rdev) == 1
needs_full = pytest.mark.skipif(not IS_FULL, reason="there is no /dev/full here")
RUN = ("run", "https://127.0.0.1:1", "--no-proxy", "--resolver", "127.0.0.1:1")
"""A look that ends at once, with a problem found."""


def in_shell(line: str, within: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A line of shell in which `"$@"` is the call."""
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}", "bash", *command(*arguments)],
        cwd=within,
        env=environment(within),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",  # a reader may stop within a character
        timeout=60,
        check=False,
    )


def the_bundle(folder: Path) -> str:
    (bundle,) = folder.glob("diag-*.zip")
    assert diag("verify", bundle.name, within=folder).code == 0
    return bundle.name


FORMS: tuple[tuple[str, ...], ...] = ((), ("-v",), ("--json",), ("-q",), ("--html", "-"))
LOST = (
    ('"$@" | head -c 1', 141, ""),
    ('"$@" | true', 141, ""),
    ('"$@" >&-', 74, "Standard output could not be written: it is closed."),
    ('"$@" > /dev/full', 74, "Standard output could not be written: no space is left"),
)
EACH_FORM_TWICE = [
    pytest.param(form, *lost, marks=[needs_full] if "full" in lost[0] else [])
    for row, form in enumerate(FORMS)
    for at, lost in enumerate(LOST)
    if (row + at) % 2 == 0
]


@pytest.mark.parametrize(("form", "line", "code", "said"), EACH_FORM_TWICE)
def test_the_bundle_is_there_before_anything_is_printed(
    form: tuple[str, ...], line: str, code: int, said: str, tmp_path: Path
) -> None:
    ended = in_shell(line, tmp_path, *RUN, *form)
    bundle = the_bundle(tmp_path)
    if ended.returncode != 1:  # a short report may have been taken before its reader went
        assert ended.returncode == code
        assert said in ended.stderr
        assert f"Bundle: {bundle}" in ended.stderr or "--json" in form
    assert "bug" not in ended.stderr
    assert "Traceback" not in ended.stderr


@needs_full
@pytest.mark.parametrize("arguments", [("checks",), ("--help",), ("explain", "dns-no-address"), ("schema", "report")])
def test_a_full_disk_behind_standard_output_is_no_bug_of_ours(arguments: tuple[str, ...], tmp_path: Path) -> None:
    ended = in_shell('"$@" > /dev/full', tmp_path, *arguments)
    assert ended.returncode == 74
    assert ended.stderr == "diag: Standard output could not be written: no space is left where it goes.\n"


def test_without_stderr_a_document_is_all_that_stands_on_stdout(tmp_path: Path) -> None:
    ended = in_shell('"$@" 2>&-', tmp_path, *RUN, "--json")
    assert ended.returncode == 1
    assert ended.stdout.startswith("{")
    assert ended.stdout.rstrip().endswith("}")
    assert the_bundle(tmp_path)


def test_with_no_stream_at_all_no_socket_takes_the_place_of_one(tmp_path: Path) -> None:
    ended = in_shell('"$@" <&- >&- 2>&-', tmp_path, *RUN)
    assert ended.returncode == 74
    assert the_bundle(tmp_path)


@pytest.mark.parametrize(
    ("error", "gone", "lost"),
    [
        (BrokenPipeError(errno.EPIPE, ""), True, True),
        (OSError(errno.ENOSPC, ""), False, True),
        (OSError(errno.EINVAL, ""), False, False),
        (OSError(errno.ENOENT, ""), False, False),
    ],
)
def test_which_errors_are_about_the_output(error: OSError, gone: bool, lost: bool) -> None:
    assert (streams.is_reader_gone(error), streams.is_output_lost(error)) == (gone, lost)


@pytest.mark.parametrize("number", [errno.EINVAL, 109, 232])
def test_windows_has_its_own_words_for_a_reader_who_is_gone(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams.sys, "platform", "win32")
    assert streams.is_reader_gone(OSError(number, ""))
    assert not streams.is_reader_gone(OSError(errno.EACCES, ""))
