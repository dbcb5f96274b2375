"""One mutant on trial: written into a copy of the tree, the tests run over it, and the file put back."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.operators import Mutant
from tests.mutants.rooms import ROOT, SLOW, tests_for

PATIENCE = 240
"""Seconds that one group of tests may take; what hangs is noticed, too."""
PYTEST = (
    *("-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:rerunfailures", "-p", "no:xdist", "--hypothesis-seed=0"),
    *(f"--ignore={path}" for path in SLOW),
)


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant."""

    mutant: Mutant
    room: str
    killer: str
    """The test that noticed; empty: it survived."""


def copy_of_tree(folder: Path) -> Path:
    """A copy of all that the version control knows, to be broken at will."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def try_out(mutant: Mutant, room: str, tree: Path) -> Outcome:
    """Runs the tests over a mutant until one notices it."""
    path = tree / mutant.path
    whole = path.read_bytes()
    path.write_text(mutant.source)
    try:
        for group in tests_for(room, path.stem):
            if killer := _killer(tree, group):
                return Outcome(mutant, room, killer)
    finally:
        path.write_bytes(whole)
    return Outcome(mutant, room, "")


def _killer(tree: Path, tests: list[str]) -> str:
    """The first test that fails; empty: none does."""
    shutil.rmtree(tree / ".hypothesis", ignore_errors=True)  # it would replay what it found for another mutant
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *PYTEST, *tests],
            cwd=tree,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"time-out in {tests[0]}"
    if done.returncode in (0, 5):  # 5: no tests there
        return ""
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0] if failed else f"{tests[0]}: exit code {done.returncode}"
