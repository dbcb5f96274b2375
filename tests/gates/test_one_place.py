"""What is known of a check stands on the check: no other list of checks, and no other table of families that could miss one."""

import ast
from pathlib import Path

import pytest

from checks import CATALOGUE
from diag.model.check import FAMILIES, FAMILIES_ON_THE_WAY
from diag.report.views.path import STOP_OF_FAMILY
from diag.report.wording.words import FAMILY_NAMES
from tests.gates.design import ROOT
from tests.gates.test_layers import MODULES, name_of

IDS = frozenset(check.id for check in CATALOGUE)
NEIGHBOURS = {
    "diag.knowledge.certificate_dates": "two checks share this judgement, and it says which third cause it could not rule out",
}
"""Rooms outside the catalogue and the lab that name a check, and why."""


def ids_in(tree: ast.AST) -> list[str]:
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in IDS]


@pytest.mark.parametrize("path", [one for one in MODULES if name_of(one).startswith("diag.")], ids=name_of)
def test_no_room_but_the_catalogue_and_the_lab_names_a_check(path: Path) -> None:
    module = name_of(path)
    if not module.startswith("diag.lab."):
        named = ids_in(ast.parse(path.read_text()))
        assert bool(named) == (module in NEIGHBOURS), f"what is known of {', '.join(named)} belongs on the check, as a field"


@pytest.mark.parametrize("path", [one for one in MODULES if name_of(one).startswith("checks.")], ids=name_of)
def test_no_list_of_checks_stands_beside_a_check(path: Path) -> None:
    for statement in ast.parse(path.read_text()).body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and "CHECK" not in ast.unparse(statement).partition("=")[0]:
            assert not ids_in(statement), ast.unparse(statement)


def test_every_family_is_in_every_table_of_families() -> None:
    assert {check.family for check in CATALOGUE} == set(FAMILIES)
    assert set(FAMILIES_ON_THE_WAY) < set(FAMILIES)
    assert list(FAMILY_NAMES) == list(FAMILIES)
    assert set(STOP_OF_FAMILY) == set(FAMILIES)
    for room in ("checks", "tests/recipes", "diag/report/wording/phrases"):
        there = {path.stem for path in (ROOT / room).iterdir() if path.stem.isalpha()}
        assert set(FAMILIES) <= there, room
