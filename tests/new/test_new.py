"""A skeleton that is laid stands: it is entered in its tuples, keeps to the style, judges, and accuses nobody."""

import ast
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.check import EndpointCheck
from diag.model.verdict import Status
from tests.new.skeleton import BLANK, FAMILIES, CannotLay, lay, left_to_do
from tests.recording.scene import path_of, read_scene

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of what a skeleton is laid in."""
    for room in (f"{part}/{family}" for part in ("checks", "tests/recipes") for family in FAMILIES):
        (tmp_path / room).mkdir(parents=True)
        shutil.copy(ROOT / room / "__init__.py", tmp_path / room)
    for part in ("diag", "tests/netns", "tests/recording", "tests/recipes/services.py"):
        (tmp_path / part).symlink_to(ROOT / part)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_there_is_a_skeleton_for_every_family() -> None:
    assert set(FAMILIES) == {check.family for check in CATALOGUE}


@pytest.mark.parametrize("family", FAMILIES)
def test_the_healthy_scene_of_a_family_is_recorded(family: str) -> None:
    assert path_of(FAMILIES[family].healthy).exists()


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_laid_keeps_to_the_style(family: str, house: Path) -> None:
    laid = lay(f"{family}-brand-new", house)
    assert len(laid) == 4
    texts = {path: path.read_text() for path in laid}
    for command in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--no-cache", *map(str, laid)]
        done = subprocess.run(ruff, cwd=house, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    entries = {"CHECKS": "brand_new.CHECK", "RECIPES": "*brand_new.RECIPES"}
    for path in (one for one in laid if one.name == "__init__.py"):
        whole = ast.parse(texts[path])
        entered = max((node for node in ast.walk(whole) if isinstance(node, ast.Tuple)), key=lambda node: len(node.elts))
        assert ast.unparse(entered.elts[-1]) == entries["CHECKS" if path.is_relative_to(house / "checks") else "RECIPES"]


@pytest.mark.parametrize("family", FAMILIES)
def test_it_judges_and_accuses_nobody(family: str, house: Path) -> None:
    path = lay(f"{family}-brand-new", house)[0]
    spec = importlib.util.spec_from_file_location(f"{family}_brand_new", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    check = module.CHECK
    assert isinstance(check, EndpointCheck)
    assert check.id == f"{family}-brand-new"
    verdicts = judge(read_scene(FAMILIES[family].healthy).evidence, [check]).verdicts
    assert {verdict.finding.status for verdict in verdicts} == {Status.OK}


@pytest.mark.parametrize("wrong", ["proxy", "proxy-", "Proxy-Cut", "fax-no-paper", "proxy-tunnel_cut", "../proxy-x"])
def test_what_is_no_id_is_refused(wrong: str, house: Path) -> None:
    with pytest.raises(CannotLay, match="is no id"):
        lay(wrong, house)


def test_nothing_is_written_over(house: Path) -> None:
    lay("proxy-brand-new", house)
    files = [path for path in house.rglob("*.py") if not path.is_symlink()]
    before = {path: path.read_bytes() for path in files}
    with pytest.raises(CannotLay, match="is there already"):
        lay("proxy-brand-new", house)
    assert {path: path.read_bytes() for path in files} == before


def test_what_is_left_names_files_that_are_laid(house: Path) -> None:
    told = left_to_do("tls-brand-new")
    laid = [str(path.relative_to(house)) for path in lay("tls-brand-new", house)]
    assert all(name in told for name in laid if not name.startswith("tests/recipes/tls/__init__"))


@pytest.mark.parametrize("room", ["checks", "tests/recipes"])
def test_no_skeleton_is_left_unfilled(room: str) -> None:
    assert not [str(path.relative_to(ROOT)) for path in (ROOT / room).rglob("*.py") if BLANK in path.read_text()]
