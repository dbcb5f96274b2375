"""Every recorded case gives today what it must give, whatever was added since."""

import socket
from collections import defaultdict
from pathlib import Path

import msgspec
import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.verdict import RUN, Status
from tests.recipes import RECIPES
from tests.recording.case import CASES, all_cases, read_case
from tests.recording.recipe import Kind

STATUSES = {
    Kind.PROBLEM: {Status.PROBLEM, Status.WARNING},
    Kind.OK: {Status.OK},
}


def name_of(folder: Path) -> str:
    return str(folder.relative_to(CASES))


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def tripped(*_: object, **__: object) -> None:
        raise AssertionError("judging opened a socket")

    monkeypatch.setattr(socket.socket, "connect", tripped)
    monkeypatch.setattr(socket, "getaddrinfo", tripped)


@pytest.mark.parametrize("folder", all_cases(), ids=name_of)
def test_a_case_gives_its_causes(folder: Path) -> None:
    evidence, expected = read_case(folder)
    diagnosis = judge(evidence, CATALOGUE)
    assert tuple(cause.id for cause in diagnosis.causes) == expected.causes
    said = {verdict.finding.status for verdict in diagnosis.verdicts if verdict.check == expected.check}
    if expected.kind is Kind.NEAR_MISS:
        assert expected.check not in expected.causes, "what is a mere consequence may be found, and is folded beneath its cause"
    else:
        assert said & STATUSES[expected.kind]
    assert not [verdict for verdict in diagnosis.verdicts if verdict.finding.facts.get("bug")]


@pytest.mark.parametrize("folder", all_cases(), ids=name_of)
def test_a_case_judged_twice_gives_the_same_bytes(folder: Path) -> None:
    first, _ = read_case(folder)
    second, _ = read_case(folder)
    assert msgspec.json.encode(judge(first, CATALOGUE)) == msgspec.json.encode(judge(second, CATALOGUE))


def test_every_check_has_its_three_kinds_of_case_and_every_recipe_its_case() -> None:
    kinds: defaultdict[str, set[Kind]] = defaultdict(set)
    for folder in all_cases():
        expected = read_case(folder)[1]
        kinds[expected.check].add(expected.kind)
    assert {check.id: kinds[check.id] for check in CATALOGUE if kinds[check.id] != set(Kind)} == {}
    assert {recipe.folder for recipe in RECIPES} == {name_of(folder) for folder in all_cases()}


@pytest.mark.parametrize("folder", all_cases(), ids=name_of)
def test_every_verdict_has_a_subject_of_its_own(folder: Path) -> None:
    evidence, _ = read_case(folder)
    verdicts = judge(evidence, CATALOGUE).verdicts
    assert len({(verdict.check, verdict.subject) for verdict in verdicts}) == len(verdicts)
    assert {verdict.subject for verdict in verdicts} == {RUN, *(str(trail.endpoint) for trail in evidence.run.trails)}
