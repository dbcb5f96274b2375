"""A figure: one thing measured several times over, told by its median."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

STEERING = ("_PROXY", "_CERT", "_CERT_FILE", "_CERT_DIR", "_CA_BUNDLE", "_CA_CERTS", "_CERTS_FILE", "_CAINFO", "_FILE_PATH")
QUIET = {name: value for name, value in os.environ.items() if not name.upper().endswith(STEERING)} | {
    "PYTHONDONTWRITEBYTECODE": ""
}
"""The environment of what is measured: no proxies, and no trust files to be counted, which take 20 ms each."""


@dataclass(frozen=True)
class Figure:
    """Values of one thing in one unit, and what was aimed at."""

    what: str
    values: tuple[float, ...]
    unit: str
    aim: str

    def __str__(self) -> str:
        low, middle, high = min(self.values), statistics.median(self.values), max(self.values)
        return f"{self.what:58} {middle:8.1f} {self.unit:4} ({low:.1f} to {high:.1f}, n={len(self.values)}; aim {self.aim})"


def milliseconds(command: Sequence[str], times: int, expect: Sequence[int] = (0,)) -> tuple[float, ...]:
    """How long a command takes as a whole process, after one run that does not count. Raises where it ends with another code."""
    return tuple(_timed(lambda: _run(command, expect)) for _ in range(times + 1))[1:]


def peak_megabytes(command: Sequence[str], expect: Sequence[int] = (0,)) -> float:
    """The largest resident size of a command."""
    script = f"import resource,subprocess,sys;subprocess.run({list(command)!r},stdout=-3,stderr=-3);" + (
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=QUIET)
    return int(done.stdout) / (1024 if sys.platform == "linux" else 1024 * 1024)


def _run(command: Sequence[str], expect: Sequence[int]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=QUIET)
    if done.returncode not in expect:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")


def _timed(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000
