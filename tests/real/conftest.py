"""Each test has a house of its own."""

from collections.abc import Iterator

import pytest

from tests.netns import House


@pytest.fixture
def house() -> Iterator[House]:
    with House() as house:
        yield house
