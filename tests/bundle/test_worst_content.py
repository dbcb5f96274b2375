"""Whatever a stranger wrote, it costs no more than it is worth: bounded time and memory for the worst answers and bundles.

Seconds differ from machine to machine, so here it is how the cost grows: a content four times as large against a small one. The
largest, in seconds and megabytes: `python -m tests.bundle.worst`.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MEGABYTES = 200
GROWTH, SPARE = 9.0, 0.5
"""How often as long a content may take that is four times as large, and seconds besides: sixteen times would be quadratic."""


@pytest.mark.timeout(300)
def test_the_worst_is_bounded() -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.bundle.worst", "--gate"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=280)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    figures = re.findall(r"^(.*): ([\d.]+) s, ([\d.]+) s, (\d+) MB$", ended.stdout, re.MULTILINE)
    assert len(figures) == 8, ended.stdout
    for name, small, large, megabytes in figures:
        assert float(large) <= GROWTH * float(small) + SPARE, name
        assert int(megabytes) <= MEGABYTES, name
