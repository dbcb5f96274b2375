"""What installed packages bring to diag: the entry points of a group of ours.

Few installations have any, and the library that reads them takes as long to load as a whole family of checks. So the lists of the
installed packages are searched for our groups' names first, all at once, and read only where one stands in them.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_LISTS = (".dist-info", "egg-info")
"""How the folders end in which an installed package describes itself (Core metadata specifications)."""
_LONGEST_LIST = 1_000_000
"""Bytes of a list that are searched."""
_OURS = b"diag."
"""How the names of our groups begin."""


def brought(group: str) -> "Iterable[EntryPoint]":
    """Return the entry points of a group, in no order."""
    if not _may_bring(group.encode(), tuple(dict.fromkeys(sys.path))):
        return ()
    from importlib.metadata import entry_points

    return entry_points(group=group)


def _may_bring(group: bytes, places: tuple[str, ...]) -> bool:
    lists = _naming_ours(places)
    return lists is None or any(group in content for content in lists)


@cache
def _naming_ours(places: tuple[str, ...]) -> tuple[bytes, ...] | None:
    """The lists that name a group of ours, of all packages in these folders; None: one is an archive, which only the library can
    look into.
    """
    try:
        return tuple(content for place in places for content in _lists_in(place or os.curdir) if _OURS in content)
    except NotADirectoryError:
        return None


def _lists_in(place: str) -> Iterator[bytes]:
    """What packages in one folder list. Raises NotADirectoryError."""
    try:
        with os.scandir(place) as entries:
            described = [entry.path for entry in entries if entry.name.lower().endswith(_LISTS)]
    except NotADirectoryError:
        raise
    except OSError:  # not there, or not ours to see: the library finds nothing there either
        return
    for folder in described:
        with suppress(OSError):
            yield _content(f"{folder}/entry_points.txt")


def _content(path: str) -> bytes:
    """What stands in a small file, by the system's own calls: there are hundreds, and a file object takes three times as long."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        return os.read(descriptor, _LONGEST_LIST)
    finally:
        os.close(descriptor)
