"""The page follows the terminal: its colours, its abilities, its wishes."""

import io

import pytest

from diag.model.diagnosis import Outcome
from diag.report.layout.page import open_page


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def ordinary_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def written(stream: Terminal | io.StringIO) -> str:
    page = open_page(stream)
    page.write(page.badge(Outcome.PROBLEM))
    return stream.getvalue()


def test_a_terminal_gets_colour() -> None:
    assert written(Terminal()) == "\x1b[31m\u2717 problem\x1b[0m\n"


def test_no_color_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" not in written(Terminal())


def test_a_dumb_terminal_and_a_pipe_get_no_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in written(io.StringIO())
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in written(Terminal())


@pytest.mark.parametrize("width", range(20, 70, 7))
def test_paragraphs_keep_every_word_and_their_margins(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    stream = io.StringIO()
    page = open_page(stream)
    words = "one two three four five six seven eight nine ten eleven twelve thirteen"
    page.write(page.words("- "), page.words(words), indent=2, hang=2)
    first, *others = stream.getvalue().splitlines()
    assert first.startswith("  - one")
    assert all(line.startswith("    ") and line[4] != " " for line in others)
    assert max(map(len, (first, *others))) <= width
    assert " ".join(stream.getvalue().split()) == f"- {words}"


def test_a_word_longer_than_the_line_is_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    stream = io.StringIO()
    page = open_page(stream)
    page.labelled("Affects", page.words("x" * 100))
    assert stream.getvalue().count("x") == 100
    assert max(map(len, stream.getvalue().splitlines())) <= 40
