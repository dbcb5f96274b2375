"""Recipes of the family dns."""

from tests.recipes.dns import links, names, proxied, resolvers
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (*names.RECIPES, *resolvers.RECIPES, *proxied.RECIPES, *links.RECIPES)
