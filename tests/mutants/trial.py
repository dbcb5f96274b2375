"""One mutant on trial: written into a copy of the tree, the tests run over it, and the file put back."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from tests.mutants.operators import Mutant
from tests.mutants.reached import Reach, reach_of
from tests.mutants.rooms import JUDGED, ROOMS, ROOT, SLOW

PATIENCE = 120
"""Seconds that one group of tests may take; what hangs is noticed, too."""
MOST = 60.0
"""Seconds of tests, as they took without a mutant, that are tried at most; what is left then is counted."""
FIRST = 5.0
"""Seconds of tests that are tried first, so that a mutant that dies at once costs little."""
PYTEST = ("-x", "-q", "--no-header", "-p", "no:cacheprovider", "--hypothesis-seed=0")


class Outcome(msgspec.Struct, frozen=True):
    """What became of a mutant."""

    mutant: str
    operator: str
    room: str
    killer: str
    """The test that noticed; empty: it survived."""
    line: int = 0
    """Where it stood when it was tried."""
    tried: int = 0
    """How many tests were tried over it."""
    left: int = 0
    """How many that reach it were not, since they take too long."""


class Tree:
    """A copy of all that the version control knows, to be broken at will, with a process that judges scenes in it."""

    def __init__(self, folder: Path, record: Path) -> None:
        self.folder = copy_of_tree(folder)
        self.reach = reach_of(folder, ["tests"], SLOW, record / "reach.json", _environment(folder))
        command = [sys.executable, "-m", "tests.mutants.judging"]
        self._judging = subprocess.Popen(
            command, cwd=folder, env=_environment(folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if changed := self.changed_scene(""):
            raise SystemExit(f"before anything is broken, this fails: {changed}")

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


def try_out(mutant: Mutant, room: str, tree: Tree) -> Outcome:
    """Runs the tests that reach a mutant until one notices it."""
    path = tree.folder / mutant.path
    whole = path.read_bytes()
    path.write_text(mutant.source)
    try:
        killer = tree.changed_scene(f"{path.parent.name}-{path.stem.replace('_', '-')}") if room.startswith(JUDGED) else ""
        first, then, left = groups_of(tree.reach, tree.reach.tests_of(mutant.path, mutant.line, whole.decode(), ROOMS[room]))
        tried = 0
        for group in (first, then):
            if group and not killer:
                killer = _killer(tree.folder, group)
                tried += len(group)
    finally:
        path.write_bytes(whole)
    return Outcome(str(mutant), mutant.operator, room, killer, mutant.line, tried, len(left))


def groups_of(reach: Reach, tests: list[str]) -> tuple[list[str], list[str], list[str]]:
    """The tests to try first, those to try then, and those that would take too long."""
    groups: tuple[list[str], list[str], list[str]] = ([], [], [])
    spent = 0.0
    for test in tests:
        spent += reach.seconds(test)
        groups[0 if spent < FIRST else 1 if spent < MOST else 2].append(test)
    return groups


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
        return f"time-out in {len(tests)} tests"
    if done.returncode in (0, 5):  # 5: no tests there
        return ""
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0] if failed else f"{tests[0]}: exit code {done.returncode}"
