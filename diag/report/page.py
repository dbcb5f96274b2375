"""The page that a terminal report is written on: its width, its colours, and the one way in which words come onto it.

Words become `Text` objects, never markup, and pass `diag.model.text` on their way: nothing that a stranger wrote can steer
a terminal. Where the terminal has no colours, no Unicode or few columns, the same words come plainer.
"""

from collections.abc import Iterable, Sequence
from typing import IO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from diag.model.diagnosis import Outcome
from diag.model.text import clean
from diag.report.ascii import to_ascii
from diag.report.words import OUTCOMES

WIDEST = 100
"""Columns of running text: longer lines are hard to read."""
NARROW = 64
"""Below this, labels stand above what they label."""
LABEL = 13


class Page:
    """One console, written from top to bottom. Colours follow NO_COLOR and TERM; a pipe gets neither colours nor boxes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._plain = not console.encoding.lower().startswith("utf")
        self.width = min(console.width, WIDEST)

    @property
    def narrow(self) -> bool:
        """Whether labels must stand on lines of their own."""
        return self.width < NARROW

    def words(self, words: str, style: str = "") -> Text:
        """Words as they may be shown here."""
        safe = clean(words, 4_000)
        return Text(to_ascii(safe) if self._plain else safe, style=style, overflow="fold")

    def badge(self, outcome: Outcome, strong: bool = False) -> Text:
        """An outcome: its glyph, its word, and its colour where there is one."""
        glyph, ascii_glyph, word, colour = OUTCOMES[outcome]
        shown = f"{ascii_glyph if self._plain else glyph} {word.upper() if strong else word}"
        return Text(shown, style=f"bold {colour}" if strong else colour)

    def write(self, *parts: Text, indent: int = 0) -> None:
        """One paragraph."""
        line = Text(overflow="fold")
        for part in parts:
            line.append_text(part)
        self._console.print(Padding(line, (0, 0, 0, indent)), width=self.width)

    def blank(self) -> None:
        """An empty line."""
        self._console.print()

    def heading(self, words: str) -> None:
        """The title of a part."""
        self.blank()
        self.write(self.words(words, "bold"))

    def labelled(self, label: str, *paragraphs: Text, indent: int = 3) -> None:
        """Paragraphs with a label: beside them, or above them on a narrow page."""
        if self.narrow:
            self.write(self.words(label, "dim"), indent=indent)
            for paragraph in paragraphs:
                self.write(paragraph, indent=indent + 2)
            return
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=LABEL, no_wrap=True)
        grid.add_column(overflow="fold")
        for position, paragraph in enumerate(paragraphs):
            grid.add_row(self.words("" if position else label, "dim"), paragraph)
        self._console.print(Padding(grid, (0, 0, 0, indent)), width=self.width)

    def steps(self, label: str, steps: Iterable[str], indent: int = 3) -> None:
        """A labelled list, numbered."""
        numbered = [self.words(f"{number}. {step}") for number, step in enumerate(steps, 1)]
        if numbered:
            self.labelled(label, *numbered, indent=indent)

    def rows(self, rows: Sequence[Sequence[Text]], indent: int = 0) -> None:
        """A table without lines. A narrow page gets the first cells of a row on one line and the others below them."""
        if self.narrow:
            for first, *others in rows:
                self.write(first, Text("  "), others[0], indent=indent)
                for cell in others[1:]:
                    if cell.plain:
                        self.write(cell, indent=indent + 4)
            return
        grid = Table.grid(padding=(0, 2))
        for position in range(max(map(len, rows), default=0)):
            grid.add_column(no_wrap=position == 0, overflow="fold")
        for row in rows:
            grid.add_row(*row)
        self._console.print(Padding(grid, (0, 0, 0, indent)), width=self.width)


def open_page(stream: IO[str]) -> Page:
    """A page on a stream."""
    return Page(Console(file=stream, markup=False, highlight=False, emoji=False))
