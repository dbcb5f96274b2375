"""What decides where tests run names tests that exist: a renamed room must not lose its second try, nor its place."""

from tests.conftest import HERE, LONG, WITH_EVERY_PYTHON, WITH_REAL_PACKETS
from tests.each import of_each


@of_each([*LONG, *WITH_EVERY_PYTHON, *WITH_REAL_PACKETS])
def test_what_is_named_is_there(named: str) -> None:
    assert (HERE / named).exists(), f"tests/conftest.py names {named}, which is not there"
