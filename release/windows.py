"""The single file for Windows, made and tried on Linux: PyInstaller as it is on Windows, carried out by the CPython for Windows
that `tests/windows` puts together, under Wine. What the hosted runners make on Windows itself is made by the same words.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from release.single import REPEATABLE
from tests.windows.build import built
from tests.windows.running import LOOPBACK_ALONE, windows_environment, windows_python

_PYINSTALLER = ("pyinstaller>=6.11", "pefile", "pywin32-ctypes")
"""It, and what it needs on Windows alone, which pip on Linux does not know."""
_PATIENCE = 3_600.0
COMPILER = "x86_64-w64-mingw32-gcc"
"""What compiles the launcher, as it does what that Python begins with."""


def run_on_windows(words: Sequence[str], folder: Path) -> None:
    """Carry out PyInstaller with these words, in `folder`. Raises NotHere where there is no Wine, RuntimeError where it fails."""
    environment = windows_environment(folder) | REPEATABLE
    environment["PYTHONPATH"] = f"{on_windows(_pyinstaller())};{environment['PYTHONPATH']}"
    done = subprocess.run(  # noqa: S603  (ours)
        [*_apart(), *windows_python(), "-m", "PyInstaller", *words],
        input="", capture_output=True, text=True, encoding="utf-8", errors="replace", cwd=folder, env=environment,
        timeout=_PATIENCE,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"PyInstaller ended with {done.returncode} under Wine: {done.stderr[-1_000:]}")


def on_windows(path: Path) -> str:
    """Return how Windows calls a file of this system: Wine has all of it as the drive Z."""
    return "Z:" + str(path).replace("/", "\\")


def command_of(file: Path) -> tuple[str, ...]:
    """Return the words that start a program for Windows here, with loopback alone around it."""
    return (*_apart(), windows_python()[0], str(file))


def environment_for(folder: Path) -> dict[str, str]:
    """Return the variables that such a program wants, and no other."""
    return {name: value for name, value in windows_environment(folder).items() if not name.startswith("PYTHON")}


def _apart() -> tuple[str, ...]:
    return LOOPBACK_ALONE if shutil.which("unshare") and os.geteuid() == 0 else ()


def _pyinstaller() -> Path:
    """The folder with PyInstaller's wheels for Windows, beside that Python; made once."""
    python = built()
    place = python.with_name(f"{python.name}-release")
    if not place.exists():
        with tempfile.TemporaryDirectory(dir=python.parent) as work:
            made = Path(work) / "site"
            to_windows = ("--platform", "win_amd64", "--python-version", python.name.split("-")[1], "--only-binary=:all:")
            subprocess.run(  # noqa: S603
                [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--target", str(made), *to_windows,
                 *_PYINSTALLER], check=True,
            )  # fmt: skip
            made.rename(place)
    return place
