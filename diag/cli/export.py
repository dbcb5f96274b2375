"""`diag export`: the index as Parquet, and what it counts run where there are more machines."""

import csv
import sys
from datetime import datetime
from pathlib import Path

import click

from diag.cli.desk import index_options, opened_index
from diag.cli.errors import FOUND_NOTHING, WRONG_USE
from diag.cli.sections import Command
from diag.desk.cases import safe_cell
from diag.language import retold, said
from diag.report.layout.page import open_page


@click.command(
    "export", cls=Command, ends={FOUND_NOTHING: "written, or counted", WRONG_USE: "wrong use"}, examples=("diag export tables/",)
)
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False))
@index_options
@click.option("--no-names", is_flag=True, help="Leave out labels; organisations and cases become stand-ins of this export alone.")
@click.option("--run", "analysis", metavar="NAME", help="Count what is in FOLDER: weekly, before, seen or worth; as CSV.")
@click.option("--engine", default="duckdb", metavar="duckdb|spark://...", help="Where it is counted. Default: duckdb.")
def command(folder: Path, index: Path | None, as_of: str | None, no_names: bool, analysis: str | None, engine: str) -> int:
    """Write the index as Parquet into a new FOLDER: a folder a table, partitioned by month (diag schema export).

    With --run, nothing is written: what is in FOLDER is counted there. Needs the extra: pip install 'diag[analytics]'.
    """
    if analysis is not None:
        return _count(folder, analysis, engine)
    from diag.desk.export import rows_of, write_parquet

    with opened_index(index) as db:
        exported = write_parquet(rows_of(db, nameless=no_names), folder)
    page = open_page(sys.stdout)
    counted = ", ".join(
        said("{table} {count} {count:row|rows}", table=table, count=count) for table, count in exported.rows.items()
    )
    page.verbatim(page.words(said("Written: {folder} ({counted})", folder=exported.folder, counted=counted)))
    return FOUND_NOTHING


def _count(folder: Path, analysis: str, engine: str) -> int:
    from diag.cli.errors import WrongUse
    from diag.desk.analyses import open_tables, run
    from diag.desk.index import DeskError

    try:
        rows = run(*open_tables(folder, engine), analysis)
    except DeskError as error:
        raise WrongUse(retold(error)) from None
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(rows[0] if rows else ())
    out.writerows([safe_cell(_cell(value)) for value in row.values()] for row in rows)
    return FOUND_NOTHING


def _cell(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else "" if value is None else str(value)
