"""Recipes of the family http."""

from tests.recipes.http import answers, writers
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (*answers.RECIPES, *writers.RECIPES)
