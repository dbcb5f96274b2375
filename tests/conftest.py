"""How the tests are run: two workers a processor, and a second try for those that speak with real sockets.

Most of the live tests wait for a silence to end, so two of them fit on a processor. A busy machine is a fault of its own (an
answer that comes late, a wire that is not yet up again): a test with real packets that fails is run again, twice at most.
No test fails for being slow.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

WITH_REAL_PACKETS = ("house", "real", "probe", "lab", "cli", "report", "desk")

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The workers of `-n auto`."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives the tests with real packets their second try."""
    here = Path(__file__).parent
    for item in items:
        room = item.path.relative_to(here).parts[0] if item.path.is_relative_to(here) else ""
        if room in WITH_REAL_PACKETS or item.path.parent == here:
            item.add_marker(pytest.mark.flaky(reruns=2))
