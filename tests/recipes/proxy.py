"""Recipes of the family proxy."""

from tests.recording.recipe import Kind, Recipe, in_lab

RECIPES: tuple[Recipe, ...] = (
    Recipe(
        check="proxy-login-required",
        name="no-login-given",
        kind=Kind.PROBLEM,
        staged="The proxy answers 407 and offers Basic; no login is set.",
        stage=in_lab("proxy-login-required"),
        causes=("proxy-login-required",),
    ),
)
