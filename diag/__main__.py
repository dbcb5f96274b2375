"""`diag` as a program, which is also `python -m diag`: the interpreter is told not to search for garbage while little is made.

What a start makes stays until the end: to search it again and again takes a tenth of the start, and to take it apart at the
end as long again. What a long run leaves behind is swept all the same.
"""

import gc

FEW_COLLECTIONS = 500_000
"""Allocations between two sweeps for garbage; the usual 700 would have all that was imported searched in vain."""


def start() -> None:
    """Run one command and end the process with its exit code."""
    gc.set_threshold(FEW_COLLECTIONS)
    from diag.cli.main import main  # only now: what is imported is not searched

    try:
        main()
    finally:
        gc.freeze()


if __name__ == "__main__":
    start()
