"""Staged anew: TLS, proxies and HTTP."""

from tests.live.staged import broken, staged
from tests.recording.recipe import Recipe


@staged("above")
def test_a_staged_fault_is_named(recipe: Recipe) -> None:
    assert broken(recipe) == []
