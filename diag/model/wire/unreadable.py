"""Bytes that do not read as what they should be: a fact like any other; and the guard behind which strangers' bytes are read.

What a library raises over bytes that somebody made up is listed nowhere, and changes with its versions. So no reader lists it:
each stands behind this one guard, and what cannot be read costs the one fact that it would have told.
"""

import warnings
from collections.abc import Callable
from functools import wraps
from pathlib import PurePath
from typing import ParamSpec, TypeVar

from msgspec import Struct

P = ParamSpec("P")
R = TypeVar("R")
A = TypeVar("A")


class Unreadable(Struct, frozen=True):
    """What could not be read, in a word for people (`certificate`, `DNS message`)."""

    what: str
    why: str = ""
    """What a library raised over it, as its class and the place; its words, which may quote a stranger, are left out."""


def guarded(what: str) -> Callable[[Callable[P, R]], Callable[P, R | Unreadable]]:
    """Put a reader of a stranger's bytes behind the guard: whatever is raised in it, its answer is `Unreadable`."""
    return _behind(lambda raised: Unreadable(what, place(raised)))


def guarded_as(instead: A) -> Callable[[Callable[P, R]], Callable[P, R | A]]:
    """Return the same for a reader whose answer has a value of its own for bytes that say nothing."""
    return _behind(lambda _: instead)


def _behind(answer: Callable[[BaseException], A]) -> Callable[[Callable[P, R]], Callable[P, R | A]]:
    def guard(read: Callable[P, R]) -> Callable[P, R | A]:
        @wraps(read)
        def reader(*args: P.args, **kwargs: P.kwargs) -> R | A:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what a library finds odd about them is for nobody's screen
                try:
                    return read(*args, **kwargs)
                except (KeyboardInterrupt, SystemExit):
                    raise
                except BaseException as raised:  # noqa: BLE001  (a library in Rust panics with no mere Exception)
                    return answer(raised)

        return reader

    return guard


def place(raised: BaseException) -> str:
    """Return an exception's class and the place that raised it, such as `InvalidVersion at certificate.py:151`:
    no value is in it.
    """
    trace = raised.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"{type(raised).__name__}{where}"
