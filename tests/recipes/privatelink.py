"""Recipes of the family privatelink."""

from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = ()
