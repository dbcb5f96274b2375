"""Where a run stands, while it runs: one line that moves, on a terminal; nothing at all elsewhere."""

from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from diag.model.endpoint_view import Stage
from diag.model.text import clean
from diag.report.wording.words import UNDER_WAY

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

BAR = 24


class ProgressLine:
    """A context: while it is open, `told` moves the line; when it closes, the line is gone."""

    def __init__(self, stream: TextIO, total: int, *, hidden: bool = False) -> None:
        self._live = None if hidden or not stream.isatty() else _live(stream)
        self._unicode = (stream.encoding or "").lower().startswith("utf")
        self._total = total
        self._done: set[str] = set()
        self._last = ""
        self._stage = Stage.START

    def __enter__(self) -> "ProgressLine":
        if self._live is not None:
            self._live.start()
            self._live.update(self._line())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Gives the terminal back as it was."""
        if self._live is not None:
            self._live.stop()

    def told(self, endpoint: str, stage: Stage, finished: bool) -> None:
        """One endpoint has come to `stage`, or has ended."""
        self._last, self._stage = endpoint, stage
        if finished:
            self._done.add(endpoint)
        if self._live is not None:
            self._live.update(self._line())

    def _line(self) -> "Text":
        from rich.text import Text

        done = len(self._done)
        if self._total <= 1:
            return Text(f"{UNDER_WAY[self._stage]} ...", style="dim", no_wrap=True, overflow="ellipsis")
        full, empty = ("\u2501", "\u2500") if self._unicode else ("#", "-")
        filled = BAR * done // self._total
        line = Text(no_wrap=True, overflow="ellipsis" if self._unicode else "crop")
        line.append(full * filled, style="green").append(empty * (BAR - filled), style="dim")
        line.append(f" {done} of {self._total}  ")
        return line.append(
            f"{UNDER_WAY[self._stage]}  {clean(self._last, 120)}" if done < self._total else "judging", style="dim"
        )


def _live(stream: TextIO) -> "Live | None":
    """The line on a terminal that can move one; None on one that cannot. Only there is the library loaded that draws it."""
    from rich.console import Console
    from rich.live import Live

    console = Console(file=stream, markup=False, highlight=False, emoji=False)
    if not console.is_terminal or console.is_dumb_terminal:
        return None
    return Live(console=console, transient=True, refresh_per_second=8)
