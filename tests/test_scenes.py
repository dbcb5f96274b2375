"""Every recorded scene gives today what it must give, whatever was added since."""

import socket
import string
from collections import defaultdict

import msgspec
import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.diagnosis import Diagnosis
from diag.model.verdict import RUN, Status
from tests.each import of_each
from tests.recipes import RECIPES
from tests.recording.outcome import broken_claims, outcome_of
from tests.recording.recipe import Kind, Recipe
from tests.recording.scene import read_scene, scene_names, title_of

BY_ID = {check.id: check for check in CATALOGUE}


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def tripped(*_: object, **__: object) -> None:
        raise AssertionError("judging opened a socket")

    monkeypatch.setattr(socket.socket, "connect", tripped)
    monkeypatch.setattr(socket, "getaddrinfo", tripped)


def untold(diagnosis: Diagnosis) -> list[str]:
    """The checks that found something which is about nothing, or whose title has a gap for which there is no fact."""
    wrong = []
    for verdict in diagnosis.verdicts:
        facts = verdict.finding.facts
        title = BY_ID[verdict.check].sentences_for(facts.get("form")).title
        gaps = {gap for _, gap, _, _ in string.Formatter().parse(title) if gap}
        if verdict.finding.status in (Status.PROBLEM, Status.WARNING) and not (verdict.finding.about and gaps <= set(facts)):
            wrong.append(verdict.check)
    return wrong


@of_each(RECIPES, lambda recipe: recipe.name)
def test_a_scene_gives_what_must_come_out_of_it(recipe: Recipe) -> None:
    scene = read_scene(recipe.name)
    diagnosis = judge(scene.evidence, CATALOGUE)
    assert broken_claims(recipe, diagnosis) == []
    assert scene.title == title_of(recipe)
    outcome = outcome_of(scene.evidence, diagnosis, scene.title.shows)
    assert outcome == list(scene.outcome), "meant? `python -m tests.recording --rejudge`, and read the diff"
    assert untold(diagnosis) == []
    assert not [verdict for verdict in diagnosis.verdicts if verdict.finding.facts.get("bug")]
    assert len({(verdict.check, verdict.subject) for verdict in diagnosis.verdicts}) == len(diagnosis.verdicts)
    assert {verdict.subject for verdict in diagnosis.verdicts} == {RUN, *map(str, (it.endpoint for it in diagnosis.endpoints))}


@of_each(scene_names()[::10])
def test_a_scene_judged_twice_gives_the_same_bytes(name: str) -> None:
    first, second = read_scene(name).evidence, read_scene(name).evidence
    assert msgspec.json.encode(judge(first, CATALOGUE)) == msgspec.json.encode(judge(second, CATALOGUE))


def test_every_check_has_its_three_kinds_of_scene() -> None:
    kinds: defaultdict[str, set[Kind]] = defaultdict(set)
    for recipe in RECIPES:
        for claim in recipe.claims:
            kinds[claim.check].add(claim.kind)
    assert {check.id: kinds[check.id] for check in CATALOGUE if kinds[check.id] != set(Kind)} == {}
    assert set(kinds) == {check.id for check in CATALOGUE}


def test_every_recipe_has_its_scene_and_every_scene_its_recipe() -> None:
    assert sorted(recipe.name for recipe in RECIPES) == scene_names()
