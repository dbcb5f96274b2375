"""A plugin of pytest that hears which functions of the program each test calls: `-p tests.mutants.hearing`.

A tracer is told of every call and of nothing else, which costs half as much again as the tests themselves. What runs in another
process is not heard; that a test started one is. What is called while a file is collected, or for a fixture, counts for every
test of that file: the next test finds it made. The variable `HEARD` names the folder in which each process leaves what it heard.
"""

import os
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType

import msgspec
import pytest

from tests.mutants.reached import PROCESS, Heard, function_name

ROOT = str(Path(__file__).parents[2]) + os.sep
PROGRAM = (f"{ROOT}diag{os.sep}", f"{ROOT}checks{os.sep}")

known: dict[int, CodeType | None] = {}
"""Every code object that was called, by its id; None: not the program's."""
now: set[int] = set()
"""What was called since the last look."""
called: defaultdict[str, set[int]] = defaultdict(set)
took: defaultdict[str, float] = defaultdict(float)
failed: set[str] = set()
processes: set[str] = set()
scale: dict[str, int] = {}
"""How many more of a test there are than were run."""
running = ""
ENOUGH = 100


def hear(frame: FrameType, event: str, argument: object) -> None:
    """Notes one call."""
    code = frame.f_code
    if id(code) not in known:
        known[id(code)] = code if code.co_filename.startswith(PROGRAM) else None
    now.add(id(code))


def note(test: str) -> None:
    """Ascribes what was called since the last look to a test, or to a whole file."""
    global now
    heard, now = now, set()
    called[test] |= {code for code in heard if known[code] is not None}


def audit(event: str, arguments: tuple[object, ...]) -> None:
    """Notes that a process was started."""
    if event in ("subprocess.Popen", "os.fork", "os.posix_spawn") and running:
        processes.add(running)


def test_of(item: pytest.Item) -> str:
    """A test with all its parameters: `tests/a/test_b.py::test_c`."""
    return item.nodeid.partition("[")[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves a part of what is tried over every scene: a hundred of them call what all of them call."""
    sizes = Counter(map(test_of, items))
    passed: Counter[str] = Counter()
    kept = []
    for item in items:
        test = test_of(item)
        step = max(1, sizes[test] // ENOUGH)
        if passed[test] % step == 0:
            kept.append(item)
            scale[test] = step
        passed[test] += 1
    items[:] = kept


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(audit)
    sys.settrace(hear)
    threading.settrace(hear)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    global now
    now = set()
    try:
        return (yield)
    finally:
        if isinstance(collector, pytest.Module):
            note(collector.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    try:
        return (yield)
    finally:
        note(item.nodeid.partition("::")[0])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    global running
    running, began = test_of(item), time.monotonic()
    sys.settrace(hear)
    try:
        return (yield)
    finally:
        note(running)
        took[running] += time.monotonic() - began
        running = ""


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        failed.add(report.nodeid.partition("[")[0])


def pytest_sessionfinish(session: pytest.Session) -> None:
    sys.settrace(None)
    threading.settrace(None)
    heard = {
        test: Heard(
            round(took[test] * scale.get(test, 1), 2),
            sorted({function_name(code.co_filename.removeprefix(ROOT), code.co_qualname) for code in codes_of(test)})
            + [PROCESS] * (test in processes),
            test in failed,
        )
        for test in {*called, *took}
    }
    if took:
        Path(os.environ["HEARD"], f"{os.getpid()}.json").write_bytes(msgspec.json.encode(heard))


def codes_of(test: str) -> Iterator[CodeType]:
    """The functions of the program that a test called."""
    for code in called[test]:
        if (function := known[code]) is not None:
            yield function
