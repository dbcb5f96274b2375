"""A dormant check is the check: asked itself, it says the same of every endpoint that does not wake it, and asks nothing.

Held over everything that was recorded, and over each as far as its walk, as it is in the midst of a run.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from checks import CATALOGUE
from diag.engine.judge import judged
from diag.model.catalogue import Catalogue, Dormant
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.run import Evidence
from diag.model.verdict import RUN, Because, Finding
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


def test_what_is_said_at_rest_is_what_the_check_says() -> None:
    wrong, rested = [], set()
    for name, evidence in everything():
        run = RunView(evidence)
        sights: dict[str, EndpointView | RunView] = {RUN: run, **{str(view.endpoint): view for view in run.cases}}
        woken = {subject: CATALOGUE.woken_by(sight) for subject, sight in sights.items()}
        resting = {
            (one.id, subject): one
            for one in DORMANT
            for subject, sight in sights.items()
            if isinstance(sight, one.judges) and one.kind not in woken[subject]
        }
        asked = [one.check for one in DORMANT if any((one.id, subject) in resting for subject in sights)]
        for verdict in judged(evidence, asked)[0].verdicts:
            one, sight = resting.get((verdict.check, verdict.subject)), sights[verdict.subject]
            if one is None:
                continue
            rested.add(one.id)
            wanted = list(one.check.questions(sight)) if one.check.applies(sight) else []  # type: ignore[arg-type]
            if verdict.finding != one.rests(sight) or wanted:
                wrong.append((name, verdict.check, verdict.finding, one.rests(sight), wanted))
    assert wrong == []
    assert rested == {one.id for one in DORMANT}


def test_what_cannot_be_told_from_afar_is_asked_of_the_check() -> None:
    def stumbling(_: object) -> Finding:
        raise ValueError("no such evidence was thought of")

    evidence = next(iter(HEALTHY.values()))
    (said,) = judged(evidence, Catalogue((Dormant("checks.tls", "self_signed", stumbling),)))[0].verdicts
    assert (said.check, said.finding.because) != ("tls-self-signed", Because.CHECK_BROKEN)
    assert [said] == list(judged(evidence, [CATALOGUE.named("tls-self-signed")])[0].verdicts)


def test_a_catalogue_is_all_its_checks_in_order() -> None:
    assert CATALOGUE.ids == tuple(check.id for check in CATALOGUE)
    assert [CATALOGUE.named(id) for id in CATALOGUE.ids] == list(CATALOGUE[:]) == [CATALOGUE[at] for at in range(len(CATALOGUE))]
