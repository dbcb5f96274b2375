"""Scenes staged anew, with real packets: what was true when they were recorded is true of today's probes.

The first scene that shows each check's problem is staged in every test run, all scenes with `DIAG_LIVE=all` in the environment
(some minutes). A busy machine is a fault of its own (a late answer, a lost packet): what comes out otherwise is staged again,
twice at most.
"""

import os

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from tests.netns import needs_house
from tests.recipes import RECIPES
from tests.recording.outcome import broken_claims
from tests.recording.recipe import Kind, Recipe
from tests.recording.stage import missing_here, see

pytestmark = needs_house
TRIES = 3
FIRST = {claim.check: recipe for recipe in reversed(RECIPES) for claim in recipe.claims if claim.kind is Kind.PROBLEM}
STAGED = RECIPES if os.environ.get("DIAG_LIVE") == "all" else tuple({recipe.name: recipe for recipe in FIRST.values()}.values())


@pytest.mark.parametrize("recipe", STAGED, ids=lambda recipe: recipe.name)
def test_a_staged_fault_is_named(recipe: Recipe) -> None:
    if missing := missing_here(recipe):
        pytest.skip(f"needs {', '.join(missing)}")
    for _ in range(TRIES - 1):
        if not broken(recipe):
            return
    assert broken(recipe) == []


def broken(recipe: Recipe) -> list[str]:
    return broken_claims(recipe, judge(see(recipe), CATALOGUE))
