"""The index as Parquet (zstd), for when one machine is not enough: a folder a table, partitioned by month, `diag.desk/1`.

With `nameless`, nothing says whose a bundle is: organisations and cases become stand-ins by a key of this export alone, so that
they stay apart; labels are left out. Endpoints are in no table.
"""

import hashlib
import hmac
import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from diag.desk.alike import ClusterParts
from diag.desk.index import DeskError
from diag.desk.stock import read_moment
from diag.model.desk import DESK_SCHEMA


class ColumnKind(StrEnum):
    """What a column holds."""

    WORD = "word"
    """One of few texts: kept once each."""
    TEXT = "text"
    MOMENT = "moment"
    NUMBER = "number"
    EFFORT = "effort"
    FLAG = "flag"
    MAP = "map"


_WORD, _TEXT, _MOMENT, _NUMBER, _EFFORT, _FLAG, _MAP = ColumnKind
EXPORT_TABLES: Mapping[str, Mapping[str, ColumnKind]] = {
    "bundle": {
        "digest": _TEXT, "began": _MOMENT, "ended": _MOMENT, "tool": _WORD, "catalogue": _WORD, "privacy": _WORD,
        "verdict": _WORD, "os": _WORD, "setting": _WORD, "cloud": _WORD, "endpoints": _NUMBER, "arrived": _NUMBER,
        "interrupted": _FLAG, "demo": _FLAG, "org": _TEXT, "case": _TEXT, "product": _TEXT, "labels": _MAP, "whole": _FLAG,
        "left_out": _NUMBER, "year_month": _TEXT,
    },
    "cause": {
        "digest": _TEXT, "began": _MOMENT, "org": _TEXT, "rank": _NUMBER, "fp": _WORD, "cause": _WORD, "status": _WORD,
        "confidence": _WORD, "owner": _WORD, "endpoints": _NUMBER, "kind": _MAP, "year_month": _TEXT,
    },
    "resolution": {"fp": _WORD, "digest": _TEXT, "at": _MOMENT, "by_cause": _WORD, "effort": _EFFORT, "year_month": _TEXT},
}  # fmt: skip
"""The columns of each table, with their kinds."""
PARTITION = "year_month"
ExportRow = dict[str, Any]
DAYS = ("opened", "solved")
"""Labels that stay where names do not: moments of a case, without which nothing could be counted in days."""


@dataclass(frozen=True)
class Exported:
    """What was written."""

    folder: Path
    rows: Mapping[str, int]


def rows_of(db: sqlite3.Connection, *, nameless: bool = False, key: bytes | None = None) -> dict[str, list[ExportRow]]:
    """Return the rows of each table; `key` makes the stand-ins of a nameless export, new for each."""
    stand_in = _stand_ins(key or secrets.token_bytes(32)) if nameless else str
    labels: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for bundle, name, value in db.execute("SELECT bundle, key, value FROM labels ORDER BY bundle, key"):
        labels[bundle][name] = value
    bundles = list(_bundles(db, labels, stand_in, nameless))
    known = {row["digest"]: row for row in bundles}
    return {"bundle": bundles, "cause": list(_causes(db, known)), "resolution": list(_resolutions(db))}


def _stand_ins(key: bytes) -> Callable[[str], str]:
    def stand_in(name: str) -> str:
        return hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:16] if name else ""

    return stand_in


def _bundles(
    db: sqlite3.Connection, labels: Mapping[int, dict[str, str]], stand_in: Callable[[str], str], nameless: bool
) -> Iterator[ExportRow]:
    columns = [
        "digest",
        "began",
        "ended",
        "tool",
        "catalogue",
        "privacy",
        "verdict",
        "os",
        "setting",
        "cloud",
        "endpoints",
        "arrived",
        "interrupted",
        "demo",
        "whole",
        "left_out",
    ]
    for number, *values in db.execute(f"SELECT id, {', '.join(columns)} FROM bundle ORDER BY digest"):  # noqa: S608  (ours)
        row = dict(zip(columns, values, strict=True))
        said = labels.get(number, {})
        kept = {name: value for name, value in said.items() if not nameless or name in DAYS}
        yield row | {
            "began": read_moment(row["began"]),
            "ended": read_moment(row["ended"]),
            "interrupted": bool(row["interrupted"]),
            "demo": bool(row["demo"]),
            "whole": row["whole"] != 0,
            "left_out": row["left_out"] or 0,
            "org": stand_in(said.get("org", "")),
            "case": stand_in(said.get("case", "")),
            "product": stand_in(said.get("product", "")),
            "labels": kept,
            PARTITION: row["began"][:7],
        }


def _causes(db: sqlite3.Connection, bundles: Mapping[str, ExportRow]) -> Iterator[ExportRow]:
    parts = {fp: msgspec.json.decode(told, type=ClusterParts).kind for fp, told in db.execute("SELECT fp, parts FROM cluster")}
    for digest, rank, fp, id, status, confidence, owner, endpoints in db.execute(
        "SELECT digest, rank, cluster, standing.id, status, confidence, owner, standing.endpoints "
        "FROM standing JOIN bundle ON bundle.id = standing.bundle ORDER BY digest, rank"
    ):
        bundle = bundles[digest]
        yield {
            "digest": digest,
            "began": bundle["began"],
            "org": bundle["org"],
            "rank": rank,
            "fp": fp,
            "cause": id,
            "status": status,
            "confidence": confidence,
            "owner": owner,
            "endpoints": endpoints,
            "kind": {name: " ".join(words) for name, words in parts[fp].items()},
            PARTITION: bundle[PARTITION],
        }


def _resolutions(db: sqlite3.Connection) -> Iterator[ExportRow]:
    """Without the words of whoever wrote them."""
    for at, digest, fp, by_cause, effort in db.execute(
        "SELECT at, digest, fp, by_cause, effort FROM note LEFT JOIN bundle ON bundle.id = note.bundle "
        "WHERE kind = 'resolved' ORDER BY note.id"
    ):
        yield {
            "fp": fp or "",
            "digest": digest or "",
            "at": read_moment(at),
            "by_cause": by_cause or "",
            "effort": effort,
            PARTITION: at[:7],
        }


def write_parquet(rows: Mapping[str, list[ExportRow]], folder: Path) -> Exported:
    """Write the tables into a folder that is new or empty. Raises DeskError."""
    pyarrow, parquet = _arrow()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise DeskError("{folder} is not empty, and nothing is written over: name a new folder.", folder=folder)
        for table, columns in EXPORT_TABLES.items():
            schema = _schema(pyarrow, columns)
            by_month: defaultdict[str, list[ExportRow]] = defaultdict(list)
            for row in rows[table]:
                by_month[row[PARTITION]].append(row)
            (folder / table).mkdir()
            if not by_month:
                parquet.write_table(schema.empty_table(), folder / table / "part-0.parquet", compression="zstd")
            for month, some in by_month.items():
                place = folder / table / f"{PARTITION}={month}"
                place.mkdir()
                whole = pyarrow.Table.from_pylist([_plain(row, columns) for row in some], schema=schema)
                parquet.write_table(whole, place / "part-0.parquet", compression="zstd")
    except OSError as error:
        raise DeskError(
            "{folder} could not be written ({reason}): choose another place.", folder=folder, reason=error.strerror
        ) from None
    return Exported(folder, {table: len(rows[table]) for table in EXPORT_TABLES})


def _plain(row: ExportRow, columns: Mapping[str, ColumnKind]) -> ExportRow:
    return {name: list(row[name].items()) if kind == _MAP else row[name] for name, kind in columns.items() if name != PARTITION}


def _schema(pyarrow: Any, columns: Mapping[str, ColumnKind]) -> Any:
    kinds = {
        _WORD: pyarrow.dictionary(pyarrow.int32(), pyarrow.string()),
        _TEXT: pyarrow.string(),
        _MOMENT: pyarrow.timestamp("us", tz="UTC"),
        _NUMBER: pyarrow.int32(),
        _EFFORT: pyarrow.int8(),
        _FLAG: pyarrow.bool_(),
        _MAP: pyarrow.map_(pyarrow.string(), pyarrow.string()),
    }
    fields = [(name, kinds[kind]) for name, kind in columns.items() if name != PARTITION]
    return pyarrow.schema(fields, metadata={"schema": DESK_SCHEMA})


def _arrow() -> tuple[Any, Any]:
    """pyarrow, and its Parquet. Raises DeskError where the extra is missing."""
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise DeskError("Parquet needs an extra package: pip install 'diag[analytics]'.") from None
    return pyarrow, parquet


def export_schema() -> dict[str, Any]:
    """Return the tables and their columns as JSON Schema (draft 2020-12)."""
    kinds: dict[str, Any] = {
        _WORD: {"type": "string"},
        _TEXT: {"type": "string"},
        _MOMENT: {"type": "string", "format": "date-time"},
        _NUMBER: {"type": "integer"},
        _EFFORT: {"type": ["integer", "null"], "minimum": 1, "maximum": 5},
        _FLAG: {"type": "boolean"},
        _MAP: {"type": "object", "additionalProperties": {"type": "string"}},
    }
    tables = {
        table: {"type": "object", "properties": {name: kinds[kind] for name, kind in columns.items()}, "required": list(columns)}
        for table, columns in EXPORT_TABLES.items()
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{DESK_SCHEMA}/export", "$defs": tables}
