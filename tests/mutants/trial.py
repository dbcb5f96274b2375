"""One mutant on trial: written into a copy of the tree, the tests run over it, and the file put back."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Literal

import msgspec

from tests.mutants.operators import Mutant
from tests.mutants.reached import Reach, reach_of
from tests.mutants.rooms import JUDGED, ROOMS, ROOT, SLOW

ATTEMPTS = 16
"""How often a mutant is tried where who noticed it fails anyway; at the beginning of a run nobody knows which tests do."""
MOST = 30.0
"""Seconds of tests, as they took without a mutant, that are tried at most; what is left then is counted."""
FIRST = 3.0
"""Seconds of tests that are tried first, so that a mutant that dies at once costs little."""

TIME_OUT = "time-out"
"""The answer of a process that took too long."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of a mutant."""

    mutant: str
    operator: str
    room: str
    killer: str
    """The test that noticed; empty: none did."""
    line: int = 0
    """Where it stood when it was tried."""
    tried: int = 0
    """How many tests were tried over it."""
    left: int = 0
    """How many that reach it were not, since they take too long."""
    cut_short: bool = False
    """Whether the trial itself came to no end: the tests took too long, or too often one noticed that fails anyway."""

    @property
    def word(self) -> Literal["killed", "survived", "undecided"]:
        """It survived only where every test that reaches it was tried."""
        if self.killer:
            return "killed"
        return "undecided" if self.left or self.cut_short else "survived"


class Tree:
    """A copy of all that the version control knows, to be broken at will, with a warm process that tries it."""

    def __init__(self, folder: Path, record: Path) -> None:
        self.folder = copy_of_tree(folder)
        self.reach = reach_of(folder, ["tests"], SLOW, record / "reach.json", _environment(folder))
        for command in (["compileall", "-q", "diag", "checks", "tests"], ["pytest", "-q", "--collect-only", "tests"]):
            subprocess.run([sys.executable, "-m", *command], cwd=folder, stdout=subprocess.DEVNULL, check=False)
        self.passing: set[str] = set()
        self.failing: set[str] = set()
        self._warm = self._started()
        if changed := self.ask("other scenes", ""):
            raise SystemExit(f"before anything is broken, this fails: {changed}")

    def _started(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.mutants.warm"]
        environment = _environment(self.folder)
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def ask(self, *line: str) -> str:
        """Who notices; empty: nobody."""
        assert self._warm.stdin
        assert self._warm.stdout
        self._warm.stdin.write(msgspec.json.encode(line).decode() + "\n")
        self._warm.stdin.flush()
        return self._warm.stdout.readline().strip()

    def tests(self, group: list[str]) -> str:
        """The first test of a group that fails; empty: none does."""
        group = [test for test in group if test not in self.failing]
        return self.ask("tests", *group) if group else ""

    def is_sound(self, killer: str) -> bool:
        """Whether a test that noticed a mutant passes in the whole program; one that does not is left out from then."""
        if killer not in self.passing and killer.startswith("tests/"):
            fails = self.ask("tests", killer)
            (self.failing if fails else self.passing).update({killer, killer.partition("[")[0]} if fails else {killer})
        return killer in self.passing or not killer.startswith("tests/")

    def end(self) -> None:
        """Ends the process and what it started."""
        self._warm.kill()
        self._warm.wait()


def copy_of_tree(folder: Path) -> Path:
    """A copy of all that the version control knows; returns where it is."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def try_out(mutant: Mutant, room: str, tree: Tree) -> Outcome:
    """Runs the tests that reach a mutant until one notices it that passes without; not to come to an end decides nothing."""
    path = tree.folder / mutant.path
    whole, times = path.read_bytes(), path.stat()
    tests = tree.reach.tests_of(mutant.path, mutant.line, whole.decode(), ROOMS[room])
    killer, cut_short, groups = "", True, groups_of(tree.reach, tests)
    for _ in range(ATTEMPTS):
        groups = groups_of(tree.reach, [test for test in tests if test not in tree.failing])
        path.write_text(mutant.source)
        shutil.rmtree(tree.folder / ".hypothesis", ignore_errors=True)  # it would replay what it found for another mutant
        try:
            killer = _killer(tree, mutant, room, *groups[:2])
        finally:
            path.write_bytes(whole)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # so that what was compiled of it counts again
        if killer == TIME_OUT:
            killer = ""
            break
        if not killer or tree.is_sound(killer):
            cut_short = False
            break
        killer = ""
    tried, left = sum(map(len, groups[:2])), len(groups[2])
    return Outcome(str(mutant), mutant.operator, room, killer, mutant.line, tried, left, cut_short)


def _killer(tree: Tree, mutant: Mutant, room: str, first: list[str], then: list[str]) -> str:
    """Who notices what is broken now: scenes and tests by turns, what is likely and cheap before the rest."""
    judged = room.startswith(JUDGED)
    place = Path(mutant.path)
    own = tree.ask("own scenes", f"{place.parent.name}-{place.stem.replace('_', '-')}") if judged else ""
    return own or tree.tests(first) or (tree.ask("other scenes", "") if judged else "") or tree.tests(then)


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
