"""Reads files of this machine that may be anything: missing, forbidden, a folder, a pipe, a device, endless or binary."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from diag.model.text import clean

_LONGEST_LINE = 4_096
"""Characters of a line that are looked at."""
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


class FileState(StrEnum):
    """Whether there was something to read."""

    READ = "read"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    """It may not be read, or is no regular file."""


@dataclass(frozen=True)
class Contents:
    """What a file holds."""

    state: FileState
    data: bytes = b""
    complete: bool = True
    """Whether `data` is all of it."""

    @property
    def lines(self) -> Iterator[str]:
        """Line by line, as one-line text that is safe to show."""
        return (clean(line, _LONGEST_LINE) for line in self.data.split(b"\n"))


def read_file(path: str, limit: int) -> Contents:
    """The first `limit` bytes of a regular file. Never waits, and opens nothing but regular files."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return Contents(FileState.UNREADABLE)
        descriptor = os.open(path, _FLAGS)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return Contents(FileState.UNREADABLE)
            data = b""
            while len(data) <= limit and (more := file.read(limit + 1 - len(data))):
                data += more
    except (FileNotFoundError, NotADirectoryError):
        return Contents(FileState.MISSING)
    except (OSError, ValueError):
        return Contents(FileState.UNREADABLE)  # ValueError: a path that no system could hold, such as one with a zero byte
    return Contents(FileState.READ, data[:limit], len(data) <= limit)
