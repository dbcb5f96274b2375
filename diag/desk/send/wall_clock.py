"""A clock on the wall for one request: time limits of single reads add up without end where an answer comes byte by byte."""

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_FAREWELL = 2.0
"""Seconds in which a request whose connection was cut ends by itself."""


class TimeUp(Exception):
    """The time was over, and the connection was cut."""


class Lines:
    """The connections that one request opens, as httpx's `trace` extension tells of them, to cut them from outside."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of a connection that was opened, plain or encrypted."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            stream: Any = info["return_value"]
            self._sockets.append(stream.get_extra_info("socket"))

    def cut(self) -> None:
        """End them all, so that whoever waits for a byte waits no more. None is closed: its number could be given anew."""
        for one in self._sockets:
            with suppress(OSError, ValueError):
                one.shutdown(socket.SHUT_RDWR)


class Timed(Generic[T]):
    """Does something in a thread of its own, which can be left behind."""

    def __init__(self, act: Callable[[], T], lines: Lines) -> None:
        self._act = act
        self._lines = lines
        self._came: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()

    def within(self, seconds: float) -> T:
        """Return what came of it. Raises what it raises, and TimeUp after so many seconds."""
        worker = threading.Thread(target=self._work, daemon=True)
        worker.start()
        try:
            result, error = self._came.get(timeout=seconds)
        except Empty:
            self._lines.cut()
            worker.join(_FAREWELL)
            raise TimeUp from None
        if error is not None:
            raise error
        return result  # type: ignore[return-value]  # where nothing was raised, there is a result

    def _work(self) -> None:
        try:
            self._came.put((self._act(), None))
        except BaseException as error:  # noqa: BLE001  # it is raised again, in the thread that waits
            self._came.put((None, error))
