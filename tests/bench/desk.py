"""Support's desk: how long thousands of bundles take to be judged and indexed, again with a few new ones, and how much they take.

Seconds of the processor, of all processes together, are told beside those that passed: on a machine that others use as well, only
these say anything of diag. On two free cores it takes about half of them.

`python -m tests.bench.desk 10000 [FOLDER]` makes the bundles in FOLDER, unless they are there (40 ms each), and measures.
"""

import os
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import psutil

from tests.bench.corpus import planned, write_corpus
from tests.bench.figures import Figure, Turn

FEW, NEW = 200, 10
BEGAN, WEEKS, AS_OF = datetime(2026, 8, 3, tzinfo=UTC), 16, "2026-11-24"


def measure(count: int = FEW, folder: Path | None = None) -> list[Figure]:
    """The figures of so many bundles."""
    with tempfile.TemporaryDirectory() as scratch:
        place = folder or Path(scratch) / "bundles"
        if not place.exists():
            write_corpus(planned(count + NEW, BEGAN, WEEKS), place)
        paths = sorted(place.rglob("*.zip"))
        index = Path(scratch) / "desk.db"
        late = paths[-NEW:]
        for path in late:
            path.rename(path.with_suffix(".later"))
        try:
            first = timed("triage", str(place), "--index", str(index))
        finally:
            for path in late:
                path.with_suffix(".later").rename(path)
        again = timed("triage", str(place), "--index", str(index))
        shown = timed("triage", "--index", str(index))
        size = index.stat().st_size / (1 << 20)
    bundles = len(paths) - NEW
    each = 1_000 * first.processor / bundles
    return [
        Figure(f"desk: {bundles} bundles judged and indexed, of the processor", (first.processor,), "s", "10,000 in under 120"),
        Figure("  a bundle, of the processor", (each,), "ms", "under 12"),
        Figure("  that passed", (first.wall,), "s", "10,000 in under 60 on two free cores"),
        Figure("  memory of all processes", (first.megabytes,), "MB", "under 500"),
        Figure(f"  again, with {NEW} new, of the processor", (again.processor,), "s", "under 3"),
        Figure("  that passed", (again.wall,), "s", "under 3"),
        Figure("  shown again, of the processor", (shown.processor,), "s", "-"),
        Figure("  the index", (size,), "MB", "10,000 in under 30"),
    ]


def timed(*arguments: str) -> Turn:
    """What a call took, its workers included; the megabytes are the most that all had at once."""
    process = psutil.Popen([sys.executable, "-m", "diag", *arguments, "--as-of", AS_OF, "--json"], stdout=-3, stderr=-3)
    began, peak, ended = time.perf_counter(), 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(0.2):
            peak = max(peak, sum(map(resident, [process, *islice(children(process), 100)])))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    ended.set()
    watcher.join()
    if status:
        raise RuntimeError(f"diag {arguments[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return Turn(took, used.ru_utime + used.ru_stime, peak / (1 << 20))


def children(process: psutil.Process) -> list[psutil.Process]:
    """All below a process; none where it has ended."""
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def resident(process: psutil.Process) -> int:
    """Bytes of memory that a process has; 0 where it has ended."""
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


if __name__ == "__main__":
    for figure in measure(int(sys.argv[1]) if len(sys.argv) > 1 else FEW, Path(sys.argv[2]) if len(sys.argv) > 2 else None):
        print(figure, flush=True)
