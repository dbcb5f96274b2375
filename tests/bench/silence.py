"""How long diag takes to conclude where something is silent: every such fault staged anew, with the time-out of everyday use.

Root is needed, since each stands in a house of its own. `python -m tests.bench.silence [NAME ...]`: some minutes.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace

from msgspec.structs import replace as changed

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.failure import Failure
from diag.model.run import Evidence, Limits, Trials
from tests.bench.figures import Figure
from tests.netns import House
from tests.recipes import RECIPES
from tests.recording.recipe import Look, Recipe, Stage
from tests.recording.scene import read_scene
from tests.recording.stage import see

AIM = "under 12000"


def main(wanted: list[str]) -> None:
    """Prints one line each, and what was found where it is not what it should be."""
    for figure in _figures(tuple(wanted)):
        print(figure, flush=True)


def _figures(wanted: tuple[str, ...]) -> Iterator[Figure]:
    for recipe in RECIPES:
        if recipe.name.startswith(wanted or "") and _is_silent(recipe):
            evidence = see(replace(recipe, stage=_as_usual(recipe)))
            found = tuple(cause.id for cause in judge(evidence, CATALOGUE).causes)
            remark = "" if found == recipe.causes else f"  FOUND {found}"
            yield Figure(recipe.name + remark, (_milliseconds(evidence),), "ms", AIM)


def _is_silent(recipe: Recipe) -> bool:
    """Whether one endpoint was looked at plainly when this was recorded, and something did not answer."""
    evidence = read_scene(recipe.name).evidence
    plain = len(evidence.run.trails) == 1 and evidence.run.trials == Trials()
    return plain and any(getattr(seen.answer, "failure", "") == Failure.TIMED_OUT for seen in evidence.observations)


def _as_usual(recipe: Recipe) -> Stage:
    limits = Limits()

    def stage(house: House) -> Look:
        return changed(recipe.stage(house), timeout=limits.timeout, deadline=limits.deadline)

    return stage


def _milliseconds(evidence: Evidence) -> float:
    return (evidence.run.ended - evidence.run.began).total_seconds() * 1000


if __name__ == "__main__":
    main(sys.argv[1:])
