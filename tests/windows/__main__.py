"""`python -m tests.windows`: every demonstration on Linux and on Windows, as a table of those where they differ, and a sum."""

import sys
import tempfile
from pathlib import Path

from diag.lab.faults import FAULTS
from tests.windows.build import NotHere
from tests.windows.running import on_linux, on_windows


def main() -> int:
    """Run the faults that are named, or all; 1 where a cause or an exit code differs."""
    names = sys.argv[1:] or [fault.name for fault in FAULTS]
    commands = [["demo", name, "--json", "--no-bundle"] for name in names]
    with tempfile.TemporaryDirectory() as folder:
        try:
            windows = on_windows(commands, Path(folder))
        except NotHere as reason:
            print(f"no Windows here: {reason}")
            return 0
        linux = on_linux(commands, Path(folder))
    rows = [
        (
            name,
            one["exit"],
            one["causes"],
            other["exit"],
            other["causes"] if other["causes"] is not None else other["err"].strip(),
        )
        for name, one, other in zip(names, linux, windows, strict=True)
        if (one["exit"], one["causes"]) != (other["exit"], other["causes"])
    ]
    for name, code, causes, other_code, other_causes in rows:
        print(f"{name}\n    Linux    exit {code}, {causes}\n    Windows  exit {other_code}, {other_causes}")
    print(f"{len(names)} demonstrations, {len(names) - len(rows)} with the same exit code and the same causes on both systems")
    return bool(rows)


sys.exit(main())
