"""Cases staged anew, with real packets: what was true when they were recorded is true of today's probes.

Each check's first problem case is staged in every test run, all cases with `DIAG_LIVE=all` in the environment (some minutes). A
busy machine is a fault of its own (a late answer, a lost packet): what comes out otherwise is staged again, twice at most.
"""

import os
import shutil
from importlib.util import find_spec

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from tests.netns import needs_house
from tests.recipes import RECIPES
from tests.recording.recipe import Kind, Recipe
from tests.recording.stage import see

pytestmark = needs_house
TRIES = 3
FIRST = tuple({recipe.check: recipe for recipe in reversed(RECIPES) if recipe.kind is Kind.PROBLEM}.values())
STAGED = RECIPES if os.environ.get("DIAG_LIVE") == "all" else FIRST


@pytest.mark.parametrize("recipe", STAGED, ids=lambda recipe: recipe.folder)
def test_a_staged_fault_is_named(recipe: Recipe) -> None:
    missing = [program for program in recipe.needs if shutil.which(program) is None]
    missing += [module for module in recipe.modules if find_spec(module) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    for _ in range(TRIES - 1):
        if found(recipe) == recipe.causes:
            return
    assert found(recipe) == recipe.causes


def found(recipe: Recipe) -> tuple[str, ...]:
    return tuple(cause.id for cause in judge(see(recipe), CATALOGUE).causes)
