"""`diag` as a program, which is also `python -m diag`: a process that is told not to tidy up what the system tidies up.

What a start makes stays until the end: to search it for garbage again and again takes a tenth of the start, and to take it apart
at the end as long again. What a long run leaves behind is swept all the same, and what was to be done at the end is done.
"""

import atexit
import gc
import os
import sys

FEW_COLLECTIONS = 500_000
"""Allocations between two sweeps for garbage; the usual 700 would have all that was imported searched in vain."""


def start() -> None:
    """Run one command and end the process with its exit code."""
    gc.set_threshold(FEW_COLLECTIONS)
    from diag.cli.main import main  # only now: what is imported is not searched

    try:
        main()
    except SystemExit as end:
        gc.freeze()
        _leave(end.code)
        raise


def _leave(code: object) -> None:
    """End at once with this exit code; return where the interpreter has to end in its own way: it waits for threads that work on,
    and says what it could not write.
    """
    threading = sys.modules.get("threading")
    if not isinstance(code, int) or (threading and sum(not one.daemon for one in threading.enumerate()) > 1):
        return
    atexit._run_exitfuncs()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream and not stream.closed:
                stream.flush()
    except (OSError, ValueError):
        return
    os._exit(code)


if __name__ == "__main__":
    start()
