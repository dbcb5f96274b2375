"""`python -m tests.canaries [RUNS] [SEED]`: the full search, 500 runs, with its figures."""

import sys
import time

from tests.canaries.run import search

FULL = 500


def main(arguments: list[str]) -> None:
    """Runs and prints; a canary that is found ends it with its name."""
    runs = int(arguments[0]) if arguments else FULL
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    began = time.process_time()
    account = search(runs, seed)
    print(f"runs                 {account.runs} (seed {seed}), exit codes {dict(sorted(account.verdicts.items()))}")
    print(f"bundles              {account.bundles}; {account.refused} stopped by the leak scan")
    print(f"held back by it      something in {account.held_back}")
    print(f"searched             {account.searched >> 20} MB; no canary found")
    print(f"processor time       {time.process_time() - began:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
