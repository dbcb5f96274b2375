"""The export: what lies in it, what does not, and that other engines count what SQLite counts."""

import csv
import io
import json
import sqlite3
import sys
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import jsonschema
import pytest

from diag.desk.export import EXPORT_TABLES, PARTITION, export_schema, rows_of, write_parquet
from diag.desk.index import DeskError, change, put_labels
from diag.desk.notes import About, Writer, write_note
from tests.cli.shell import called
from tests.desk.corpus import NOW

MONDAY = timedelta(days=7)


@pytest.fixture
def solved(db: sqlite3.Connection) -> sqlite3.Connection:
    """The index with cases that were opened and solved, one of them a formula, and a resolution."""
    numbers = [number for (number,) in db.execute("SELECT id FROM bundle ORDER BY id")]
    with change(db):
        for number in numbers[::3]:
            opened = {"opened": "2026-09-01T00:00:00Z", "solved": f"2026-09-{2 + number % 20:02}T12:00:00Z"}
            put_labels(db, number, opened.items(), "cases")
        put_labels(db, numbers[0], [("org", "=cmd|' /C calc'!A0"), ("product", "driver")], "cases")
    write_note(db, Writer("ann", NOW), About(bundle=numbers[0]), "new proxy", kind="resolved", effort=2, by_cause="dns-slow")
    return db


def test_the_rows_keep_their_schema(solved: sqlite3.Connection) -> None:
    schema = export_schema()
    for table, rows in rows_of(solved).items():
        assert rows
        validator = jsonschema.Draft202012Validator(schema["$defs"][table])
        for row in rows[:50]:
            assert list(row.keys() ^ EXPORT_TABLES[table].keys()) == []
            validator.validate(json.loads(json.dumps(row, default=str)))


def test_the_schema_is_printed(tmp_path: Path) -> None:
    assert called("schema", "export", within=tmp_path).document == export_schema()


def test_without_names_nothing_says_whose_it_is_and_they_stay_apart(solved: sqlite3.Connection) -> None:
    plain, nameless = rows_of(solved), rows_of(solved, nameless=True, key=b"k" * 32)
    # The owner of a cause may be called `service`, and so is a host.
    told = json.dumps([{**row, "owner": ""} for rows in nameless.values() for row in rows], default=str)
    names = {row[what] for row in plain["bundle"] for what in ("org", "case")} - {""}
    hosts = {host for (host,) in solved.execute("SELECT DISTINCT host FROM endpoint")}
    assert not [name for name in names | hosts if f'"{name}"' in told]
    assert {key for row in nameless["bundle"] for key in row["labels"]} == {"opened", "solved"}
    assert {len(row["org"]) for row in nameless["bundle"]} <= {0, 16}
    together = [(row["org"], other["org"]) for row, other in zip(plain["bundle"], nameless["bundle"], strict=True)]
    assert len(set(together)) == len({org for org, _ in together}) == len({org for _, org in together})
    assert rows_of(solved, nameless=True)["bundle"][0]["org"] != rows_of(solved, nameless=True)["bundle"][0]["org"]


def weekly_by_sqlite(db: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return db.execute("SELECT week, cause, organisations, cases, bundles FROM weekly ORDER BY week, cause").fetchall()


def before_by_hand(weekly: list[tuple[Any, ...]]) -> dict[tuple[str, str], int]:
    counted: defaultdict[str, dict[datetime, int]] = defaultdict(dict)
    for week, cause, organisations, *_ in weekly:
        counted[cause][datetime.fromisoformat(week)] = organisations
    return {
        (f"{week:%Y-%m-%d}", cause): sum(weeks.get(week - number * MONDAY, 0) for number in range(1, 13))
        for cause, weeks in counted.items()
        for week in weeks
    }


@pytest.fixture
def exported(solved: sqlite3.Connection, tmp_path: Path) -> Path:
    pytest.importorskip("pyarrow", reason="the extra diag[analytics] is not installed")
    return write_parquet(rows_of(solved), tmp_path / "out").folder


def test_the_files_say_what_they_are(exported: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    (first, *_) = sorted((exported / "bundle").glob(f"{PARTITION}=*/*.parquet"))
    file = parquet.ParquetFile(first)
    assert file.schema_arrow.metadata == {b"schema": b"diag.desk/1"}
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert [name for name in EXPORT_TABLES["bundle"] if name != PARTITION] == file.schema_arrow.names
    with pytest.raises(DeskError, match="is not empty"):
        write_parquet({table: [] for table in EXPORT_TABLES}, exported)


NEWER_DUCKDB = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
"""ibis calls it still."""
SPARK = (
    pytest.mark.filterwarnings("ignore:The "),  # pyspark over a newer pandas: what that warns of
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # its sockets end with the process
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
)


@NEWER_DUCKDB
@pytest.mark.parametrize("engine", ["duckdb", pytest.param("local[1]", marks=SPARK)])
def test_every_engine_counts_what_sqlite_counts(exported: Path, solved: sqlite3.Connection, engine: str) -> None:
    pytest.importorskip("ibis", reason="the extra diag[analytics] is not installed")
    if engine != "duckdb":
        pytest.importorskip("pyspark", reason="pyspark is not installed")
    from diag.desk.analyses import open_tables, run

    opened = open_tables(exported, engine)
    weekly = [
        (f"{row['week']:%Y-%m-%d}", row["cause"], row["organisations"], row["cases"], row["bundles"])
        for row in run(*opened, "weekly")
    ]
    assert sorted(weekly) == weekly_by_sqlite(solved)
    before = {(f"{row['week']:%Y-%m-%d}", row["cause"]): row["organisations"] for row in run(*opened, "before")}
    assert before == before_by_hand(weekly_by_sqlite(solved))
    seen = {
        (row["fp"], f"{row['first']:%Y-%m-%dT%H:%M:%SZ}", f"{row['last']:%Y-%m-%dT%H:%M:%SZ}", row["bundles"])
        for row in run(*opened, "seen")
    }
    assert seen == set(solved.execute("SELECT fp, first_seen, last_seen, bundles FROM clusters"))
    worth = {(row["cause"], row["owner"]): (row["cases"], round(row["days"], 6)) for row in run(*opened, "worth")}
    assert worth == {
        (cause, owner): (cases, round(days, 6))
        for cause, owner, cases, days in solved.execute(
            "SELECT cause, owner, COUNT(*), SUM(days) FROM (SELECT cause.id AS cause, owner, ticket.value AS ticket, "
            "MAX(julianday(solved.value) - julianday(opened.value)) AS days FROM cause "
            "JOIN labels AS ticket ON ticket.bundle = cause.bundle AND ticket.key = 'case' "
            "JOIN labels AS opened ON opened.bundle = cause.bundle AND opened.key = 'opened' "
            "JOIN labels AS solved ON solved.bundle = cause.bundle AND solved.key = 'solved' "
            "WHERE status = 'problem' GROUP BY cause.id, owner, ticket.value) GROUP BY cause, owner"
        )
    }


def test_a_spark_master_reads_each_table_from_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from diag.desk import analyses

    for table in EXPORT_TABLES:
        (tmp_path / table).mkdir()
    master = Mock(read_parquet=lambda folder, table_name: (folder, table_name))
    monkeypatch.setitem(sys.modules, "ibis", Mock())
    monkeypatch.setattr(analyses, "_spark", {"spark://host:7077": master}.__getitem__)
    connection, tables = analyses.open_tables(tmp_path, "spark://host:7077")
    assert connection is master
    assert tables == {table: (str(tmp_path / table), table) for table in EXPORT_TABLES}


@NEWER_DUCKDB
def test_the_command_counts_as_csv_in_which_no_cell_is_worked_out(exported: Path, tmp_path: Path) -> None:
    pytest.importorskip("ibis", reason="the extra diag[analytics] is not installed")
    out = called("export", str(exported), "--run", "weekly", within=tmp_path).out
    rows = list(csv.reader(io.StringIO(out)))
    assert rows[0] == ["week", "cause", "organisations", "cases", "bundles"]
    assert "No analysis is called x" in called("export", str(exported), "--run", "x", within=tmp_path).complaint
    assert (
        "No engine is called y" in called("export", str(exported), "--run", "weekly", "--engine", "y", within=tmp_path).complaint
    )


def test_without_the_extra_it_says_what_to_install(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ended = called("export", "out", "--index", str(index), within=tmp_path)
    assert "pip install 'diag[analytics]'" in ended.complaint
