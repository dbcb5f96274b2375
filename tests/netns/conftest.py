"""Each test of the house has a new one: it costs about a twentieth of a second."""

from collections.abc import Iterator

import pytest

from tests.netns import House


@pytest.fixture
def house() -> Iterator[House]:
    with House() as house:
        yield house
