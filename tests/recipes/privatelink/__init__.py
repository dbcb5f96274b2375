"""Recipes of the family privatelink."""

from tests.recipes.privatelink import addresses, services
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (*addresses.RECIPES, *services.RECIPES)
