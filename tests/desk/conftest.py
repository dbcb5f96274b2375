"""What the desk is tried on: a corpus, its truth, and an index of it."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from diag.cli.desk import means
from diag.desk.index import open_index
from diag.desk.intake import Wishes, take_in
from diag.desk.search import put_articles
from tests.desk.corpus import NOW, shared


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared(tmp_path_factory)


@pytest.fixture(scope="session")
def truth(corpus: Path) -> dict[str, str]:
    return dict(line.split("\t") for line in (corpus / "truth.txt").read_text().splitlines())


@pytest.fixture(scope="session")
def indexed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the corpus; not to be written into."""
    path = tmp_path_factory.mktemp("index") / "desk.db"
    db = open_index(path, make=True)
    by = means(NOW)
    take_in(db, [corpus / "bundles"], by, Wishes(label_from="org/*"), lambda done, all_of: None)
    put_articles(db, ((check.id, check.article.partition("\n")[0], check.article) for check in by.catalogue()))
    db.close()
    return path


@pytest.fixture
def index(indexed: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(indexed, tmp_path / "desk.db"))


@pytest.fixture
def db(index: Path) -> Iterator[sqlite3.Connection]:
    opened = open_index(index)
    yield opened
    opened.close()
