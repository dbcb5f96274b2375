"""Recipes of the family tls."""

from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = ()
