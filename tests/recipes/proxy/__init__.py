"""Recipes of the family proxy."""

from tests.recipes.proxy import (
    answers,
    desktop,
    elsewhere,
    logins,
    mistaken,
    programs,
    routes,
    scripts,
    settings,
    tinyproxy,
    ways,
)
from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (
    *settings.RECIPES,
    *desktop.RECIPES,
    *elsewhere.RECIPES,
    *scripts.RECIPES,
    *logins.RECIPES,
    *answers.RECIPES,
    *ways.RECIPES,
    *programs.RECIPES,
    *routes.RECIPES,
    *tinyproxy.RECIPES,
    *mistaken.RECIPES,
)
