"""Tests that want a network to break build a house for it; each has its own."""

from collections.abc import Iterator

import pytest

from tests.netns import House


@pytest.fixture
def house() -> Iterator[House]:
    with House() as house:
        yield house
