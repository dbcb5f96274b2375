"""Recipes of the family dns."""

from tests.recipes.dns import (
    compared,
    halves,
    held,
    links,
    moments,
    names,
    proxied,
    record_type_denied,
    replies,
    resolvers,
)
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
    *record_type_denied.RECIPES,
)
