"""What the desk is tried on: a corpus, its truth, and an index of it."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from diag.desk.index import open_index
from tests.desk.corpus import shared, write, write_index


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared(tmp_path_factory, "desk-corpus", write)


@pytest.fixture(scope="session")
def truth(corpus: Path) -> dict[str, str]:
    return dict(line.split("\t") for line in (corpus / "truth.txt").read_text().splitlines())


@pytest.fixture(scope="session")
def indexed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the corpus; not to be written into."""
    made = shared(tmp_path_factory, "desk-index", lambda folder: write_index(corpus, folder)) / "desk.db"
    return Path(shutil.copy(made, tmp_path_factory.mktemp("index")))


@pytest.fixture
def index(indexed: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(indexed, tmp_path / "desk.db"))


@pytest.fixture
def db(index: Path) -> Iterator[sqlite3.Connection]:
    opened = open_index(index)
    yield opened
    opened.close()
