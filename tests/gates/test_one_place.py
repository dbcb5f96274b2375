"""What is known of a check stands on the check: no other list of checks, and no other table of families that could miss one."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from checks import CATALOGUE
from diag.model.check import FAMILIES, FAMILIES_ON_THE_WAY
from diag.report.views.path import STOP_OF_FAMILY
from diag.report.wording.words import FAMILY_NAMES
from tests.gates.design import ROOT
from tests.gates.sources import modules_of, name_of, nodes_of, offences, tree_of

IDS = frozenset(check.id for check in CATALOGUE)
NEIGHBOURS = {
    "diag.knowledge.certificate_dates": "two checks share this judgement, and it says which third cause it could not rule out",
}
"""Rooms outside the catalogue and the lab that name a check, and why."""


def ids_in(nodes: Iterable[ast.AST]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and node.value in IDS]


def test_no_room_but_the_catalogue_and_the_lab_names_a_check() -> None:
    naming = [path for path in modules_of("diag") if not name_of(path).startswith("diag.lab.") and ids_in(nodes_of(path))]
    assert {name_of(path) for path in naming} == set(NEIGHBOURS), "what is known of a check belongs on the check, as a field"


def test_no_list_of_checks_stands_beside_a_check() -> None:
    assert offences(listed, modules_of("checks")) == []


def listed(path: Path) -> Iterator[str]:
    """Yield the ids in what a module of checks names, other than its check."""
    for statement in tree_of(path).body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and "CHECK" not in ast.unparse(statement).partition("=")[0]:
            yield from ids_in(ast.walk(statement))


def test_every_family_is_in_every_table_of_families() -> None:
    assert {check.family for check in CATALOGUE} == set(FAMILIES)
    assert set(FAMILIES_ON_THE_WAY) < set(FAMILIES)
    assert list(FAMILY_NAMES) == list(FAMILIES)
    assert set(STOP_OF_FAMILY) == set(FAMILIES)
    for room in ("checks", "tests/recipes", "diag/report/wording/phrases"):
        there = {path.stem for path in (ROOT / room).iterdir() if path.stem.isalpha()}
        assert set(FAMILIES) <= there, room
