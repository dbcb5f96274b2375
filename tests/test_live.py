"""Every case staged anew, with real packets: what was true when it was recorded is true of today's probes.

A busy machine is a fault of its own (a late answer, a lost packet): what comes out otherwise is staged once more, never twice.
"""

import shutil

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from tests.house import needs_house
from tests.recipes import RECIPES
from tests.recording.recipe import Recipe
from tests.recording.stage import see

pytestmark = needs_house


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.folder)
def test_a_staged_fault_is_named(recipe: Recipe) -> None:
    missing = [program for program in recipe.needs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    if found(recipe) != recipe.causes:
        assert found(recipe) == recipe.causes


def found(recipe: Recipe) -> tuple[str, ...]:
    return tuple(cause.id for cause in judge(see(recipe), CATALOGUE).causes)
