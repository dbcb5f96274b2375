"""What stands on a screen of 80 columns and 24 lines when a run has ended, as somebody read it last: the first and the last.

`DIAG_GOLDEN=write` in the environment writes them anew. The files are there to be read: is it clear to who sees nothing else?
"""

import os
from pathlib import Path

import pytest

from tests.report.test_screens import run
from tests.report.test_terminal import shown

SCREENS = Path(__file__).parent / "golden" / "screens"
HEIGHT = 24
RUNS = [(number, causes) for number in (1, 12, 120, 500) for causes in (0, 1, 5)]


@pytest.mark.parametrize(("number", "causes"), RUNS)
def test_the_first_and_the_last_screen_are_as_they_were_read_last(number: int, causes: int) -> None:
    diagnosis, evidence = run(number, causes)
    lines = shown(diagnosis, evidence, width=80).splitlines()
    assert max(map(len, lines)) <= 80
    left_out = len(lines) - 2 * HEIGHT
    between = [f"~~~~~~~~ {left_out} lines ~~~~~~~~"] if left_out > 0 else ["~~~~~~~~"]
    screen = "\n".join((*lines[:HEIGHT], *between, *lines[max(HEIGHT, len(lines) - HEIGHT) :])) + "\n"
    path = SCREENS / f"{number}-endpoints-{causes}-causes.txt"
    if os.environ.get("DIAG_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(screen)
    assert screen == path.read_text(), "is it meant? then DIAG_GOLDEN=write, and read the diff"
