"""The first words that somebody types: no arguments, a word of another tool, an address alone, a typo, a question."""

from pathlib import Path

import pytest

from checks import CATALOGUE
from diag import __version__
from diag.cli.explain import found_with
from diag.cli.main import COMMANDS
from diag.cli.suggestions import SYNONYMS, hint, nearest
from tests.cli.shell import called


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("rnu", "run"), ("shwo", "show"), ("check", "run"), ("diagnose", "run"), ("expalin", "explain"), ("compare", "diff")],
)
def test_a_word_that_is_no_command_gets_the_one_that_is_meant(typed: str, meant: str, tmp_path: Path) -> None:
    ended = called(typed, within=tmp_path)
    assert ended.code == 2
    assert f"did you mean {meant}" in ended.err


@pytest.mark.parametrize("typed", [("run", "--timeout"), ("triage", "--merge", "x"), ("show", "--format"), ("run", "--nonsense")])
def test_a_wrong_option_leads_to_the_help_of_its_command(typed: tuple[str, ...], tmp_path: Path) -> None:
    assert f"(see: diag {typed[0]} --help)" in called(*typed, within=tmp_path).err


def test_every_word_of_another_tool_leads_to_a_command() -> None:
    assert set(SYNONYMS.values()) <= set(COMMANDS)
    assert not set(SYNONYMS) & set(COMMANDS)


def test_what_is_like_nothing_gets_no_guess() -> None:
    assert hint("qqqqqqqq", COMMANDS) == ""
    assert nearest("", COMMANDS) == []


@pytest.mark.parametrize("word", ["help", "--help", "-h"])
def test_help_is_the_overview(word: str, tmp_path: Path) -> None:
    ended = called(word, within=tmp_path)
    assert ended.code == 0
    assert all(command in ended.out for command in COMMANDS)


def test_help_of_a_command(tmp_path: Path) -> None:
    assert called("help", "show", within=tmp_path).out == called("show", "--help", within=tmp_path).out


def test_version_is_the_version(tmp_path: Path) -> None:
    assert called("version", within=tmp_path).out == f"diag {__version__}\n"


def test_an_address_by_itself_is_looked_at(tmp_path: Path) -> None:
    ended = called("https://user:secret@a b", within=tmp_path)
    assert ended.code == 2
    assert "that DNS does not allow" in ended.err
    assert "secret" not in ended.err


@pytest.mark.parametrize("words", ["407", "TLS inspection", "connection refused"])
def test_words_are_found_in_the_articles(words: str, tmp_path: Path) -> None:
    ended = called("explain", *words.split(), within=tmp_path)
    assert ended.code == 0
    found = found_with(words)
    assert found
    assert all(word.lower() in f"{check.id} {check.article}".lower() for check in found for word in words.split())
    assert found[0].id in ended.out


def test_an_id_can_be_searched_for_as_well(tmp_path: Path) -> None:
    found = found_with("dns-slow")
    assert found
    assert found[0].id == "dns-slow"
    assert called("explain", "--search", "dns-slow", within=tmp_path).out.startswith(f"{len(found)} article")
    assert len(found) < len(CATALOGUE)
