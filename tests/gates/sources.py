"""The program's own files as the laws read them: each parsed and walked once, and a law tells of every file that breaks it."""

import ast
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

from tests.gates.design import ROOT

MODULES = sorted([*(ROOT / "diag").rglob("*.py"), *(ROOT / "checks").rglob("*.py")])


def name_of(path: Path) -> str:
    """Return the name under which a file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def modules_of(*rooms: str) -> list[Path]:
    """Return the files of some rooms, each named with dots."""
    return [path for path in MODULES if any(stands_in(name_of(path), room) for room in rooms)]


def stands_in(name: str, room: str) -> bool:
    """Return whether a module is a room, or stands in it."""
    return name == room or name.startswith(f"{room}.")


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a file as its syntax tree, which nobody may change."""
    return ast.parse(path.read_text())


@cache
def nodes_of(path: Path) -> Sequence[ast.AST]:
    """Return all nodes of a file's syntax tree, as `ast.walk` goes through them."""
    return tuple(ast.walk(tree_of(path)))


def offences(law: Callable[[Path], Iterable[str]], paths: Iterable[Path] = MODULES) -> list[str]:
    """Return what a law finds wrong in any of the files, each with the file's name."""
    return [f"{name_of(path)}: {wrong}" for path in paths for wrong in law(path)]
