"""One name, one meaning: no public class, constant or type is defined in two folders, but for the few that are listed here."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.gates.sources import MODULES, name_of, tree_of

SHARED = {
    "CHECK": "each file of the catalogue defines its one",
    "CHECKS": "each family's",
    "FAULTS": "each family of the lab ends in its own",
    "PHRASES": "each family's table of phrases, joined in one",
}
"""Names that stand in several files for the same kind of thing, and why. They are no exception for two meanings."""


def defined(path: Path) -> Iterator[str]:
    """The public names with a capital that a module defines at its top; type variables are letters of their file."""
    for node in tree_of(path).body:
        names: list[ast.expr] = []
        if isinstance(node, ast.ClassDef):
            yield from [node.name] if not node.name.startswith("_") else []
        elif isinstance(node, ast.Assign):
            names = [part for target in node.targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
        elif isinstance(node, ast.AnnAssign):
            names = [node.target]
        for name in names:
            if isinstance(name, ast.Name) and name.id[0].isupper() and len(name.id) > 1:
                yield name.id


def defined_in_two_folders() -> dict[str, list[str]]:
    where: defaultdict[str, dict[Path, str]] = defaultdict(dict)
    for path in MODULES:
        for name in defined(path):
            where[name][path.parent] = name_of(path)
    return {name: [*folders.values()] for name, folders in where.items() if len(folders) > 1 and name not in SHARED}


def test_no_public_name_is_defined_in_two_folders() -> None:
    assert not defined_in_two_folders(), "give each a name of its own, or all one home"


def test_a_name_that_may_stand_twice_does() -> None:
    often = [name for path in MODULES for name in defined(path)]
    assert {name for name in SHARED if often.count(name) < 2} == set()
