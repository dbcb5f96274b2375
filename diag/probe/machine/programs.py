"""Runs a program of the system where only a program tells: bounded in time, its answer bounded in size.

It is the system's own: never one that lies in the folder where diag happens to be called.
"""

import os
import shutil
import sys
from collections.abc import Callable, Mapping

from diag.model.text import clean

LONGEST_OUTPUT = 1_000_000
_LONGEST_LINE = 64_000
_PATIENCE = 3.0
"""Seconds that a program may take."""

RunProgram = Callable[[tuple[str, ...]], tuple[str, ...] | None]
"""Runs a command; returns the lines of its output, safe to show, or None where it cannot be run, fails or takes too long."""


def run_program(command: tuple[str, ...], environment: Mapping[str, str] | None = None) -> tuple[str, ...] | None:
    """See `RunProgram`. Blocks; no input, no shell; `environment` is what the program sees of it (None: all of ours)."""
    import subprocess  # only systems without files to read need it

    program = whole_path(command[0], os.environ if environment is None else environment)
    if program is None:
        return None
    try:
        ended = subprocess.run(  # noqa: S603  (our own commands, never a word from outside)
            (program, *command[1:]), stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=True, env=environment
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return tuple(clean(line, _LONGEST_LINE) for line in ended.stdout[:LONGEST_OUTPUT].splitlines())


def whole_path(program: str, environment: Mapping[str, str]) -> str | None:
    """Return where a program of the system lies; None: nowhere.

    A bare name is looked for in Windows' own folder, and elsewhere in the folders of PATH that are named in full: a search by the
    system would begin in the current folder there, and here lead into it by an entry such as `.`.
    """
    if os.path.isabs(program):
        return program
    if sys.platform == "win32":
        return os.path.join(system_folder(), f"{program}.exe")
    folders = [folder for folder in environment.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(folder)]
    return shutil.which(program, path=os.pathsep.join(folders)) if folders else None


def system_folder() -> str:
    """Return Windows' own folder for programs, as Windows itself says: a variable could say another."""
    import ctypes

    room = ctypes.create_unicode_buffer(260)
    ctypes.windll.kernel32.GetSystemDirectoryW(room, len(room))  # type: ignore[attr-defined,unused-ignore]
    return room.value
