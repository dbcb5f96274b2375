"""Recipes of the family machine."""

from tests.recipes.machine import itself, limits, ways
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (*itself.RECIPES, *limits.RECIPES, *ways.RECIPES)
