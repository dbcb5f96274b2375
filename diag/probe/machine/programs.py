"""Runs a program of the system where only a program tells: bounded in time, its answer bounded in size."""

from collections.abc import Callable, Mapping

from diag.model.text import clean

LONGEST_OUTPUT = 1_000_000
_LONGEST_LINE = 64_000
_PATIENCE = 3.0
"""Seconds that a program may take."""

RunProgram = Callable[[tuple[str, ...]], tuple[str, ...] | None]
"""Runs a command; returns the lines of its output, safe to show, or None where it cannot be run, fails or takes too long."""


def run_program(command: tuple[str, ...], environment: Mapping[str, str] | None = None) -> tuple[str, ...] | None:
    """See `RunProgram`. Blocks; no input, no shell; `environment` is what the program sees of it (None: all of ours)."""
    import subprocess  # only systems without files to read need it

    try:
        ended = subprocess.run(  # noqa: S603  (our own commands, never a word from outside)
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=True, env=environment
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return tuple(clean(line, _LONGEST_LINE) for line in ended.stdout[:LONGEST_OUTPUT].splitlines())
