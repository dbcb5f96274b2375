"""The progress line: seen on a terminal, gone afterwards, and silent everywhere else."""

import io

import pytest

from diag.model.endpoint_view import Stage
from diag.report.forms.progress import ProgressLine


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def ordinary_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")


def follow(progress: ProgressLine) -> None:
    with progress:
        progress.told("https://a.example.com:443", Stage.CONNECT, False)
        progress.told("https://a.example.com:443", Stage.HANDSHAKE, True)


def test_a_terminal_sees_how_far_it_is_and_then_nothing() -> None:
    stream = Terminal()
    follow(ProgressLine(stream, 3))
    assert "1 of 3" in stream.getvalue()
    assert "a.example.com:443: connecting" in stream.getvalue()
    assert stream.getvalue().endswith("\x1b[2K"), "the line is wiped"


def test_a_pipe_a_dumb_terminal_and_a_quiet_run_see_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe, quiet, dumb = io.StringIO(), Terminal(), Terminal()
    follow(ProgressLine(pipe, 3))
    follow(ProgressLine(quiet, 3, hidden=True))
    monkeypatch.setenv("TERM", "dumb")
    follow(ProgressLine(dumb, 3))
    assert (pipe.getvalue(), quiet.getvalue(), dumb.getvalue()) == ("", "", "")


def test_what_is_waited_for_longest_is_named_and_never_what_has_ended() -> None:
    clock = iter((0.0, 4.0, 4.0, 31.0))
    progress = ProgressLine(io.StringIO(), 3, 30.0, now=lambda: next(clock))
    for name in "abc":
        progress.told(f"https://{name}.example.com:443", Stage.CONNECT, False)
    progress.told("https://a.example.com:443", Stage.EXCHANGE, False)
    progress.told("https://c.example.com:443", Stage.EXCHANGE, True)
    assert progress.line().plain.endswith(" 1 of 3  4 of 30 s  a.example.com:443: waiting for the answer (and 1 more)")
    progress.told("https://a.example.com:443", Stage.EXCHANGE, True)
    assert progress.line().plain.endswith("  b.example.com:443: connecting")
    progress.told("https://b.example.com:443", Stage.CONNECT, True)
    assert progress.line().plain.endswith("31 of 30 s  judging")


def test_a_stranger_in_the_name_steers_nothing() -> None:
    stream = Terminal()
    with ProgressLine(stream, 3) as progress:
        progress.told("\x1b]0;title\x07[bold]x", Stage.CONNECT, False)
    assert "\x1b]0" not in stream.getvalue()
    assert "[bold]x" in stream.getvalue()
