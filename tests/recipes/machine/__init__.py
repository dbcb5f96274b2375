"""Recipes of the family machine."""

from tests.recipes.machine import compared, itself, limits, lookups, programs, ways
from tests.recording.recipe import Recipe

_PARTS = (itself, limits, compared, ways, lookups, programs)
RECIPES: tuple[Recipe, ...] = tuple(recipe for part in _PARTS for recipe in part.RECIPES)
