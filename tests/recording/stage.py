"""Stages a recipe in a house of its own and brings back what diag saw there."""

import shutil
import sys
from importlib.util import find_spec

import msgspec

from diag.model.run import Evidence
from tests.netns import House
from tests.recording.recipe import Recipe
from tests.recording.sameness import seeded, stopped


def see(recipe: Recipe) -> Evidence:
    """Return the evidence of one staging, of which all but the wire is the same each time.

    Raises RuntimeError with what diag complained of, where it could not look.
    """
    with House() as house, seeded(recipe.name):
        house.variables.update(stopped())
        look = recipe.stage(house)
        limits = ["prlimit", f"--nofile={look.files}"] if look.files else []
        done = house.run(
            [*limits, sys.executable, "-m", "tests.recording.look", recipe.name, msgspec.json.encode(look).decode()],
            unprivileged=look.unprivileged,
            env=dict(look.environment),
            timeout=60,
        )
    if done.returncode != 0:
        raise RuntimeError(f"{recipe.name}: {done.stderr}")
    return msgspec.json.decode(done.stdout, type=Evidence)


def missing_here(recipe: Recipe) -> list[str]:
    """The programs and modules that a scene needs and this machine does not have."""
    programs = [program for program in recipe.programs if shutil.which(program) is None]
    return programs + [module for module in recipe.modules if find_spec(module) is None]
