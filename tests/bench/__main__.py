"""Runs every measurement and prints one line each: what, median, range, and the aim it is held against by whoever reads it."""

import compileall
import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench import bundles, crowd, halves, scripts, startup
from tests.bench.figures import Figure

MEASUREMENTS: tuple[Callable[[], list[Figure]], ...] = (
    startup.measure,
    crowd.measure,
    halves.measure,
    bundles.measure,
    scripts.measure,
)


def main() -> None:
    """Compiles the bytecode, as an installer does, and measures."""
    for package in ("diag", "checks"):
        compileall.compile_dir(Path(__file__).parents[2] / package, quiet=2)
    for measure in MEASUREMENTS:
        for figure in measure():
            print(figure, flush=True)


if __name__ == "__main__":
    sys.exit(main())
