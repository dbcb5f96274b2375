"""Where a run stands, while it runs: one line that moves, on a terminal; nothing at all elsewhere."""

import time
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from types import TracebackType
from typing import IO

from rich.console import Console
from rich.live import Live
from rich.text import Text

from diag.language import said
from diag.model.endpoint_view import Stage
from diag.model.text import clean
from diag.report.wording.words import UNDER_WAY

BAR = 12


class ProgressLine:
    """A context: while it is open, `told` moves the line; when it closes, the line is gone.

    It names what is waited for longest, never what has ended, and how much of the time that there is has passed.
    """

    def __init__(
        self,
        stream: IO[str],
        total: int,
        limit: float = 0.0,
        *,
        hidden: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`limit`: after how many seconds the run ends at the latest; 0: not known."""
        console = Console(file=stream, markup=False, highlight=False, emoji=False)
        self._unicode = console.encoding.lower().startswith("utf")
        self._total = total
        self._limit = limit
        self._now = now
        self._began = now()
        self._done: set[str] = set()
        self._open: dict[str, Stage] = {}
        self._live = None if hidden or not console.is_terminal or console.is_dumb_terminal else self._shown_on(console)

    def __enter__(self) -> "ProgressLine":
        if self._live is not None:
            self._live.start(refresh=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the terminal back as it was."""
        if self._live is not None:
            self._live.stop()

    def told(self, endpoint: str, stage: Stage, finished: bool) -> None:
        """Note that one endpoint has come to `stage`, or has ended."""
        if finished:
            self._done.add(endpoint)
            self._open.pop(endpoint, None)
        else:
            self._open[endpoint] = stage
        if self._live is not None:
            self._live.refresh()

    def line(self) -> Text:
        """Return the line as it is now."""
        done = len(self._done)
        waited_for, stage = next(iter(tuple(self._open.items())), ("", Stage.START))
        if self._total <= 1:
            return Text(f"{UNDER_WAY[stage]} ... {self._time()}", style="dim", no_wrap=True, overflow="ellipsis")
        full, empty = ("\u2501", "\u2500") if self._unicode else ("#", "-")
        filled = BAR * done // self._total
        line = Text(no_wrap=True, overflow="ellipsis" if self._unicode else "crop")
        line.append(full * filled, style="green").append(empty * (BAR - filled), style="dim")
        line.append(f" {said('{done} of {total}', done=done, total=self._total)}  {self._time()}  ")
        more = len(self._open) - 1
        name = clean(waited_for, 120).rpartition("://")[2]
        waiting = f"{name}: {UNDER_WAY[stage]}" if name else UNDER_WAY[stage]
        waiting = said("{waiting} (and {number} more)", waiting=waiting, number=more) if more > 0 else waiting
        return line.append(waiting if done < self._total else said("judging"), style="dim")

    def _time(self) -> str:
        passed = f"{max(0.0, self._now() - self._began):.0f}"
        return said("{passed} of {limit} s", passed=passed, limit=f"{self._limit:.0f}") if self._limit else f"{passed} s"

    def _shown_on(self, console: Console) -> Live:
        return Live(console=console, transient=True, refresh_per_second=4, get_renderable=partial(copy_context().run, self.line))
