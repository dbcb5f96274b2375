"""A file of this machine, whoever named it: it may be missing, forbidden, a folder, a pipe, a device, endless or binary.

Every file that a user, a variable or the system names is read here: at once, within a limit, and only if it is a file at all.
"""

import os
import stat
from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from diag.model.text import clean

_LONGEST_LINE = 4_096
"""Characters of a line that are looked at."""
_NO_FILE = "it is a folder, a pipe or a device, and no file"
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


class FileState(StrEnum):
    """Whether there was something to read."""

    READ = "read"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    """It may not be read, or is no regular file."""


class Contents(Struct, frozen=True):
    """What a file holds."""

    state: FileState
    data: bytes = b""
    complete: bool = True
    """Whether `data` is all of it."""
    why: str = ""
    """Why there was nothing to read, in words for people."""

    @property
    def lines(self) -> Iterator[str]:
        """Line by line, as one-line text that is safe to show."""
        return (clean(line, _LONGEST_LINE) for line in self.data.split(b"\n"))


def is_fifo(path: str) -> bool:
    """Return whether it is a pipe with a name, such as a shell makes of `<(command)`."""
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def read_file(path: str, limit: int) -> Contents:
    """Return the first `limit` bytes of a regular file. Never waits, and opens nothing but regular files."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return Contents(FileState.UNREADABLE, why=_NO_FILE)
        descriptor = os.open(path, _FLAGS)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return Contents(FileState.UNREADABLE, why=_NO_FILE)
            data = b""
            while len(data) <= limit and (more := file.read(limit + 1 - len(data))):
                data += more
    except (FileNotFoundError, NotADirectoryError) as error:
        return Contents(FileState.MISSING, why=os.strerror(error.errno or 0))
    except OSError as error:
        return Contents(FileState.UNREADABLE, why=os.strerror(error.errno or 0))
    except ValueError:
        return Contents(FileState.UNREADABLE, why="no file can have that name")  # such as one with a zero byte
    return Contents(FileState.READ, data[:limit], len(data) <= limit)
