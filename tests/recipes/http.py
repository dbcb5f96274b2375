"""Recipes of the family http."""

from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = ()
