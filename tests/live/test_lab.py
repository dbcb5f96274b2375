"""Staged anew: the faults of the lab, and healthy services."""

from tests.live.staged import broken, staged
from tests.recording.recipe import Recipe


@staged("lab")
def test_a_staged_fault_is_named(recipe: Recipe) -> None:
    assert broken(recipe) == []
