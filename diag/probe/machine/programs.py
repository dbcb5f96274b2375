"""Runs a program of the system where only a program tells: bounded in time, its answer bounded in size."""

from collections.abc import Callable

from diag.model.text import clean

LONGEST_OUTPUT = 1_000_000
PATIENCE = 3.0
"""Seconds that a program may take."""

Run = Callable[[tuple[str, ...]], tuple[str, ...] | None]
"""Runs a command; returns the lines of its output, safe to show, or None where it cannot be run, fails or takes too long."""


def run_program(command: tuple[str, ...]) -> tuple[str, ...] | None:
    """See `Run`. Blocks; no input, no shell."""
    import subprocess  # only systems without files to read need it

    try:
        ended = subprocess.run(  # noqa: S603  (our own commands, never a word from outside)
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return tuple(clean(line) for line in ended.stdout[:LONGEST_OUTPUT].splitlines())
