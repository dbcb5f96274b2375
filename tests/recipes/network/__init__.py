"""Recipes of the family network."""

from tests.recipes.network import (
    comparisons,
    connects,
    ecn_refused,
    transfers,
    trials,
    uploads,
    ways,
)
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (
    *connects.RECIPES,
    *ways.RECIPES,
    *comparisons.RECIPES,
    *trials.RECIPES,
    *transfers.RECIPES,
    *uploads.RECIPES,
    *ecn_refused.RECIPES,
)
