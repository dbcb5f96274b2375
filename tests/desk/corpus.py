"""One corpus for all tests of the desk, made once for all workers of a run, and its index."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from diag.cli.desk import means
from diag.desk.index import open_index
from diag.desk.intake import Wishes, take_in
from diag.desk.search import put_articles
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


def made_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """The folder with what `make` puts there: made by the first who comes, waited for by the others."""
    done = folder / "done"
    try:
        folder.mkdir()
    except FileExistsError:
        for _ in range(600):
            if done.exists():
                break
            time.sleep(0.5)
        return folder
    make(folder)
    done.touch()
    return folder


def shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name that all workers of a run share."""
    base = factory.getbasetemp()
    return made_once((base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name, make)


def write(folder: Path) -> None:
    """Writes the corpus, and which scene each of its bundles holds."""
    truth = write_corpus(iter(plans()), folder / "bundles")
    (folder / "truth.txt").write_text("".join(f"{path}\t{scene}\n" for path, scene in truth.items()))


def write_index(corpus: Path, folder: Path) -> None:
    """Writes the index of the corpus."""
    db = open_index(folder / "desk.db", make=True)
    by = means(NOW)
    take_in(db, [corpus / "bundles"], by, Wishes(label_from="org/*"), lambda done, all_of: None)
    put_articles(db, ((check.id, check.article.partition("\n")[0], check.article) for check in by.catalogue()))
    db.close()
