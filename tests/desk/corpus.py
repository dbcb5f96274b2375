"""One corpus for all tests of the desk, made once for all workers of a run, and its index."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bench.corpus import Planned, planned, write_corpus
from tests.recording.scene import scene_names

BEGAN = datetime(2026, 8, 3, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
WEEKS = 15
COUNT = 200


def plans() -> list[Planned]:
    """Every third scene once or twice, at other customers, weeks, widths and levels."""
    names = scene_names()
    return [plan for number, plan in enumerate(planned(len(names) * 2, BEGAN, WEEKS, most=4)) if number % 6 == 0][:COUNT]


def made_once(folder: Path) -> Path:
    """The folder with the corpus: made by the first who comes, waited for by the others."""
    done = folder / "done"
    try:
        folder.mkdir()
    except FileExistsError:
        for _ in range(600):
            if done.exists():
                break
            time.sleep(0.5)
        return folder
    truth = write_corpus(iter(plans()), folder / "bundles")
    (folder / "truth.txt").write_text("".join(f"{path}\t{scene}\n" for path, scene in truth.items()))
    done.touch()
    return folder


def shared(factory: pytest.TempPathFactory) -> Path:
    base = factory.getbasetemp()
    return made_once((base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "desk-corpus")
