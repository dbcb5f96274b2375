"""How the tests are run: several workers a processor, long files first, and a second try for those that speak with real sockets.

Most of the live tests wait for a silence to end, so several of them fit on a processor; two further Pythons are tried side by
side, so each of those has fewer. A file is tried by one worker, which sets up what it needs once; the rooms that wait
longest begin, so that none is left for the end. A busy machine is a fault of its own (an
answer that comes late, a connection that is not yet up again): a test with real packets that fails is run again, twice at
most. No test fails for being slow.

`--further-python` runs what another Python can change, once the first has run it all.
"""

import gc
import os
import socket
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
WITH_REAL_PACKETS = ("live", "netns", "real", "recording", "probe", "lab", "cli", "report", "desk", "engine", "fuzz", "canaries")
"""Rooms whose tests speak with real sockets, or wait by a real clock; so do the files that stand in no room."""
LONG = (
    "live",
    "windows",
    "recording",
    "test_demo_offline.py",
    "test_unprivileged.py",
    "release",
    "real",
    "fuzz",
    "bundle",
    "test_scenes.py",
    "report",
    "gates",
    "language",
    "netns",
    "desk",
    "cli",
    "engine",
    "probe",
    "canaries",
)
"""The rooms and files that begin, those that take longest first."""
WITH_EVERY_PYTHON = (
    # Sockets, TLS, signals, threads, archives, dates, addresses: what the library of a Python does otherwise than another's.
    "bundle/test_hostile.py",
    "bundle/test_read.py",
    "bundle/test_write.py",
    "cli/test_exit_codes.py",
    "cli/test_run.py",
    "cli/test_stopping.py",
    "cli/test_streams.py",
    "engine/test_contacts.py",
    "engine/test_halves.py",
    "engine/test_hostile_runs.py",
    "engine/test_investigate.py",
    "engine/test_looks.py",
    "engine/test_our_bugs.py",
    "engine/test_patience.py",
    "engine/test_pilot.py",
    "engine/test_proxy_session.py",
    "engine/test_silence.py",
    "engine/test_strangers.py",
    "lab",
    "probe",
    # What is computed: syntax, types, and the judgement of everything that was recorded.
    "model",
    "test_library.py",
    "test_scenes.py",
)
"""Folders and files of tests that another Python can change."""

settings.register_profile("unhurried", deadline=None, derandomize="CI" in os.environ)  # there, the same examples each time
settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds `--further-python`."""
    parser.addoption("--further-python", action="store_true", help="Run what another version of Python can change, and no more.")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The workers of `-n auto`."""
    return (3 if config.getoption("--further-python") else 4) * (os.cpu_count() or 1)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Lets a worker's ledger of second tries, which two small messages a test are written to, send the second one at once."""
    ledger = getattr(getattr(config, "failures_db", None), "sock", None)
    if ledger is not None:
        ledger.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@pytest.fixture(autouse=True, scope="module")
def nothing_is_left_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tells a socket that a file of tests leaves open as that file's, and not as that of whoever comes later."""
    yield
    path = request.path
    if path.parent == HERE or path.relative_to(HERE).parts[0] in WITH_REAL_PACKETS:
        gc.collect()


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Gives a file to one worker, in the order of the files, where workers are wanted and nothing else was said."""
    if config.getoption("numprocesses", None) and config.getoption("dist") == "no":
        config.option.dist = "loadscope"
        config.option.loadscopereorder = False


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leaves out what needs one Python only, where this is a further one."""
    if not (config.getoption("--further-python") and collection_path.is_relative_to(HERE)):
        return None
    place = collection_path.relative_to(HERE)
    wanted = any(place.is_relative_to(each) or Path(each).is_relative_to(place) for each in WITH_EVERY_PYTHON)
    return None if wanted else True


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Iterator[None]:
    """Looks for no garbage while tests are collected, never again among what was collected, and seldom while tests run.

    A file with real packets has its garbage collected as it ends (see above), which then is that file's alone.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the long rooms first, and gives the tests with real packets their second try."""
    items.sort(key=lambda item: LONG.index(room) if (room := room_of(item)) in LONG else len(LONG))
    for item in items:
        if room_of(item) in WITH_REAL_PACKETS or item.path.parent == HERE:
            item.add_marker(pytest.mark.flaky(reruns=2))


def room_of(item: pytest.Item) -> str:
    """The folder of a test, or its file where it stands in none."""
    return room_of_file(item.path)


@cache
def room_of_file(path: Path) -> str:
    """The folder of a file of tests, or the file where it stands in none; empty for what is none of ours."""
    return path.relative_to(HERE).parts[0] if path.is_relative_to(HERE) else ""
