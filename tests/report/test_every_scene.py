"""What was recorded can be told in every form: each scene has its page, its JUnit document and its requests to other teams.

A scene is judged once for all of them. The scenes of one family are one test, which names those that break a rule.
"""

import re
from html import unescape

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.diagnosis import Diagnosis
from diag.model.run import Evidence
from diag.model.verdict import Owner
from diag.report.forms.html import write_page
from diag.report.forms.junit import write_junit
from diag.report.views.team_requests import requests_of
from diag.report.wording.words import OUTCOME_WORDS
from tests.recording.scene import family_of, read_scene, scene_names
from tests.report.pages import Read
from tests.report.test_junit import outcomes, valid

KNOWN = {check.id: check for check in CATALOGUE}
TAG = re.compile(r"<[^>]*>")
FAMILIES = sorted({family_of(name) for name in scene_names()})


@pytest.mark.parametrize("family", FAMILIES)
def test_every_recorded_scene_can_be_told_in_every_form(family: str) -> None:
    broken: dict[str, list[str]] = {}
    for number, name in enumerate(name for name in scene_names() if family_of(name) == family):
        evidence = read_scene(name).evidence
        diagnosis = judge(evidence, CATALOGUE)
        wrong = on_its_page(diagnosis, evidence, whole=number % 4 == 0)
        if wrong := [*wrong, *in_junit(diagnosis, evidence), *in_requests(diagnosis, evidence)]:
            broken[name] = wrong
    assert broken == {}


def on_its_page(diagnosis: Diagnosis, evidence: Evidence, *, whole: bool) -> list[str]:
    """What its page does not say: the outcome, and every endpoint. `whole`: it is read element by element, in order."""
    page = write_page(diagnosis, KNOWN, evidence)
    told = Read(page).flowed if whole else unescape(" ".join(TAG.sub("", page).split()))
    wanted = [OUTCOME_WORDS[diagnosis.verdict], *(str(trail.endpoint) for trail in evidence.run.trails)]
    return [f"not on the page: {words}" for words in wanted if words not in told]


def in_junit(diagnosis: Diagnosis, evidence: Evidence) -> list[str]:
    """The endpoints with a problem whose case passes. Raises AssertionError where the document breaks its schema."""
    found = outcomes(valid(write_junit(diagnosis, KNOWN, evidence)))
    red = {name for name, outcome in found.items() if outcome in ("failure", "error")}
    suffer = {str(state.endpoint) for state in diagnosis.endpoints if state.status == "problem"}
    return [f"passes in JUnit: {endpoint}" for endpoint in suffer - red]


def in_requests(diagnosis: Diagnosis, evidence: Evidence) -> list[str]:
    """What is asked of others, against the causes that are others': each once, with what to do."""
    requests = requests_of(diagnosis, evidence, KNOWN)
    told = sorted((request.owner, cause.id) for request in requests for cause in request.causes)
    theirs = sorted((cause.owner, cause.id) for cause in diagnosis.causes if cause.owner is not Owner.MACHINE)
    silent = [cause.id for request in requests for cause in request.causes if not cause.story.remedy]
    return [*([f"asked for {told}, wanted {theirs}"] if told != theirs else []), *(f"no remedy: {each}" for each in silent)]
