"""How the tests are run: two workers a processor, and a second try for those that speak with real sockets.

Most of the live tests wait for a silence to end, so two of them fit on a processor; two further Pythons are tried side by side,
so each of those has half as many. A busy machine is a fault of its own (an
answer that comes late, a connection that is not yet up again): a test with real packets that fails is run again, twice at
most. No test fails for being slow.

`--further-python` leaves out what no other Python can change, once the first has run it all.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
WITH_REAL_PACKETS = ("netns", "real", "recording", "probe", "lab", "cli", "report", "desk", "engine")
"""Rooms whose tests speak with real sockets, or wait by a real clock; so do the files that stand in no room."""
ONCE = (
    # What servers, namespaces and browsers do, and whole runs, whose parts are tried by themselves.
    "netns/test_faults.py",
    "real",
    "recording",
    "report/test_html_browser.py",
    "test_demo_offline.py",
    "test_live.py",
    "test_unprivileged.py",
    # Texts: style, pages, articles, what is said of a mistake.
    "cli/test_catalogue.py",
    "cli/test_diff.py",
    "cli/test_handing_over.py",
    "cli/test_send.py",
    "desk/test_alike.py",
    "gates",
    "report/test_html.py",
    "report/test_html_pictures.py",
    "report/test_junit.py",
    "report/test_request.py",
    # Searches: leaked secrets, spoilt bundles, what redaction changes, what hides in an encoding, what the worst costs.
    "bundle/test_law_twelve.py",
    "bundle/test_layers.py",
    "bundle/test_worst_content.py",
    "canaries",
    "fuzz",
)
"""Folders and files of tests that need one Python only."""

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds `--further-python`."""
    parser.addoption("--further-python", action="store_true", help="Run what another version of Python can change, and no more.")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The workers of `-n auto`."""
    return (1 if config.getoption("--further-python") else 2) * (os.cpu_count() or 1)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leaves out what needs one Python only, where this is a further one."""
    if not (config.getoption("--further-python") and collection_path.is_relative_to(HERE)):
        return None
    return collection_path.relative_to(HERE).as_posix() in ONCE or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives the tests with real packets their second try."""
    for item in items:
        room = item.path.relative_to(HERE).parts[0] if item.path.is_relative_to(HERE) else ""
        if room in WITH_REAL_PACKETS or item.path.parent == HERE:
            item.add_marker(pytest.mark.flaky(reruns=2))
