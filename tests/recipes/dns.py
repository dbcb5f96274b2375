"""Recipes of the family dns."""

from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = ()
