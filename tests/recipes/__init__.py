"""All recipes, family by family. A new case is one more entry here, then `python -m tests.recording ITS-FOLDER`."""

from tests.recording.recipe import Recipe

RECIPES: tuple[Recipe, ...] = ()
