"""A part of a report that could not be made, by a bug of ours: the report says so, and has all its other parts."""

from collections.abc import Callable
from typing import TypeVar

from diag.language import said
from diag.model.wire.unreadable import place

T = TypeVar("T")
A = TypeVar("A")


def lost(bug: BaseException) -> str:
    """Return the sentence that stands for such a part."""
    return said(
        "A part of this report is missing because of a fault in diag itself ({place}): please report it.", place=place(bug)
    )


class Parts:
    """Makes the parts of one report. `lost` has a sentence for each that could not be made."""

    def __init__(self) -> None:
        self.lost: list[str] = []

    def made(self, make: Callable[[], T], instead: A) -> T | A:
        """Return what `make` gives, or, where it raises, something in its place.

        What the report is written on may fail as it does.
        """
        try:
            return make()
        except OSError:
            raise
        except Exception as bug:  # noqa: BLE001  (a view that raises costs its own part alone)
            self.lost.append(lost(bug))
            return instead
