"""The page that a terminal report is written on: its width, its colours, and the one way in which words come onto it.

Words become `Text` objects, never markup, and pass `diag.model.text` on their way: nothing that a stranger wrote can steer
a terminal. Where the terminal has no colours, no Unicode or few columns, the same words come plainer.
"""

from collections.abc import Iterable, Sequence
from typing import IO, NoReturn

from rich.console import Console
from rich.text import Text

from diag.model.diagnosis import Outcome
from diag.model.text import clean
from diag.report.layout.ascii import to_ascii
from diag.report.wording.words import OUTCOMES

WIDEST = 100
"""Columns of running text: longer lines are hard to read."""
NARROW = 64
"""Below this, labels stand above what they label."""
_LABEL = 13
_GAP = 2
_SHORTEST = 16
"""Columns that a line of words gets at least, however deep it is indented."""


class _Console(Console):
    """A console that leaves it to its user what to do when nobody reads any more; rich would end the process, with code 1."""

    def on_broken_pipe(self) -> NoReturn:
        """Raise BrokenPipeError."""
        raise BrokenPipeError


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
        """Return words as they may be shown here."""
        safe = clean(words, 4_000)
        return Text(to_ascii(safe) if self._plain else safe, style=style, overflow="fold")

    def badge(self, outcome: Outcome, strong: bool = False) -> Text:
        """Return an outcome: its glyph, its word, and its colour where there is one."""
        glyph, ascii_glyph, word, colour = OUTCOMES[outcome]
        shown = f"{ascii_glyph if self._plain else glyph} {word.upper() if strong else word}"
        return Text(shown, style=f"bold {colour}" if strong else colour)

    def write(self, *parts: Text, indent: int = 0, hang: int = 0) -> None:
        """Write one paragraph; its lines after the first stand `hang` columns further in."""
        self._set(_joined(parts), Text(" " * indent), indent + hang)

    def blank(self) -> None:
        """Write an empty line."""
        self._console.print()

    def verbatim(self, words: Text) -> None:
        """Write one line that is never broken, however long: something to copy."""
        self._print(words)

    def heading(self, words: str) -> None:
        """Write the title of a part."""
        self.blank()
        self.write(self.words(words, "bold"))

    def labelled(self, label: str, *paragraphs: Text, indent: int = 3, hang: int = 0) -> None:
        """Write paragraphs with a label: beside them, or above them on a narrow page."""
        if self.narrow:
            self.write(self.words(label, "dim"), indent=indent)
            for paragraph in paragraphs:
                self.write(paragraph, indent=indent + 2, hang=hang)
            return
        start = indent + _LABEL + 2
        for position, paragraph in enumerate(paragraphs):
            head = Text(" " * indent).append(f"{'' if position else label:<{_LABEL + 2}}", style="dim")
            self._set(paragraph, head, start + hang)

    def steps(self, label: str, steps: Sequence[str], indent: int = 3) -> None:
        """Write what to do, with a label, numbered where there is more than one step."""
        if len(steps) == 1:
            self.labelled(label, self.words(steps[0]), indent=indent)
        elif steps:
            numbered = (self.words(f"{number}. {step}") for number, step in enumerate(steps, 1))
            self.labelled(label, *numbered, indent=indent, hang=3)

    def rows(self, rows: Sequence[Sequence[Text]], long: int, indent: int = 0) -> None:
        """Write a table without lines. Where a row does not fit, the cell number `long` stands below the others."""
        widths = [max(cell.cell_len for cell in column) for column in zip(*rows, strict=True)]
        fits = indent + sum(widths) + _GAP * (len(widths) - 1) <= self.width
        for row in rows:
            line = Text()
            for position, (cell, width) in enumerate(zip(row, widths, strict=True)):
                if fits or position != long:
                    line.append_text(cell).append(" " * (width - cell.cell_len if fits else 0) + " " * _GAP)
            line.rstrip()
            self.write(line, indent=indent, hang=2)
            if not fits:
                self.write(row[long], indent=indent + 2)

    def _set(self, words: Text, head: Text, start: int) -> None:
        """`words` after `head`, broken into lines; those after the first begin at column `start`."""
        lines = words.wrap(self._console, self._room(head.cell_len), overflow="fold")
        first = lines[0] if lines else Text()
        rest = words[len(first.plain) :]
        rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
        first.rstrip()
        self._print(head, first)
        if rest.plain:
            for line in rest.wrap(self._console, self._room(start), overflow="fold"):
                line.rstrip()
                self._print(Text(" " * start), line)

    def _room(self, taken: int) -> int:
        return max(self.width - taken, _SHORTEST)

    def _print(self, *parts: Text) -> None:
        self._console.print(_joined(parts), soft_wrap=True)


def open_page(stream: IO[str]) -> Page:
    """Return a page on a stream."""
    return Page(_Console(file=stream, markup=False, highlight=False, emoji=False))


def _joined(parts: Iterable[Text]) -> Text:
    whole = Text(overflow="fold")
    for part in parts:
        whole.append_text(part)
    return whole
