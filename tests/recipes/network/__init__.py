"""Recipes of the family network."""

from tests.recipes.network import connects, transfers, ways
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (*connects.RECIPES, *ways.RECIPES, *transfers.RECIPES)
