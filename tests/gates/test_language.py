"""Other languages: each has every message, with the gaps of the English one, and every article of today's."""

import ast
import pickle
import re
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path

import pytest

from diag.bundle.write import CannotWrite
from diag.cli.catalogue import known
from diag.cli.explain import gaps_named
from diag.language import LANGUAGES, filled, in_turn, retold, said, speaking
from diag.language.particles import with_particle
from diag.model.endpoint import UnusableEndpoint
from tests.gates.design import ROOT
from tests.gates.sources import MODULES, nodes_of, offences, tree_of
from tests.language.catalogues import LANGUAGES as TRANSLATED
from tests.language.catalogues import path_of, read, updated
from tests.language.lacking import lacking
from tests.language.messages import tables, tellable, told_in

WHOLE: tuple[str, ...] = ("ko", "ja")
"""The languages that are translated to the last message; one that is under way is not named."""
_WORDS = re.compile(r"[A-Z][a-z]{2,}")
"""What begins as a sentence or a label does; names of styles and of options do not."""


def test_nothing_is_said_before_somebody_listens() -> None:
    """What is said while a module is imported would stay in the language of that moment."""
    assert offences(_said_at_import) == []


def _said_at_import(path: Path) -> Iterator[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

    def called(node: ast.AST) -> Iterator[ast.Call]:
        inner: Iterable[ast.AST] = ast.iter_child_nodes(node)
        if isinstance(node, functions):
            inner = [*(node.args.defaults), *(one for one in node.args.kw_defaults if one), *getattr(node, "decorator_list", ())]
        if isinstance(node, ast.Call):
            yield node
        for one in inner:
            yield from called(one)

    said_now = (
        call for call in called(tree_of(path)) if isinstance(call.func, ast.Name) and call.func.id in ("said", "translated")
    )
    if "diag.language" in path.read_text():
        yield from (f"line {call.lineno}" for call in said_now)


def test_no_words_go_onto_a_page_unsaid() -> None:
    """What is written in a report as it stands in the code would be English in every language."""
    assert offences(_written_unsaid) == []


def _written_unsaid(path: Path) -> Iterator[str]:
    for call in nodes_of(path):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        if call.func.attr in ("labelled", "heading", "steps", "words"):
            literal = (one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str))
            yield from (f"line {call.lineno}: {text}" for text in literal if _WORDS.search(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_to_look_is_told_without_a_gap(language: str) -> None:
    """`diag explain` has no facts for the gaps of a step: it names them, whatever form of a word they ask for."""
    with speaking(language):
        steps = [step for check in known().values() for steps in check.sentences.by_cloud.values() for step in steps]
        assert [step for step in map(gaps_named, steps) if "{" in step] == []
    assert any("{" in step for step in steps)


def test_an_error_tells_a_whole_sentence() -> None:
    """What is put together before it is told is in no catalogue; one that tells another's words passes its gaps on, too."""
    passed_on = ("error.text", "self.text")
    put_together = (
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in MODULES
        for call in told_in(path)
        if not call.args or not (isinstance(call.args[0], ast.Constant) or ast.unparse(call.args[0]) in passed_on)
    )
    assert list(put_together) == []


FOR_PROGRAMS = {"Unsupported", "LostAnswer", "Unusable"}
"""Errors of ours that hold English: what evidence keeps and is said by its words, what nobody is shown, and the library's."""


def test_an_error_that_holds_a_sentence_can_be_told_in_another_language() -> None:
    """One that is made with plain words, and no `said`, is an `Obstacle`: its sentence is in the catalogues."""
    ours = {node.name for path in MODULES for node in nodes_of(path) if isinstance(node, ast.ClassDef)}
    made = (
        (path.relative_to(ROOT), node.exc.func.id, node.exc.args[0])
        for path in MODULES
        for node in nodes_of(path)
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name)
        and node.exc.args
    )
    plain = (
        f"{path}: {name}({ast.unparse(text)})"
        for path, name, text in made
        if name in ours - tellable() - FOR_PROGRAMS and isinstance(text, ast.Constant) and isinstance(text.value, str)
    )
    assert list(plain) == []


def test_an_error_is_told_in_the_language_with_those_within_it() -> None:
    inner = UnusableEndpoint("{given} names no host: give a name, or https://name:port", given="'x'")
    outer = CannotWrite("The bundle was not written: {why}. Name another folder with -o FOLDER.", why=inner)
    assert str(outer) == "The bundle was not written: 'x' names no host: give a name, or https://name:port. " + (
        "Name another folder with -o FOLDER."
    )
    with speaking("xx", {("", outer.text): "<{why}>", ("", inner.text): "[{given}]"}):
        assert retold(outer) == "<['x']>"
        assert retold(ValueError("as it is")) == "as it is"
    assert str(pickle.loads(pickle.dumps(outer))) == str(outer)


def test_each_language_has_its_catalogue() -> None:
    assert set(TRANSLATED) == set(LANGUAGES) - {"en"}
    assert all(path_of(language).exists() for language in TRANSLATED)


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_translated_keeps_the_gaps_of_the_source(language: str) -> None:
    assert lacking(language)["messages with other gaps"] == []


@pytest.mark.parametrize("language", WHOLE)
def test_a_language_lacks_nothing(language: str) -> None:
    assert {kind: entries for kind, entries in lacking(language).items() if entries} == {}, "python -m tests.language"


def test_a_gap_with_forms_stands_only_where_gaps_are_filled() -> None:
    """`{n:host|hosts}` in an f-string is a format that no number has."""
    formats = (
        f"{path.name}:{node.lineno}"
        for path in MODULES
        for node in nodes_of(path)
        if isinstance(node, ast.FormattedValue) and node.format_spec and "|" in ast.unparse(node.format_spec)
    )
    assert list(formats) == []


PARTS = {
    "verified": "a member that is as it was written needs no word",
    "outcomes": "of statuses, an endpoint has three",
    "arrived_in_vain": "before a connection nothing has arrived",
}
"""The tables that hold a part of a closed list, and why."""


def test_a_table_of_phrases_has_one_for_each_word_of_its_list() -> None:
    lacking = [
        f"{table.context} in {place}: {kind.__name__}.{word.name}"
        for table, place in tables()
        for kind in {type(word) for word in table.source if isinstance(word, Enum)}
        for word in kind
        if word not in table.source and table.context not in PARTS
    ]
    assert not lacking


def test_bringing_a_catalogue_up_to_date_keeps_its_translations() -> None:
    fresh = updated("ko").decode()
    first, second = list(read(fresh.replace('msgstr ""', 'msgstr "가"'), "ko"))[:2]
    older = fresh.replace('msgstr ""', 'msgstr "가"').replace(second[1], f"{second[1][:-1]}!", 1)
    known = read(updated("ko", older).decode(), "ko")
    assert (known[first].string, known[first].fuzzy) == ("가", False)
    assert (known[second].string, known[second].fuzzy) == ("가", True), "its English has changed"


def test_what_a_catalogue_lacks_is_said_in_english() -> None:
    with speaking("ko", {("", "{host} answers."): "{host:이/가} 응답합니다."}):
        assert said("{host} answers.", host="서버") == "서버가 응답합니다."
        assert said("{host} is silent.", host="서버") == "서버 is silent."
    assert said("{n} {n:host|hosts}", n=2) == "2 hosts"
    assert in_turn("One.", "", "Two.") == "One. Two."
    assert in_turn("一つ。", "二つ。") == "一つ。二つ。"
    assert filled("{a:x|y}", str, lambda name: True) == "x"


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("서버", "서버가"),
        ("방화벽", "방화벽이"),
        ("프록시(proxy)", "프록시(proxy)가"),
        ("10.77.9.3", "10.77.9.3이"),
        ("192.0.2.5:8442", "192.0.2.5:8442가"),
        ("proxy.corp.example", "proxy.corp.example이"),
        ("db.internal", "db.internal이"),
        ("www.example.com", "www.example.com이"),
        ("www.example.net", "www.example.net이"),
        ("example.org", "example.org가"),
        ("service.house.test", "service.house.test가"),
        ("DNS", "DNS가"),
        ("URL", "URL이"),
        ("VPN", "VPN이"),
        ("SSL_CERT_FILE", "SSL_CERT_FILE이"),
        ("HTTPS_PROXY", "HTTPS_PROXY가"),
        ("House Root", "House Root가"),
        ("\u201cPAC\u201d", "\u201cPAC\u201d가"),
        ("", "가"),
    ],
)
def test_a_particle_follows_how_a_word_is_read(word: str, read: str) -> None:
    assert with_particle(word, "이", "가") == read


@pytest.mark.parametrize(
    ("word", "read"), [("터널", "터널로"), ("방화벽", "방화벽으로"), ("서버", "서버로"), ("443", "443으로"), ("8081", "8081로")]
)
def test_the_consonant_rieul_counts_as_a_vowel_before_one_particle(word: str, read: str) -> None:
    assert with_particle(word, "으로", "로") == read


NOT_SAID = {
    "ko": ("무엇인가", "여기의 프로그램", "여기의 리졸버", "닿을 수", "닿지 못", "듣는 프로그램", "풀 수 없습니다"),
    "ja": ("ここのプログラム", "ここのリゾルバー", "コンテナー", "経路上の何か", "途中の何か", "何の証明にも"),
}
"""What the glossaries have other words for, since it was English in other letters."""


@pytest.mark.parametrize("language", NOT_SAID)
def test_a_catalogue_keeps_to_the_words_of_its_glossary(language: str) -> None:
    known = read(path_of(language).read_text("utf-8"), language)
    said = [str(message.string) for message in known.values()]
    assert [text for text in said if any(word in text for word in NOT_SAID[language])] == []
