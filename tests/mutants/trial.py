"""One mutant on trial: written into a copy of the tree, the tests run over it, and the file put back."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.operators import Mutant
from tests.mutants.rooms import JUDGED, ROOMS, ROOT, SLOW, tests_for

PATIENCE = 240
"""Seconds that one group of tests may take; what hangs is noticed, too."""
PYTEST = (
    *("-x", "-q", "--no-header", "-p", "no:cacheprovider", "--hypothesis-seed=0"),
    *(f"--ignore={path}" for path in SLOW),
)


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant."""

    mutant: Mutant
    room: str
    killer: str
    """The test that noticed; empty: it survived."""


class Tree:
    """A copy of all that the version control knows, to be broken at will, with a process that judges scenes in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = copy_of_tree(folder)
        command = [sys.executable, "-m", "tests.mutants.judging"]
        self._judging = subprocess.Popen(
            command, cwd=folder, env=_environment(folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def changed_scene(self, check: str) -> str:
        """The first scene with another outcome, beginning with those of a check; empty: there is none."""
        assert self._judging.stdin
        assert self._judging.stdout
        self._judging.stdin.write(f"{check}\n")
        self._judging.stdin.flush()
        return self._judging.stdout.readline().strip()

    def end(self) -> None:
        """Ends the process."""
        self._judging.communicate(timeout=PATIENCE)


def copy_of_tree(folder: Path) -> Path:
    """A copy of all that the version control knows; returns where it is."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def must_pass(rooms: Iterable[str], tree: Tree) -> None:
    """Runs the tests of these rooms over the whole tree: nothing is learned from tests that fail anyway. Raises SystemExit."""
    failing = tree.changed_scene("")
    for group in dict.fromkeys(group for room in rooms for group in ROOMS[room] if (ROOT / group).exists()):
        failing = failing or _killer(tree.folder, [group])
    if failing:
        raise SystemExit(f"before anything is broken, this fails: {failing}")


def try_out(mutant: Mutant, room: str, tree: Tree) -> Outcome:
    """Runs the tests over a mutant until one notices it."""
    path = tree.folder / mutant.path
    whole = path.read_bytes()
    path.write_text(mutant.source)
    try:
        if room.startswith(JUDGED) and (killer := tree.changed_scene(f"{path.parent.name}-{path.stem.replace('_', '-')}")):
            return Outcome(mutant, room, killer)
        for group in tests_for(room, path.stem):
            if killer := _killer(tree.folder, group):
                return Outcome(mutant, room, killer)
    finally:
        path.write_bytes(whole)
    return Outcome(mutant, room, "")


def _environment(tree: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}


def _killer(tree: Path, tests: list[str]) -> str:
    """The first test that fails; empty: none does."""
    shutil.rmtree(tree / ".hypothesis", ignore_errors=True)  # it would replay what it found for another mutant
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *PYTEST, *tests],
            cwd=tree,
            env=_environment(tree),
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
