"""The catalogue tests itself: names, articles, sentences, and that no two causes explain each other."""

import importlib
import string
from pathlib import Path

from checks import CATALOGUE
from diag.knowledge.clouds import Cloud
from diag.model.check import AnyCheck, explained_by
from tests.each import of_each

ROOT = Path(__file__).parents[2]
SECTIONS = ("What it means", "Why it matters", "What to do", "How it is told apart")


def id_of(check: AnyCheck) -> str:
    return check.id


def modules() -> dict[str, Path]:
    """Every file of the catalogue that defines a check, by the id that its place gives it."""
    files = (path for path in (ROOT / "checks").glob("*/*.py") if path.name != "__init__.py")
    return {f"{path.parent.name}-{path.stem.replace('_', '-')}": path for path in files if "\nCHECK = " in path.read_text()}


def test_every_check_is_in_the_catalogue_once_under_the_name_of_its_file() -> None:
    assert sorted(check.id for check in CATALOGUE) == sorted(modules())


@of_each(CATALOGUE, id_of)
def test_an_article_says_what_why_what_to_do_and_how_told_apart(check: AnyCheck) -> None:
    path = modules()[check.id]
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    assert check.article == module.__doc__
    places = [check.article.find(section) for section in SECTIONS]
    assert -1 not in places
    assert places == sorted(places)


@of_each(CATALOGUE, id_of)
def test_its_sentences_are_whole(check: AnyCheck) -> None:
    for told in (check.sentences, *(said for _, said in check.forms)):
        assert told.remedy
        for sentence in told.texts:
            assert sentence.strip() == sentence
            assert sentence
            assert all(name is None or name.isidentifier() for _, name, _, _ in string.Formatter().parse(sentence))
        assert not told.title.endswith(".")


def test_every_row_about_private_links_has_steps_for_every_cloud() -> None:
    for check in CATALOGUE:
        assert tuple(check.sentences.by_cloud) == (tuple(Cloud) if check.family == "privatelink" else ())
        assert all(check.sentences.by_cloud.values())


@of_each(CATALOGUE, id_of)
def test_what_a_check_explains_is_a_check(check: AnyCheck) -> None:
    assert set(explained_by(check, CATALOGUE)) <= {other.id for other in CATALOGUE} - {check.id}
    assert len(set(check.explains)) == len(check.explains)


def test_no_cause_explains_itself_by_any_way_round() -> None:
    explains = {check.id: set(explained_by(check, CATALOGUE)) for check in CATALOGUE}
    for start in explains:
        reached: set[str] = set()
        waiting = list(explains[start])
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting.extend(explains.get(name, ()))
        assert start not in reached


def test_what_tells_of_the_certificates_that_it_reads_has_them_shown_beneath_it() -> None:
    reading = {name for name, path in modules().items() if "presented(" in path.read_text()}
    shown = {check.id for check in CATALOGUE if check.about_chain}
    assert {name for name in reading if name.startswith("tls-")} <= shown
    assert shown <= {check.id for check in CATALOGUE if check.family in ("tls", "machine")}


@of_each(CATALOGUE, id_of)
def test_cases_are_alike_by_facts_that_the_check_tells(check: AnyCheck) -> None:
    texts = [text for sentences in (check.sentences, *(said for _, said in check.forms)) for text in sentences.texts]
    told = {gap.partition(":")[0] for text in texts for _, gap, *_ in string.Formatter().parse(text) if gap}
    assert set(check.alike) <= {*told, *check.tokens, "form"}
