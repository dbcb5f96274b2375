"""The map is true: every word, command, member and exit code of `docs/design.md` is what the code has, and nothing is missing."""

import importlib
import re
from pathlib import Path

import pytest

from diag.bundle.layout import MEMBERS, SUMMARY_IN, is_known
from diag.cli import errors
from diag.cli.main import COMMANDS
from diag.language import LANGUAGES
from tests.gates.design import PAGE, ROOT, arrows, quoted, table

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def test_every_room_of_the_map_is_there() -> None:
    assert not [room for room in arrows() if not (ROOT / room.replace(".", "/") / "__init__.py").exists()]


def test_arrows_lead_to_rooms() -> None:
    assert not {other for others in arrows().values() for other in others or ()} - set(arrows())


@pytest.mark.parametrize("row", table("The words"), ids=lambda row: row["word"])
def test_a_word_is_defined_where_the_map_says(row: dict[str, str]) -> None:
    (word,), (module,) = quoted(row["word"]), quoted(row["defined in"])
    assert hasattr(importlib.import_module(module), word)


def test_a_word_has_one_row() -> None:
    words = [row["word"] for row in table("The words")]
    assert len(set(words)) == len(words)


def test_the_commands_are_those_that_there_are() -> None:
    assert [quoted(row["command"])[0].removeprefix("diag ") for row in table("The commands")] == list(COMMANDS)
    assert [quoted(row["module"])[0] for row in table("The commands")] == [f"diag.cli.{name}" for name in COMMANDS]


def test_the_members_of_a_bundle_are_those_that_there_are() -> None:
    named = [quoted(row["member"]) for row in table("The bundle")]
    assert tuple(name for names in named for name in names if name in MEMBERS) == MEMBERS
    translated = {name for names in named for name in names} - set(MEMBERS)
    assert translated == {SUMMARY_IN.format(language=language) for language in LANGUAGES if language != "en"}
    assert all(map(is_known, translated))


def test_the_exit_codes_are_those_that_there_are() -> None:
    told = {quoted(row["name"])[0]: int(row["code"]) for row in table("Contracts")}
    assert told == {name: code for name, code in vars(errors).items() if name.isupper() and isinstance(code, int)}
    assert {int(row["code"]): row["meaning"] for row in table("Contracts")} == errors.MEANINGS


def test_there_are_twenty_laws_and_they_are_counted_rightly() -> None:
    laws = PAGE.read_text().partition("## The laws")[2].partition("\n## ")[0]
    numbers = [int(line.partition(".")[0]) for line in laws.splitlines() if line[:1].isdigit()]
    assert numbers == list(range(1, 21))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\((?!\w+:)([^)#]+)", page.read_text())
    assert not [target for target in targets if not (page.parent / target).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_folder_or_module_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text()
    places = re.findall(r"`((?:diag|checks|tests|docs)/[\w/.-]*[\w/])`", text)
    modules = [
        name.replace(".", "/") for name in re.findall(r"`(?:python -m )?((?:diag|tests)\.(?!toml|pyz|cdx)[a-z_.]+[a-z_])\b", text)
    ]
    gone = [place for place in places if not (ROOT / place).exists()]
    gone += [name for name in modules if not ((ROOT / name).exists() or (ROOT / f"{name}.py").exists())]
    assert not gone
