"""Checks that packages bring: held to the laws of ours when they are loaded; a bad one costs itself, and is named."""

import re
from pathlib import Path

import pytest

from checks import CATALOGUE
from diag.cli.catalogue import CHECKS_GROUP, brought_checks
from diag.model.check_laws import complaints
from tests.cli.shell import called, diag
from tests.each import of_each

GUIDE = Path(__file__).parents[2] / "docs" / "checks.md"
BAD = """
from msgspec.structs import replace
from acme_diag import CHECK

CHECKS = (
    replace(CHECK, id="acme_maintenance"),
    replace(CHECK, id="http-server-error"),
    replace(CHECK, id="http-acme-short", article="Short."),
    replace(CHECK, id="http-acme-stop", sentences=replace(CHECK.sentences, title="It ends.")),
    replace(CHECK, id="http-acme-gap", sentences=replace(CHECK.sentences, seen="{a b} {")),
    replace(CHECK, id="http-acme-words", tokens={"how": ("a", "b")}),
    replace(CHECK, id="http-acme-none", sentences=None),
    replace(CHECK, id="http-acme-raises", judge=lambda view: 1 / 0, explains=()),
    "no check",
)
"""
"""Each of them breaks a law, but for the one that only raises when it judges."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as an installer leaves it: the guide's package, one with bad checks, and one that cannot be imported."""
    folder = tmp_path_factory.mktemp("site")
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    files = {
        "acme_diag": (example, "acme_diag:CHECK"),
        "bad_diag": (BAD, "bad_diag:CHECKS"),
        "gone_diag": ("", "gone_diag:NOTHING"),
    }
    for name, (source, value) in files.items():
        (folder / f"{name}.py").write_text(source, "utf-8")
        about = folder / f"{name}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[{CHECKS_GROUP}]\n{name.partition('_')[0]} = {value}\n")
    return folder


def test_the_packages_check_is_found_judged_and_told(installed: Path, tmp_path: Path) -> None:
    ended = diag("demo", "http-unavailable", "--json", "--no-bundle", within=tmp_path, PYTHONPATH=found_by(installed))
    ids = [cause["id"] for cause in ended.document["causes"]]
    assert ids == ["http-acme-maintenance"]
    assert ended.document["causes"][0]["explains"][0] == "http-server-error"
    article = diag("explain", "http-acme-maintenance", within=tmp_path, PYTHONPATH=found_by(installed))
    assert "nobody has to file a case" in " ".join(article.out.split())
    for named, why in (
        ("acme_maintenance, of the checks that bad_diag brings as bad", "its id is not <family>-<what is found>"),
        ("http-server-error, of", "its id is another check's"),
        ("http-acme-short, of", "its article lacks a section"),
        ("http-acme-stop, of", "its title ends with a full stop"),
        ("http-acme-gap, of", "a gap of it is no name"),
        ("http-acme-words, of", "its token how has no closed list"),
        ("http-acme-none, of", "a part of it is not what it should be"),
        ("str, of", "it is no EndpointCheck"),
        ("the checks that gone_diag brings as gone are left out", "they cannot be loaded (AttributeError"),
    ):
        assert any(named in line and why in line for line in article.err.splitlines()), (named, article.err)
    assert len(article.err.splitlines()) == 9
    listed = {one["id"] for one in diag("checks", "--json", within=tmp_path, PYTHONPATH=found_by(installed)).document}
    assert listed == {*(check.id for check in CATALOGUE), "http-acme-maintenance", "http-acme-raises"}


def found_by(folder: Path) -> str:
    return f"{Path(__file__).parents[2]}:{folder}"


def test_without_packages_there_are_ours_alone(tmp_path: Path) -> None:
    assert brought_checks(CATALOGUE.ids, ()) == ((), ())
    assert {one["id"] for one in called("checks", "--json", within=tmp_path).document} == {check.id for check in CATALOGUE}


@of_each(CATALOGUE, lambda check: check.id)
def test_ours_are_held_to_the_same(check) -> None:  # type: ignore[no-untyped-def]
    assert list(complaints(check)) == []
