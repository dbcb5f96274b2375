"""Which tests reach a place of the program: those that call the function it stands in, the quickest first.

The tests are run once under a tracer (`tests.mutants.hearing`), some minutes; from then on a mutant is tried by the tests that
can notice it, and by no others. A place outside of functions (a table, a field) is reached by whatever calls anything in its
file, and by the tests of its room.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

PROCESS = "a process"
"""What a test reaches besides that starts one: nobody knows what runs there."""


class Heard(msgspec.Struct, frozen=True):
    """What was heard of one test with all its parameters, or of a whole file while it was collected and its fixtures made."""

    seconds: float
    functions: list[str]
    """As `function_name` writes them, and `PROCESS`; by name, so that a change elsewhere in a file keeps what was heard."""
    failed: bool = False
    """It fails without a mutant, so it can notice none."""


@dataclass(frozen=True)
class Reach:
    """What every test of a tree reaches."""

    tree: Path
    heard: dict[str, Heard]
    without: tuple[str, ...] = ()
    """The files and folders whose tests are never run."""

    def tests_of(self, path: str, line: int, source: str, groups: tuple[str, ...]) -> list[str]:
        """The tests that reach a line of a file: those of the file's room (`groups`) first, and of them the quickest.

        Of the room's tests those that start a process are among them, later; and first the files that nobody has heard yet and
        that speak of the module.
        """
        function = function_around(path, line, ast.parse(source))
        if not any(function in heard.functions for heard in self.heard.values()):
            function = ""
        reaching = [test for test in self._tests() if self._reaches(test, path, function, test.startswith(groups))]
        return [*self._unheard(Path(path).stem), *sorted(reaching, key=lambda test: self._cost(test, Path(path).stem, groups))]

    def seconds(self, test: str) -> float:
        """How long a test takes with all its parameters; 0: nobody knows."""
        return self.heard[test].seconds if test in self.heard else 0.0

    def _cost(self, test: str, stem: str, groups: tuple[str, ...]) -> tuple[bool, bool, bool, float]:
        heard, named = self.heard[test], self._names(test, stem)
        return not test.startswith(groups), PROCESS in heard.functions and not named, not named, heard.seconds

    def _names(self, test: str, stem: str) -> bool:
        """Whether a test's file speaks of a module, or of the command that it is."""
        return stem in _text_of(self.tree / test.partition("::")[0])

    def _unheard(self, stem: str) -> list[str]:
        known = {test.partition("::")[0] for test in self.heard}
        files = (str(path.relative_to(self.tree)) for path in sorted((self.tree / "tests").rglob("test_*.py")))
        return [file for file in files if file not in known and not file.startswith(self.without) and self._names(file, stem)]

    def _tests(self) -> Iterable[str]:
        return (test for test, heard in self.heard.items() if "::" in test and not heard.failed and self._is_there(test))

    def _is_there(self, test: str) -> bool:
        """Whether it has not been renamed or removed since it was heard."""
        file, _, name = test.rpartition("::")
        return f"def {name}(" in _text_of(self.tree / file.partition("::")[0])

    def _reaches(self, test: str, path: str, function: str, near: bool) -> bool:
        of_file = self.heard.get(test.partition("::")[0], Heard(0, []))
        functions = {*self.heard[test].functions, *of_file.functions}
        if function in functions or (near and PROCESS in functions):
            return True
        return not function and (near or any(one.startswith(f"{path}:") for one in functions))


@cache
def _text_of(file: Path) -> str:
    return file.read_text() if file.exists() else ""


def function_name(path: str, qualified: str) -> str:
    """A function of a file, as Python names it: `diag/model/run.py:Evidence.of`."""
    return f"{path}:{qualified}"


def function_around(path: str, line: int, tree: ast.AST) -> str:
    """The innermost named function that a line stands in; empty: none."""
    around = [name for first, last, name in functions_of(tree) if first <= line <= last]
    return function_name(path, around[-1]) if around else ""


def functions_of(tree: ast.AST, within: str = "") -> Iterator[tuple[int, int, str]]:
    """The named functions of a file, the outer before the inner: the first line of its body, the last, its qualified name."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.body[0].lineno, node.end_lineno or node.lineno, f"{within}{node.name}"
                yield from functions_of(node, f"{within}{node.name}.<locals>.")
            case ast.ClassDef():
                yield from functions_of(node, f"{within}{node.name}.")
            case _:
                yield from functions_of(node, within)


def reach_of(tree: Path, tests: Iterable[str], without: Iterable[str], kept: Path, environment: dict[str, str]) -> Reach:
    """What the tests of a tree reach: read from `kept`, or found out by running them, and kept there."""
    if not kept.exists():
        heard = kept.parent / "heard"
        heard.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.mutants.hearing", "-p", "no:cacheprovider", "-n", "2"]
        command += [*sorted(set(tests)), *(f"--ignore={path}" for path in without)]
        with (kept.parent / "heard.log").open("w") as log:
            subprocess.run(command, cwd=tree, env={**environment, "HEARD": str(heard)}, stdout=log, stderr=log, check=False)
        kept.write_bytes(msgspec.json.encode(united(heard.glob("*.json"))))
        for part in heard.iterdir():
            part.unlink()
        os.rmdir(heard)
    return Reach(tree, msgspec.json.decode(kept.read_bytes(), type=dict[str, Heard]), tuple(without))


def united(parts: Iterable[Path]) -> dict[str, Heard]:
    """What several processes heard, as one."""
    whole: dict[str, Heard] = {}
    for part in parts:
        for test, heard in msgspec.json.decode(part.read_bytes(), type=dict[str, Heard]).items():
            had = whole.get(test, Heard(0, []))
            functions = sorted({*had.functions, *heard.functions})
            whole[test] = Heard(round(had.seconds + heard.seconds, 2), functions, had.failed or heard.failed)
    return whole
