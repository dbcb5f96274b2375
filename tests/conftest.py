"""How the tests are shared out: most of the live ones wait for a silence to end, so two of them fit on a processor."""

import os

import pytest


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The workers of `-n auto`."""
    return 2 * (os.cpu_count() or 1)
