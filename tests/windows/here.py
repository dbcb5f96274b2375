"""`python -m tests.windows.here`: every demonstration on the system that this runs on, beside the cause that it stages."""

import sys

from diag.lab.faults import FAULTS
from tests.windows.inside import carried_out


def main() -> int:
    """Print each fault whose first cause is another than the one that was staged; 1 where there is one."""
    wrong = 0
    for fault in FAULTS:
        told = carried_out(["demo", fault.name, "--json", "--no-bundle"])
        first = (told["causes"] or [None])[0] if isinstance(told["causes"], list) else told["err"]
        if first != fault.expects and "cannot be staged" not in str(first):
            wrong += 1
            print(f"{fault.name}: staged {fault.expects}, told {first} (exit code {told['exit']})")
    print(f"{len(FAULTS)} demonstrations, {wrong} told otherwise than staged")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
