"""What the commands of support's desk share: where the index is, what it judges and names with, and who writes."""

import getpass
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from diag.cli.errors import WrongUse
from diag.desk.alike import ClusterParts
from diag.desk.index import DeskError, open_index, spoken
from diag.desk.intake import Means
from diag.desk.notes import Writer
from diag.language import retold, said, speaking
from diag.language.spoken import ENGLISH
from diag.model.check import AnyCheck
from diag.model.text import clean

F = TypeVar("F", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path, dir_okay=False)


def index_options(function: F) -> F:
    """Add `--index` and `--as-of`."""
    for option in (
        click.option("--as-of", metavar="DATE", help="Look at it as of this day, such as 2026-03-04. Default: now."),
        click.option("--index", type=_FILE, metavar="FILE", help="The index. Default: one in your own data folder."),
    ):
        function = option(function)
    return function


def get_catalogue() -> Sequence[AnyCheck]:
    """Return the checks; imported where they are needed, in each process that judges."""
    from diag.cli.catalogue import all_checks

    return all_checks()


def usual_index() -> Path:
    """Return where the index lies unless another is named."""
    from platformdirs import user_data_path

    return user_data_path("diag", appauthor=False) / "desk.db"


@contextmanager
def opened_index(path: Path | None, *, make: bool = False) -> Iterator[sqlite3.Connection]:
    """The index, closed again in the end. Raises WrongUse."""
    place = path or usual_index()
    try:
        db = open_index(place, make=make)
        try:
            with spoken(place):
                yield db
        finally:
            db.close()
    except DeskError as error:
        raise WrongUse(retold(error)) from None


def moment_of(as_of: str | None) -> datetime:
    """Return now, or the end of the day that is meant. Raises WrongUse."""
    if as_of is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(as_of)
    except ValueError:
        raise WrongUse(said("--as-of {as_of}: write a date, such as 2026-03-04", as_of=clean(as_of, 60))) from None
    if len(as_of) <= len("2026-03-04"):
        moment = moment.replace(hour=23, minute=59, second=59)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def means(now: datetime) -> Means:
    """Return what the desk judges and names with: today's catalogue."""
    from diag.report.wording.cluster_title import cluster_title

    checks = get_catalogue()
    by_id = {check.id: check for check in checks}

    def title(parts: ClusterParts) -> str:
        with speaking(ENGLISH):  # the index is everybody's; whoever reads it is told anew
            return clean(cluster_title(parts.cause, parts.kind, by_id), 300)

    return Means(catalogue=get_catalogue, judged_by=judged_by(checks), title=title, now=now)


def judged_by(checks: Sequence[AnyCheck]) -> str:
    """Return the version of the catalogue, and of what makes cases alike: where either is another, all is judged anew."""
    from diag.cli.delivery import catalogue_version

    alike = "\n".join(f"{check.id} {' '.join(check.alike)}" for check in checks)
    return f"{catalogue_version()}.{hashlib.sha256(alike.encode()).hexdigest()[:8]}"


def writer(who: str | None, now: datetime) -> Writer:
    """Return who writes: who is named, else the user of this computer."""
    if who:
        return Writer(clean(who, 100), now)
    try:
        return Writer(clean(getpass.getuser(), 100), now)
    except (OSError, KeyError, ImportError):
        return Writer(clean(os.environ.get("USER", "somebody"), 100), now)
