"""What decides where tests run names tests that exist: a renamed room must not lose its second try, nor its only run."""

import pytest

from tests.conftest import HERE, ONCE, WITH_REAL_PACKETS


@pytest.mark.parametrize("named", [*ONCE, *WITH_REAL_PACKETS])
def test_what_is_named_is_there(named: str) -> None:
    assert (HERE / named).exists(), f"tests/conftest.py names {named}, which is not there"
