"""The tools' word on style and types counts in the ordinary test run."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("diag", "checks", "tests")
"""What is looked at; an environment that lies in the checkout is not ours."""
TOOLS = {
    "lint": ("ruff", "check", "--no-cache", *OURS),
    "format": ("ruff", "format", "--no-cache", "--check", *OURS),
    "types": ("mypy",),
}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.timeout(600)
def test_a_tool_finds_nothing(tool: str) -> None:
    done = subprocess.run([sys.executable, "-m", *TOOLS[tool]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
