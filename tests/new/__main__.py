"""`python -m tests.new FAMILY-WHAT-IS-FOUND`: lay the skeleton of a check, and say what is left to do."""

import sys
from pathlib import Path

from tests.new.skeleton import CannotLay, lay, left_to_do

ROOT = Path(__file__).parents[2]


def main(arguments: list[str]) -> int:
    """Lay it and return the exit code."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        laid = lay(arguments[0], ROOT)
    except CannotLay as error:
        print(error, file=sys.stderr)
        return 2
    for path in laid:
        print(path.relative_to(ROOT))
    print(left_to_do(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
