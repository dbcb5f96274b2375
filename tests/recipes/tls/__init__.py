"""Recipes of the family tls."""

from tests.recipes.tls import (
    certificates,
    clients,
    halves,
    handshakes,
    path_missed,
    proxies,
    revocation,
    rules,
    shapes,
    trust,
    upgrades,
    variations,
)
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (
    *handshakes.RECIPES,
    *certificates.RECIPES,
    *trust.RECIPES,
    *rules.RECIPES,
    *revocation.RECIPES,
    *variations.RECIPES,
    *shapes.RECIPES,
    *upgrades.RECIPES,
    *clients.RECIPES,
    *proxies.RECIPES,
    *halves.RECIPES,
    *path_missed.RECIPES,
)
