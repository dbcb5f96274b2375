"""A dormant check is the check: asked itself, it says the same of every endpoint that does not wake it, and asks nothing.

Held over everything that was recorded, and over each as far as its walk, as it is in the midst of a run.
"""

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from checks import CATALOGUE
from diag.engine.judge import judged
from diag.model.answer import HttpReply
from diag.model.catalogue import Catalogue, Dormant
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.observation import Observation
from diag.model.question import Exchange
from diag.model.run import Evidence, Repetition
from diag.model.verdict import RUN, Because, Finding
from tests.checks.healthy import HEALTHY
from tests.recording.scene import read_scene, scene_names

DORMANT = tuple(member for member in CATALOGUE.members if isinstance(member, Dormant))


def walks_alone(evidence: Evidence) -> Evidence:
    """The same before anything was asked besides."""
    run = replace(evidence.run, trails=tuple(replace(trail, followed=()) for trail in evidence.run.trails))
    return Evidence(run, evidence.observations)


def expecting_otherwise(evidence: Evidence) -> Evidence:
    """The same where the user expects another status than any that was met."""
    of = {trail.endpoint: replace(trail.endpoint.expects, status=(418,)) for trail in evidence.run.trails}
    trails = (replace(trail, endpoint=replace(trail.endpoint, expects=of[trail.endpoint])) for trail in evidence.run.trails)
    return Evidence(replace(evidence.run, trails=tuple(trails)), evidence.observations)


def failing_later(evidence: Evidence) -> Evidence:
    """The same, walked once more, with an answer that refuses."""
    late: list[Observation] = []

    def later(id: str) -> str:
        seen = evidence.by_id[id]
        if not isinstance(seen.answer, HttpReply) or not isinstance(seen.question, Exchange):
            return id
        question = replace(seen.question, keep=seen.question.keep + 1)  # another question than that of the first walk
        late.append(replace(seen, id=f"{id}9", question=question, answer=replace(seen.answer, status=503)))
        return late[-1].id

    trails = tuple(
        replace(trail, again=(Repetition(tuple(later(id) for id in trail.walk if id in evidence.by_id)),))
        for trail in evidence.run.trails
    )
    run = replace(evidence.run, trails=trails, trials=replace(evidence.run.trials, repeat=2))
    return Evidence(run, (*evidence.observations, *late))


VARIANTS: dict[str, Callable[[Evidence], Evidence]] = {
    "as it was": lambda evidence: evidence,
    "the walk alone": walks_alone,
    "another status expected": expecting_otherwise,
    "a later walk refused": failing_later,
}


def everything() -> Iterator[tuple[str, Evidence]]:
    """Every recorded run and every healthy network: whole, and in each variant."""
    for name, evidence in {**{name: read_scene(name).evidence for name in scene_names()}, **HEALTHY}.items():
        for variant, made in VARIANTS.items():
            yield f"{name}, {variant}", made(evidence)


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
