"""Recipes of the family machine."""

from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = ()
