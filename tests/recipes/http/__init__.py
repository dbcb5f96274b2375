"""Recipes of the family http."""

from tests.recipes.http import answers, authors, broken, writers
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (*answers.RECIPES, *writers.RECIPES, *authors.RECIPES, *broken.RECIPES)
