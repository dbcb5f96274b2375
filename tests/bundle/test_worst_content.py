"""Whatever a stranger wrote, it costs no more than it is worth: bounded time and memory for the worst answers and bundles.

In one process, whose largest resident size is looked at after each step. All of them: `python -m tests.bundle.worst`.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS, MEGABYTES = 25.0, 220
"""Of the processor, and resident: what is aimed at is 10 and 200; machines and versions of Python differ."""


@pytest.mark.timeout(300)
def test_the_worst_is_bounded() -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.bundle.worst", "--gate"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=280)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    figures = re.findall(r"^(.*): ([\d.]+) s, (\d+) MB$", ended.stdout, re.MULTILINE)
    assert len(figures) == 10, ended.stdout
    assert [figure for figure in figures if float(figure[1]) > SECONDS or int(figure[2]) > MEGABYTES] == []
