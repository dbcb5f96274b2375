"""A scene that is recorded again reads as it did: a diff of scenes shows what was changed, and nothing else."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.netns import needs_house
from tests.recipes import RECIPES
from tests.recording.sameness import rsa_key
from tests.recording.settled import coarse
from tests.recording.stage import missing_here

TWICE = ("dns-no-address/name-without-address", "lab/tls-certificate-expired", "proxy-bypass-missing/refused-by-rule")
"""A name server, the lab with its certificates, and a real proxy before a real web server."""


@needs_house
@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler, which makes the clock that stands still")
def test_a_scene_recorded_twice_is_the_same(tmp_path: Path) -> None:
    if missing := [name for recipe in RECIPES if recipe.name in TWICE for name in missing_here(recipe)]:
        pytest.skip(f"needs {', '.join(missing)}")
    first, second = (recorded(tmp_path / which) for which in ("first", "second"))
    assert sorted(first) == sorted(f"{name}.jsonl" for name in TWICE)
    assert first == second


def recorded(folder: Path) -> dict[str, bytes]:
    command = [sys.executable, "-m", "tests.recording", "--into", str(folder), *TWICE]
    subprocess.run(command, check=True, capture_output=True, timeout=120, cwd=Path(__file__).parents[2])
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.jsonl")}


@pytest.mark.parametrize(
    ("measured", "step", "told"),
    [(0.0, 1, 0.0), (0.99, 1, 0.0), (1.003, 1, 1.01), (2.9, 1, 2.01), (0.24, 0.25, 0.0), (0.26, 0.25, 0.25), (2.5, 0.25, 2.51)],
)
def test_lengths_of_time_are_told_in_steps(measured: float, step: float, told: float) -> None:
    assert coarse(measured, step) == told


def test_a_key_from_the_same_lot_is_the_same() -> None:
    from random import Random

    first, second, third = (rsa_key(Random(seed), 65_537, 1024) for seed in (1, 1, 2))
    assert first.private_numbers() == second.private_numbers() != third.private_numbers()
    assert first.key_size == 1024
