"""Scenes staged anew, with real packets: what was true when they were recorded is true of today's probes.

The first scene that shows each check's problem is staged in every test run, all scenes with `DIAG_LIVE=all` in the environment
(some minutes). A busy machine is a fault of its own (a late answer, a lost packet): what comes out otherwise is staged again,
twice at most. A file of tests is one worker's, and staging is waiting for the most part: so the scenes stand in several.
"""

import os
from collections.abc import Callable

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from tests.netns import needs_house
from tests.recipes import RECIPES
from tests.recording.outcome import broken_claims
from tests.recording.recipe import Kind, Recipe
from tests.recording.scene import family_of
from tests.recording.stage import missing_here, see

TRIES = 3
FIRST = {claim.check: recipe for recipe in reversed(RECIPES) for claim in recipe.claims if claim.kind is Kind.PROBLEM}
STAGED = RECIPES if os.environ.get("DIAG_LIVE") == "all" else tuple({recipe.name: recipe for recipe in FIRST.values()}.values())
FILES = {
    "lab": ("lab", "healthy"),
    "names": ("dns", "machine"),
    "paths": ("network", "privatelink"),
    "above": ("tls", "proxy", "http"),
}
"""The families of scenes that are staged in each file of this folder."""


def staged(file: str) -> Callable[[Callable[[Recipe], None]], Callable[[Recipe], None]]:
    """Return what makes a test of each scene that is staged in this file."""
    recipes = [recipe for recipe in STAGED if family_of(recipe.name) in FILES[file]]
    each = pytest.mark.parametrize("recipe", recipes, ids=lambda recipe: recipe.name)
    return lambda test: needs_house(each(test))


def broken(recipe: Recipe) -> list[str]:
    """Return what the recipe says of its scene and today's diagnosis does not, however often it is staged."""
    if missing := missing_here(recipe):
        pytest.skip(f"needs {', '.join(missing)}")
    for _ in range(TRIES):
        found = broken_claims(recipe, judge(see(recipe), CATALOGUE))
        if not found:
            break
    return found
