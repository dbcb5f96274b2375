"""Starts a Python of either system and has it carry out commands of diag, with loopback alone around it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.windows.build import ROOT, built, wine

LOOPBACK_ALONE = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
_PATIENCE = 900.0


def on_linux(commands: Sequence[Sequence[str]], folder: Path) -> list[dict[str, Any]]:
    """What this Python makes of the commands, one after the other, in `folder`."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    return _carried_out((sys.executable, "-m", "tests.windows.inside"), commands, folder, environment)


def on_windows(commands: Sequence[Sequence[str]], folder: Path) -> list[dict[str, Any]]:
    """What Python for Windows makes of them, in `folder`. Raises NotHere where there can be none."""
    return _carried_out((*windows_python(), "-m", "tests.windows.inside"), commands, folder, windows_environment(folder))


def windows_python() -> tuple[str, str]:
    """The words that start Python for Windows. Raises NotHere."""
    return wine(), str(built() / "python.exe")


def windows_environment(folder: Path) -> dict[str, str]:
    """The variables that Wine and its Python want, and no other: what is set here is Linux'."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "WINEPREFIX": str(_prefix()),
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree,mshtml=d",
        "PYTHONPATH": "Z:" + str(ROOT).replace("/", "\\"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _prefix() -> Path:
    """Wine's own folder (its registry, its drive C), kept beside the Python that was built."""
    return built().with_name(built().name + "-wine")


def _carried_out(
    python: Sequence[str], commands: Sequence[Sequence[str]], folder: Path, environment: dict[str, str]
) -> list[dict[str, Any]]:
    # Streams have to be pipes: Wine's Python cannot begin with any other.
    apart = LOOPBACK_ALONE if shutil.which("unshare") else ()
    done = subprocess.run(
        [*apart, *python],
        input="".join(json.dumps(list(command)) + "\n" for command in commands),
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env=environment,
        timeout=_PATIENCE,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == len(commands), f"it ended with {done.returncode} after {len(told)} commands: {done.stderr[-2_000:]}"
    return told
