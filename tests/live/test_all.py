"""No scene is left out: each family is staged in one file."""

from tests.live.staged import FILES
from tests.recipes import RECIPES
from tests.recording.scene import family_of


def test_each_family_is_staged_in_one_file() -> None:
    staged = [family for families in FILES.values() for family in families]
    assert sorted(staged) == sorted({family_of(recipe.name) for recipe in RECIPES})
