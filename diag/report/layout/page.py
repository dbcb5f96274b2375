"""The page that a terminal report is written on: its width, its colours, and the one way in which words come onto it.

Words become `Marked`, never markup, and pass `diag.model.text` on their way: nothing that a stranger wrote can steer
a terminal. Where the terminal has no colours, no Unicode or few columns, the same words come plainer.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Protocol

from diag.language.columns import columns_of, padded
from diag.model.diagnosis import Outcome
from diag.model.text import clean
from diag.report.layout.ascii import to_encoding
from diag.report.layout.marked import Marked, marked, together
from diag.report.wording.words import OUTCOME_WORDS, OUTCOMES

WIDEST = 100
"""Columns of running text: longer lines are hard to read."""
NARROW = 64
"""Below this, labels stand above what they label."""
_LABEL = 13
_GAP = 2
_USUAL = 80
_FORCED = ("FORCE_COLOR", "TTY_COMPATIBLE")
"""Variables by which a pipe is written on as a terminal is."""
_SHORTEST = 16
"""Columns that a line of words gets at least, however deep it is indented."""


class Screen(Protocol):
    """What a page is written on."""

    encoding: str
    width: int

    def line(self, words: Marked) -> None:
        """Write one line, however long. Raises OSError."""


class Plain:
    """A screen without colours: a file, a pipe."""

    def __init__(self, stream: IO[str], width: int) -> None:
        self._stream = stream
        self.encoding = getattr(stream, "encoding", None) or "utf-8"
        self.width = width

    def line(self, words: Marked) -> None:
        """Write one line, however long. Raises OSError."""
        self._stream.write(f"{words.plain}\n")


class Page:
    """One screen, written from top to bottom."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._plain = not screen.encoding.lower().startswith("utf")
        self.width = min(screen.width, WIDEST)

    @property
    def narrow(self) -> bool:
        """Whether labels must stand on lines of their own."""
        return self.width < NARROW

    def words(self, words: str, style: str = "") -> Marked:
        """Return words as they may be shown here."""
        safe = clean(words, 4_000)
        return marked(to_encoding(safe, self._screen.encoding) if self._plain else safe, style)

    def badge(self, outcome: Outcome, strong: bool = False) -> Marked:
        """Return an outcome: its glyph, its word, and its colour where there is one."""
        glyph, ascii_glyph, colour = OUTCOMES[outcome]
        word = OUTCOME_WORDS[outcome]
        shown = f"{ascii_glyph if self._plain else glyph} {word.upper() if strong else word}"
        return marked(shown, f"bold {colour}" if strong else colour)

    def write(self, *parts: Marked, indent: int = 0, hang: int = 0) -> None:
        """Write one paragraph; its lines after the first stand `hang` columns further in."""
        self._set(together(parts), marked(" " * indent), indent + hang)

    def blank(self) -> None:
        """Write an empty line."""
        self._screen.line(Marked())

    def verbatim(self, words: Marked) -> None:
        """Write one line that is never broken, however long: something to copy."""
        self._screen.line(words)

    def heading(self, words: str) -> None:
        """Write the title of a part."""
        self.blank()
        self.write(self.words(words, "bold"))

    def labelled(self, label: str, *paragraphs: Marked, indent: int = 3, hang: int = 0) -> None:
        """Write paragraphs with a label: beside them, or above them on a narrow page."""
        if self.narrow:
            self.write(self.words(label, "dim"), indent=indent)
            for paragraph in paragraphs:
                self.write(paragraph, indent=indent + 2, hang=hang)
            return
        start = indent + max(_LABEL, columns_of(label)) + 2
        for position, paragraph in enumerate(paragraphs):
            head = marked(" " * indent) + marked(padded("" if position else label, start - indent), "dim")
            self._set(paragraph, head, start + hang)

    def steps(self, label: str, steps: Sequence[str], indent: int = 3) -> None:
        """Write what to do, with a label, numbered where there is more than one step."""
        if len(steps) == 1:
            self.labelled(label, self.words(steps[0]), indent=indent)
        elif steps:
            numbered = (self.words(f"{number}. {step}") for number, step in enumerate(steps, 1))
            self.labelled(label, *numbered, indent=indent, hang=3)

    def rows(self, rows: Sequence[Sequence[Marked]], long: int, indent: int = 0) -> None:
        """Write a table without lines. Where a row does not fit, the cell number `long` stands below the others."""
        widths = [max(cell.columns for cell in column) for column in zip(*rows, strict=True)]
        fits = indent + sum(widths) + _GAP * (len(widths) - 1) <= self.width
        for row in rows:
            shown = [(cell, width) for at, (cell, width) in enumerate(zip(row, widths, strict=True)) if fits or at != long]
            spaced = (cell + marked(" " * (_GAP + (width - cell.columns if fits else 0))) for cell, width in shown)
            self.write(together(spaced), indent=indent, hang=2)
            if not fits:
                self.write(row[long], indent=indent + 2)

    def _set(self, words: Marked, head: Marked, start: int) -> None:
        """`words` after `head`, broken into lines; those after the first begin at column `start`."""
        lines = words.lines(self._room(head.columns), self._room(start))
        self._screen.line(head + next(lines))
        for line in lines:
            self._screen.line(marked(" " * start) + line)

    def _room(self, taken: int) -> int:
        return max(self.width - taken, _SHORTEST)


def open_page(stream: IO[str]) -> Page:
    """Return a page on a stream."""
    if stream.isatty() or any(os.environ.get(name) for name in _FORCED):
        from diag.report.layout.coloured import open_coloured  # only for terminals

        return Page(open_coloured(stream))
    return Page(Plain(stream, _width()))


def _width() -> int:
    """Of the terminal that this process has, be it only for what it is told and complains of; else the usual one."""
    said = os.environ.get("COLUMNS", "")
    if said.isdigit():
        return int(said)
    for descriptor in range(3):
        with suppress(OSError):
            return os.get_terminal_size(descriptor).columns or _USUAL
    return _USUAL
