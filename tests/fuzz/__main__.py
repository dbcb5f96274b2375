"""`python -m tests.fuzz [NUMBER | --all] [SEED]`: 10,000 mutations, or 200,000, with their figures."""

import resource
import signal
import sys
import time

from tests.fuzz.harm import Came
from tests.fuzz.run import LONGEST, fuzz, peak_megabytes

USUAL, FULL = 10_000, 200_000
MOST_MEGABYTES = 200
MOST_MEMORY = 1 << 30
"""Bytes that the process may ask for: beyond what it may use in the end, so that what asks for more is named."""


def main(arguments: list[str]) -> int:
    """Runs, prints, and returns the exit code."""
    number = FULL if arguments[:1] == ["--all"] else int(arguments[0]) if arguments else USUAL
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    _bound()
    began = time.process_time()
    account = fuzz(number, seed)
    peak = peak_megabytes()
    print(f"mutations            {number} (seed {seed})")
    print(f"refused, one sentence {account.came[Came.REFUSED]}")
    print(f"read without harm    {account.came[Came.READ]}, of which {account.shown} judged again and shown in every form")
    print(f"different refusals   {len(account.refusals)}")
    print(f"slowest reading      {account.slowest * 1000:.0f} ms of processor time")
    print(f"processor time       {time.process_time() - began:.0f} s")
    print(f"largest resident     {peak:.0f} MB (at most {MOST_MEGABYTES})")
    return 0 if peak < MOST_MEGABYTES else 1


def _bound() -> None:
    """What takes memory without end is stopped by the system, and what takes time without end by an alarm; both are harm."""

    def too_long(*_: object) -> None:
        raise TimeoutError(f"one bundle took longer than {LONGEST} seconds of the processor")

    for limit in (resource.RLIMIT_DATA, resource.RLIMIT_AS):
        resource.setrlimit(limit, (MOST_MEMORY, resource.getrlimit(limit)[1]))
    signal.signal(signal.SIGVTALRM, too_long)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
