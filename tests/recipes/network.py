"""Recipes of the family network."""

from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = ()
