"""A dormant check is the check: asked itself, it says the same of every endpoint that does not wake it, and asks nothing.

Held over everything that was recorded, and over each as far as its walk, as it is in the midst of a run.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from checks import CATALOGUE
from diag.engine.judge import judged
from diag.model.catalogue import Dormant
from diag.model.endpoint_view import RunView
from diag.model.run import Evidence
from tests.checks.healthy import HEALTHY
from tests.recording.scene import read_scene, scene_names

DORMANT = tuple(member for member in CATALOGUE.members if isinstance(member, Dormant))


def walks_alone(evidence: Evidence) -> Evidence:
    """The same before anything was asked besides."""
    run = replace(evidence.run, trails=tuple(replace(trail, followed=()) for trail in evidence.run.trails))
    return Evidence(run, evidence.observations)


def everything() -> Iterator[tuple[str, Evidence]]:
    """Every recorded run and every healthy network, whole and as far as the walk."""
    for name, evidence in {**{name: read_scene(name).evidence for name in scene_names()}, **HEALTHY}.items():
        yield name, evidence
        yield f"{name}, the walk alone", walks_alone(evidence)


def test_what_is_said_of_an_endpoint_at_rest_is_what_the_check_says_of_it() -> None:
    wrong, asleep = [], set()
    for name, evidence in everything():
        cases = {str(view.endpoint): view for view in RunView(evidence).cases}
        resting = {(one.id, subject): one for one in DORMANT for subject, view in cases.items() if not one.is_woken_by(view)}
        asked = [one.check for one in DORMANT if any((one.id, subject) in resting for subject in cases)]
        for verdict in judged(evidence, asked)[0].verdicts:
            one, view = resting.get((verdict.check, verdict.subject)), cases[verdict.subject]
            if one is None:
                continue
            asleep.add(one.id)
            wanted = list(one.check.questions(view)) if one.check.applies(view) else []
            if verdict.finding != one.finding(view) or wanted:
                wrong.append((name, verdict.check, verdict.finding, one.finding(view), wanted))
    assert wrong == []
    assert asleep == {one.id for one in DORMANT}


def test_a_catalogue_is_all_its_checks_in_order() -> None:
    assert CATALOGUE.ids == tuple(check.id for check in CATALOGUE)
    assert [CATALOGUE.named(id) for id in CATALOGUE.ids] == list(CATALOGUE[:]) == [CATALOGUE[at] for at in range(len(CATALOGUE))]
