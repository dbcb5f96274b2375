"""Files that a command writes: whether they can be written, and how that is done.

What is written is whole in place or not there at all, and what stands there stays what it is: a link leads on, a device or a
pipe is written to, a file keeps its mode. What is new is for its owner alone: it holds evidence.
"""

import errno
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from diag.language import reason_of, said
from diag.model.text import clean

USUAL_PLACE = Path(".")
"""Where a bundle goes if nobody says."""
STDOUT = Path("-")
"""Stands for standard output, as everywhere."""


def shown_path(path: Path) -> str:
    """Return a path as a message may hold it: on one line, and nothing in it that steers a terminal."""
    return clean(str(path), 300)


def obstacle(path: Path) -> str:
    """Return why a file could not be written there, as far as can be told beforehand and nothing is changed; empty: it could."""
    real = _real(path) if path.is_symlink() else path
    try:
        mode = real.stat().st_mode
    except FileNotFoundError:
        return obstacle_in(real.parent)
    except OSError as error:
        return _because(error, real)
    if stat.S_ISDIR(mode):
        return said("that is a folder: name a file")
    return "" if os.access(real, os.W_OK) else said("you may not write to {file}", file=shown_path(real))


def obstacle_in(folder: Path) -> str:
    """Return the same for a new file in a folder: one is made there and taken away again."""
    try:
        handle, name = tempfile.mkstemp(prefix=".diag-", suffix=".part", dir=folder)
    except OSError as error:
        return _because(error, folder)
    os.close(handle)
    with suppress(OSError):
        os.unlink(name)
    return ""


def _because(error: OSError, place: Path) -> str:
    name = shown_path(place)
    if error.errno == errno.ENOENT:
        return (
            said("nothing can be written into the folder {name}", name=name)
            if place.is_dir()
            else said("there is no folder {name}", name=name)
        )
    if error.errno == errno.ENOTDIR:
        return said("{name} is not a folder", name=name)
    return (
        said("you may not write into {name}", name=name) if isinstance(error, PermissionError) else f"{name}: {reason_of(error)}"
    )


def not_written(path: Path, error: OSError) -> str:
    """Return the sentence for a file that the system did not let be written."""
    return said("{file} could not be written ({reason}): choose another place", file=shown_path(path), reason=reason_of(error))


def home_folder() -> Path | None:
    """Return the home folder of this user; None where there is none, as for services and in containers."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def short_path(path: str) -> str:
    """Return the other name that Windows has for a path (8.3, such as `ALICES~1` for `Alice Smith`); empty: none."""
    if sys.platform != "win32":
        return ""
    import ctypes

    room = ctypes.create_unicode_buffer(32_768)
    found = ctypes.windll.kernel32.GetShortPathNameW(path, room, len(room))
    return room.value if found and room.value != path else ""


def own_folders() -> Iterator[Path]:
    """Yield folders of this user's own, for what cannot be written where it was wished: the home folder, else one made for it."""
    home = home_folder()
    if home is not None:
        yield home
    with suppress(OSError):
        yield Path(tempfile.mkdtemp(prefix="diag-"))


def put(path: Path, content: bytes) -> None:
    """Write a file, over what stands there. Raises OSError; of a regular file what was there before is left as it was then."""
    real = _real(path)
    try:
        there = real.stat()
    except FileNotFoundError:
        _replace(real, content, None)
        return
    if not stat.S_ISREG(there.st_mode) or there.st_nlink > 1:
        _write_to(real, content)
        return
    try:
        _replace(real, content, there)
    except PermissionError:
        _write_to(real, content)  # the folder takes no new file, and this one may be written all the same


def _real(path: Path) -> Path:
    """Where the links of a path lead."""
    return Path(os.path.realpath(path))


def _replace(path: Path, content: bytes, there: os.stat_result | None) -> None:
    """Puts a new file in the place of another, with its owner and mode; None: there is none, and the new one is its owner's."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        if there is not None:
            if hasattr(os, "chown"):
                with suppress(OSError):
                    os.chown(temporary, there.st_uid, there.st_gid)
            os.chmod(temporary, stat.S_IMODE(there.st_mode))
        os.replace(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _write_to(path: Path, content: bytes) -> None:
    """Writes to what is there: a device, a pipe that somebody reads, a file of several names."""
    flags = os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
    # A pipe that nobody reads is not waited for: opening it fails at once.
    handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "wb") as stream:
        if hasattr(os, "set_blocking"):
            os.set_blocking(handle, True)
        if stat.S_ISREG(os.fstat(handle).st_mode):
            os.ftruncate(handle, 0)
        stream.write(content)


def written(path: Path, content: bytes) -> str:
    """Return the line that says so."""
    return said("Written: {file} ({size} KB)", file=shown_path(path), size=max(1, round(len(content) / 1024)))
