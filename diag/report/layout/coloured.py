"""A terminal with colours. What draws on terminals is loaded for terminals: it takes longer than all else that a report needs."""

from typing import IO, NoReturn

from rich.console import Console
from rich.text import Text

from diag.report.layout.marked import Marked


class _Console(Console):
    """A console that leaves it to its user what to do when nobody reads any more; rich would end the process, with code 1."""

    def on_broken_pipe(self) -> NoReturn:
        """Raise BrokenPipeError."""
        raise BrokenPipeError


class Coloured:
    """A screen by rich: colours follow NO_COLOR and TERM."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.encoding: str = console.encoding
        self.width: int = console.width

    def line(self, words: Marked) -> None:
        """Write one line, however long."""
        self._console.print(Text.assemble(*words.parts, overflow="fold"), soft_wrap=True)


def open_coloured(stream: IO[str]) -> Coloured:
    """Return the screen that a stream is."""
    return Coloured(_Console(file=stream, markup=False, highlight=False, emoji=False))
