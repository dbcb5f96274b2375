"""Recipes of the family dns."""

from tests.recipes.dns import compared, halves, held, links, moments, names, proxied, replies, resolvers
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (
    *names.RECIPES,
    *resolvers.RECIPES,
    *compared.RECIPES,
    *proxied.RECIPES,
    *links.RECIPES,
    *halves.RECIPES,
    *replies.RECIPES,
    *moments.RECIPES,
    *held.RECIPES,
)
