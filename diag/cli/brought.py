"""What installed packages bring to diag: the entry points of a group of ours.

Few installations have any, and the library that reads them takes as long to load as a whole family of checks. So the lists of the
installed packages are searched for the group's name first, and read only where it stands in one.
"""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_LISTS = (".dist-info", "egg-info")
"""How the folders end in which an installed package describes itself (Core metadata specifications)."""


def brought(group: str) -> "Iterable[EntryPoint]":
    """Return the entry points of a group, in no order."""
    if not any(_may_name(place or os.curdir, group.encode()) for place in dict.fromkeys(sys.path)):
        return ()
    from importlib.metadata import entry_points

    return entry_points(group=group)


def _may_name(place: str, group: bytes) -> bool:
    """Whether a list in a folder of packages holds the group's name; yes for an archive, which only the library can look into."""
    try:
        with os.scandir(place) as entries:
            described = [entry.path for entry in entries if entry.name.lower().endswith(_LISTS)]
    except NotADirectoryError:
        return True
    except OSError:  # not there, or not ours to see: the library finds nothing there either
        return False
    return any(_names(f"{folder}/entry_points.txt", group) for folder in described)


def _names(path: str, group: bytes) -> bool:
    with suppress(OSError), open(path, "rb") as listed:
        return group in listed.read()
    return False
