"""Recipes of the family network."""

from tests.recipes.network import comparisons, connects, transfers, trials, uploads, ways
from tests.recording.recipe import Recipe

_PARTS = (connects, ways, comparisons, trials, transfers, uploads)
RECIPES: tuple[Recipe, ...] = tuple(recipe for part in _PARTS for recipe in part.RECIPES)
