"""Ctrl-C and its kin while a run is under way: what was seen is kept first, then diag ends.

The same for SIGTERM, for SIGHUP (the terminal was closed, or the connection to it has died) and for Windows' SIGBREAK.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING

from diag.cli.errors import STOPPED

if TYPE_CHECKING:
    import asyncio

STOPS = tuple(number for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if (number := getattr(signal, name, None)))
_INSIST = 3
"""How often one has to ask for it that diag ends before it has kept what was seen."""
_Handler = Callable[[int, FrameType | None], object] | int | None


class Stopping:
    """A context that catches those signals. `saved` is set once the irreplaceable is on the disk."""

    def __init__(self) -> None:
        self.asked = 0
        """How often diag was asked to end."""
        self.saved = False
        self.last_words: Callable[[], None] = lambda: None
        """What is done before the process ends at once, such as giving the terminal back."""
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._before: dict[int, _Handler] = {}

    def __enter__(self) -> "Stopping":
        for number in STOPS:
            if number != signal.SIGINT and signal.getsignal(number) is signal.SIG_IGN:
                continue  # nohup means it
            self._before[number] = signal.signal(number, self._caught)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            if signal.getsignal(number) == self._caught:
                signal.signal(number, handler)

    def event(self) -> "asyncio.Event":
        """Return an event of the running loop that is set when diag is asked to end."""
        import asyncio  # only who looks needs it

        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        if self.asked:
            self._stop.set()
        return self._stop

    def looked(self) -> None:
        """Note that the looking is over, and with it its loop."""
        self._loop = self._stop = None

    def _caught(self, _: int, __: FrameType | None) -> None:
        self.asked += 1
        if self.saved:
            ignore_stop()  # one is enough: the next would meet whatever tidies up after this one
            raise KeyboardInterrupt
        if self.asked >= _INSIST:
            self.last_words()
            os._exit(STOPPED)
        if self._loop is not None and self._stop is not None:
            with suppress(RuntimeError):  # the looking is over, and its loop is closed already
                self._loop.call_soon_threadsafe(self._stop.set)


def raise_on_stop() -> None:
    """Make every such signal from now on what Ctrl-C is: a KeyboardInterrupt, for whoever keeps something first."""

    def interrupt(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in STOPS:
        if number != signal.SIGINT and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupt)


def ignore_stop() -> None:
    """Let a signal that comes now change nothing: all is done."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)
