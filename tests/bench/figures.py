"""A figure: a ratio to something that everybody knows, taken in alternation on the same machine, told by its median.

Seconds say as much about a machine and its other work as about diag. So what is measured and what it is held against (a bare
interpreter, curl) run in turns, and each turn gives one ratio.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

TIMES = 9
STEERING = ("_PROXY", "_CERT", "_CERT_FILE", "_CERT_DIR", "_CA_BUNDLE", "_CA_CERTS", "_CERTS_FILE", "_CAINFO", "_FILE_PATH")
QUIET = {name: value for name, value in os.environ.items() if not name.upper().endswith(STEERING)} | {
    "PYTHONDONTWRITEBYTECODE": "",
    "XDG_STATE_HOME": tempfile.mkdtemp(prefix="diag-bench-"),
}
"""The environment of what is measured: no proxies, no trust files to be counted, which take 20 ms each, and a user who has kept
nothing yet."""
BARE = (sys.executable, "-c", "pass")
"""A bare interpreter's start: the ground that all else stands on."""

DIAG = (sys.executable, "-c", "from diag.__main__ import start; start()")
"""diag, as its installed command begins."""


@dataclass(frozen=True)
class Figure:
    """Values of one thing in one unit, and what was aimed at."""

    what: str
    values: tuple[float, ...]
    unit: str
    aim: str

    def __str__(self) -> str:
        low, middle, high = min(self.values), statistics.median(self.values), max(self.values)
        return f"{self.what:64} {middle:8.2f} {self.unit:4} ({low:.2f} to {high:.2f}, n={len(self.values)}; aim {self.aim})"


class Turn(NamedTuple):
    """What one whole process took."""

    wall: float
    """Seconds that passed."""
    processor: float
    """Seconds of the processor, its own and the system's for it."""
    megabytes: float
    """Its largest resident size."""


def alternately(commands: Mapping[str, Sequence[str]], times: int = TIMES, expect: Sequence[int] = (0,)) -> dict[str, list[Turn]]:
    """What each command took in each round, one after the other in every round, after one round that does not count.

    Raises RuntimeError where one ends with another code than expected.
    """
    taken: dict[str, list[Turn]] = {name: [] for name in commands}
    for number in range(times + 1):
        for name, command in commands.items():
            turn = _turn(command, expect if name != "bare" else (0,))
            if number:
                taken[name].append(turn)
    return taken


def ratios(one: Sequence[Turn], other: Sequence[Turn], take: Callable[[Turn], float]) -> tuple[float, ...]:
    """So many times as much as the other, round by round."""
    return tuple(take(a) / take(b) for a, b in zip(one, other, strict=True))


def wall(turn: Turn) -> float:
    """The time that passed."""
    return turn.wall


def processor(turn: Turn) -> float:
    """The time of the processor."""
    return turn.processor


_STARTER = """
import os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
passed = time.perf_counter() - began
process.returncode = os.waitstatus_to_exitcode(status)
print(process.returncode, passed, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
"""A small process that starts what is measured: to the system, a process is as large at least as who started it."""


def _turn(command: Sequence[str], expect: Sequence[int]) -> Turn:
    starter = (sys.executable, "-I", "-S", "-c", _STARTER, *command)
    told = subprocess.run(starter, env=QUIET, capture_output=True, text=True, check=True).stdout.split()
    code, passed, used, largest = int(told[0]), *map(float, told[1:])
    if code not in expect:
        raise RuntimeError(f"{' '.join(command)[:300]} ended with {code}")
    return Turn(passed, used, largest / (1024 if sys.platform == "linux" else 1024 * 1024))
