"""Recipes of the family proxy."""

from tests.recipes.proxy import answers, logins, settings, ways
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (*settings.RECIPES, *logins.RECIPES, *answers.RECIPES, *ways.RECIPES)
