"""Recipes of the family machine."""

from tests.recipes.machine import compared, itself, limits, links, lookups, programs, ways
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (
    *itself.RECIPES,
    *limits.RECIPES,
    *links.RECIPES,
    *compared.RECIPES,
    *ways.RECIPES,
    *lookups.RECIPES,
    *programs.RECIPES,
)
