"""The index: one SQLite file that holds what the desk knows of all bundles, for its owner alone.

Its tables and views are a contract, for other programs as well (Datasette, a notebook): columns are only added. Bundles are
written by one process; readers never wait for it (write-ahead logging).
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from diag.desk.alike import ClusterParts
from diag.desk.reading import ReadBundle
from diag.model.desk import LEFT_OUT
from diag.model.obstacle import Obstacle, Told
from diag.model.text import clean

BY_ENDPOINT = "endpoint"
"""The key by which a part of a cluster is kept apart for an endpoint's host; every other key is that of a label."""
LONGEST_REASON = 500
"""Characters of why a file was skipped."""
WAIT = 5.0
"""Seconds that a lock of somebody else is waited for."""
_TABLES = """
CREATE TABLE bundle (
    id INTEGER PRIMARY KEY, digest TEXT UNIQUE NOT NULL, began TEXT NOT NULL, ended TEXT NOT NULL, tool TEXT, catalogue TEXT,
    privacy TEXT, verdict TEXT, then_verdict TEXT, then_causes TEXT, os TEXT, setting TEXT, cloud TEXT, endpoints INTEGER,
    arrived INTEGER, interrupted INTEGER, demo TEXT, judged_by TEXT, read_at TEXT
);
CREATE TABLE cause (
    bundle INTEGER NOT NULL REFERENCES bundle ON DELETE CASCADE, rank INTEGER NOT NULL, fp TEXT NOT NULL, id TEXT NOT NULL,
    status TEXT, confidence TEXT, owner TEXT, endpoints INTEGER, arrived INTEGER, facts TEXT, PRIMARY KEY (bundle, rank)
) WITHOUT ROWID;
CREATE INDEX cause_fp ON cause (fp);
CREATE TABLE cluster (fp TEXT PRIMARY KEY, parts TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, merged_into TEXT);
CREATE TABLE endpoint (
    bundle INTEGER NOT NULL REFERENCES bundle ON DELETE CASCADE, host TEXT, port INTEGER, scheme TEXT, role TEXT, route TEXT,
    status TEXT, reached TEXT
);
CREATE INDEX endpoint_bundle ON endpoint (bundle);
CREATE INDEX endpoint_host ON endpoint (host);
CREATE TABLE label (
    bundle INTEGER NOT NULL REFERENCES bundle ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL, from_where TEXT NOT NULL,
    PRIMARY KEY (bundle, key, from_where)
) WITHOUT ROWID;
CREATE INDEX label_value ON label (value);
CREATE TABLE file (path TEXT PRIMARY KEY, size INTEGER, mtime_ns INTEGER, digest TEXT, why TEXT);
CREATE INDEX file_digest ON file (digest);
CREATE TABLE note (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, bundle INTEGER REFERENCES bundle ON DELETE CASCADE, fp TEXT,
    kind TEXT NOT NULL, text TEXT NOT NULL, effort INTEGER, by_cause TEXT
);
CREATE VIRTUAL TABLE words USING fts5 (kind UNINDEXED, ref UNINDEXED, title, body, tokenize = 'porter unicode61');
CREATE VIEW standing AS
    SELECT cause.*, COALESCE(cluster.merged_into, cause.fp) AS cluster FROM cause JOIN cluster USING (fp);
CREATE VIEW labels AS
    SELECT bundle, key, value FROM label AS one WHERE from_where = (
        SELECT from_where FROM label AS other WHERE other.bundle = one.bundle AND other.key = one.key
        ORDER BY CASE from_where WHEN 'cases' THEN 0 WHEN 'desk' THEN 1 ELSE 2 END LIMIT 1);
CREATE VIEW clusters AS
    SELECT standing.cluster AS fp, cluster.id, cluster.title, COUNT(DISTINCT standing.bundle) AS bundles,
        COUNT(DISTINCT org.value) AS organisations, MIN(bundle.began) AS first_seen, MAX(bundle.began) AS last_seen
    FROM standing JOIN cluster ON cluster.fp = standing.cluster JOIN bundle ON bundle.id = standing.bundle
        LEFT JOIN labels AS org ON org.bundle = bundle.id AND org.key = 'org'
    WHERE bundle.demo = '' GROUP BY standing.cluster;
CREATE VIEW weekly AS
    SELECT date(bundle.began, 'weekday 0', '-6 days') AS week, cause.id AS cause, COUNT(DISTINCT org.value) AS organisations,
        COUNT(DISTINCT ticket.value) AS cases, COUNT(DISTINCT cause.bundle) AS bundles
    FROM cause JOIN bundle ON bundle.id = cause.bundle
        LEFT JOIN labels AS org ON org.bundle = bundle.id AND org.key = 'org'
        LEFT JOIN labels AS ticket ON ticket.bundle = bundle.id AND ticket.key = 'case'
    WHERE bundle.demo = '' GROUP BY week, cause.id;
CREATE VIEW queue AS
    SELECT bundle.digest, bundle.began, bundle.verdict, org.value AS org, ticket.value AS "case",
        (SELECT GROUP_CONCAT(id, ' ') FROM (SELECT id FROM cause WHERE cause.bundle = bundle.id ORDER BY rank)) AS causes
    FROM bundle LEFT JOIN labels AS org ON org.bundle = bundle.id AND org.key = 'org'
        LEFT JOIN labels AS ticket ON ticket.bundle = bundle.id AND ticket.key = 'case'
    WHERE bundle.demo = '' ORDER BY bundle.began DESC;
CREATE VIEW skipped AS SELECT path, why FROM file WHERE why IS NOT NULL ORDER BY path;
"""
_CUT_AND_APART = f"""
ALTER TABLE bundle ADD COLUMN whole INTEGER;
ALTER TABLE bundle ADD COLUMN left_out INTEGER;
UPDATE bundle SET judged_by = '';
CREATE TABLE apart (fp TEXT PRIMARY KEY, of_fp TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL);
DROP VIEW standing;
CREATE VIEW standing AS
    SELECT cause.*, COALESCE(
        (SELECT COALESCE(own.merged_into, own.fp) FROM apart JOIN cluster AS own ON own.fp = apart.fp
        WHERE apart.of_fp IN (cause.fp, cluster.merged_into) AND EXISTS (
            SELECT 1 FROM labels WHERE apart.key != '{BY_ENDPOINT}' AND labels.bundle = cause.bundle AND labels.key = apart.key
                AND labels.value = apart.value
            UNION ALL
            SELECT 1 FROM endpoint WHERE apart.key = '{BY_ENDPOINT}' AND endpoint.bundle = cause.bundle
                AND endpoint.host = apart.value AND endpoint.status NOT IN ('ok', '{LEFT_OUT}'))
        ORDER BY apart.fp LIMIT 1),
        cluster.merged_into, cause.fp) AS cluster
    FROM cause JOIN cluster USING (fp);
"""  # noqa: S608  (words of ours)
"""What of a bundle is in it; and clusters that are kept apart from another, by a label or by an endpoint that fares badly. What
older bundles are is not known: they are read again."""
_RETOLD = "ALTER TABLE file ADD COLUMN told TEXT;"
"""Why a file was skipped, with its gaps (`diag.model.obstacle.Told`, as JSON): it is told in the language of whoever reads."""
VERSIONS = (_TABLES, _CUT_AND_APART, _RETOLD)
"""What makes each version of the index from the one before; the first makes it from nothing."""


_COLUMNS = (
    "digest began ended tool catalogue privacy verdict then_verdict then_causes os setting cloud endpoints arrived interrupted "
    "demo judged_by read_at whole left_out"
)


class DeskError(Obstacle):
    """What the desk was asked for cannot be done. The message is one sentence for the user: what is wrong, what to do."""


def open_index(path: Path, *, make: bool = False) -> sqlite3.Connection:
    """Return the index at `path`, brought to today's version; `make`: where there is none, it is made, for its owner alone.

    Raises DeskError.
    """
    if not path.exists() and not make:
        raise DeskError("There is no index at {path} yet: diag triage FOLDER reads bundles and makes one.", path=path)
    try:
        if make:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        db = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    except (OSError, sqlite3.Error):
        raise DeskError("The index {path} cannot be opened: name a place of your own with --index FILE.", path=path) from None
    with spoken(path):
        _settle(db, path)
    return db


def _settle(db: sqlite3.Connection, path: Path) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA foreign_keys = ON")
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > len(VERSIONS):
        raise DeskError(
            "A newer diag made the index {path}: run `pip install --upgrade diag`, or name another with --index.", path=path
        )
    if version == 0 and db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]:
        raise DeskError(
            "{path} is another program's database, and is left alone: name another place with --index FILE.", path=path
        )
    for number, change in enumerate(VERSIONS[version:], version + 1):
        try:
            db.executescript(f"BEGIN IMMEDIATE;{change}PRAGMA user_version = {number};COMMIT;")
        except sqlite3.OperationalError as error:
            if "fts5" in str(error):
                raise DeskError("This Python's SQLite has no full-text search (FTS5): use a Python that has it.") from None
            raise


@contextmanager
def spoken(path: Path | str = "") -> Iterator[None]:
    """Turn what SQLite says into a sentence. Raises DeskError."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise DeskError(
                "Another diag has written into the index {path} for more than {wait} seconds: wait for it, or ask who runs it.",
                path=path,
                wait=WAIT,
            ) from None
        if "full" in str(error):
            raise DeskError("The disk is full: what was read until then is kept. Make room and run the same again.") from None
        raise DeskError("The index {path} cannot be used: name another place with --index FILE.", path=path) from None
    except sqlite3.DatabaseError:
        raise DeskError(
            "{path} is no index of diag, or is damaged: move it away, and diag triage FOLDER makes a new one.", path=path
        ) from None


@contextmanager
def change(db: sqlite3.Connection) -> Iterator[None]:
    """All of it, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def utc(moment: datetime) -> str:
    """Return a moment as the index has it: RFC 3339, in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def put_bundle(
    db: sqlite3.Connection, read: ReadBundle, titles: Mapping[str, str], judged_by: str, now: datetime
) -> tuple[int, dict[str, str]]:
    """Write one bundle, over what was known of the same one.

    `titles`: those of its fingerprints. Returns the bundle's number, and each fingerprint that it had before with the one that
    the same cause has now, where these differ.
    """
    row = (
        *(read.digest, utc(read.began), utc(read.ended), read.tool, read.catalogue, read.privacy, read.verdict),
        *(read.then_verdict, json.dumps(read.then_causes), read.os, read.setting, read.cloud, read.endpoints, read.arrived),
        *(int(read.interrupted), read.demo, judged_by, utc(now), int(read.whole), read.left_out),
    )
    names = _COLUMNS.split()
    renewed = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    ((number,),) = db.execute(
        f"INSERT INTO bundle ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "  # noqa: S608  (names of columns)
        f"ON CONFLICT (digest) DO UPDATE SET {renewed} RETURNING id",
        row,
    ).fetchall()
    before = dict(db.execute("SELECT id, fp FROM cause WHERE bundle = ? ORDER BY rank DESC", (number,)))
    for table in ("cause", "endpoint"):
        db.execute(f"DELETE FROM {table} WHERE bundle = ?", (number,))  # noqa: S608  (a name of ours)
    causes = {cause.parts.fingerprint: cause for cause in reversed(read.causes)}
    for rank, (fp, cause) in enumerate(reversed(causes.items())):
        put_cluster(db, fp, cause.parts, titles[fp])
        db.execute(
            "INSERT INTO cause VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, rank, fp, cause.parts.cause, cause.status, cause.confidence, cause.owner, cause.endpoints, cause.arrived,
             cause.facts.decode()),
        )  # fmt: skip
    db.executemany(
        "INSERT INTO endpoint VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(number, it.host, it.port, it.scheme, it.role, it.route, it.status, it.reached) for it in read.rows],
    )
    put_labels(db, number, read.labels, "run")
    now_known = {cause.parts.cause: fp for fp, cause in causes.items()}
    return number, {fp: now_known[id] for id, fp in before.items() if id in now_known and now_known[id] != fp}


def put_cluster(db: sqlite3.Connection, fp: str, parts: ClusterParts, title: str) -> None:
    """Write a cluster, once; its title follows the catalogue."""
    told = msgspec.json.encode(parts, order="sorted").decode()
    db.execute(
        "INSERT INTO cluster VALUES (?, ?, ?, ?, NULL) ON CONFLICT (fp) DO UPDATE SET title = excluded.title",
        (fp, told, parts.cause, title),
    )


def parts_of(db: sqlite3.Connection, fp: str) -> ClusterParts:
    """Return what makes the cases of a cluster alike."""
    (parts,) = db.execute("SELECT parts FROM cluster WHERE fp = ?", (fp,)).fetchone()
    return msgspec.json.decode(parts, type=ClusterParts)


def put_labels(db: sqlite3.Connection, bundle: int, labels: Iterable[tuple[str, str]], from_where: str) -> None:
    """Write labels of one source: `run`, `desk` or `cases`."""
    db.executemany(
        "INSERT OR REPLACE INTO label VALUES (?, ?, ?, ?)", [(bundle, key, value, from_where) for key, value in labels]
    )


def put_file(db: sqlite3.Connection, path: str, stat: tuple[int, int], digest: str | None, skipped: Told | None = None) -> None:
    """Write what became of one file: a bundle, by its digest, or why it is skipped: in English, and so that it can be retold."""
    why = (clean(str(skipped), LONGEST_REASON), msgspec.json.encode(skipped).decode()) if skipped else (None, None)
    db.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?)", (path, *stat, digest, *why))


def follow(db: sqlite3.Connection, old: str, new: str) -> None:
    """Let a fingerprint that no case has any more point to the one that its cases have now, so that notes follow."""
    (left,) = db.execute("SELECT COUNT(*) FROM cause WHERE fp = ?", (old,)).fetchone()
    if not left:
        (target,) = db.execute("SELECT COALESCE(merged_into, fp) FROM cluster WHERE fp = ?", (new,)).fetchone()
        db.execute("UPDATE cluster SET merged_into = ? WHERE (fp = ? OR merged_into = ?) AND fp != ?", (target, old, old, target))
        db.execute("UPDATE apart SET of_fp = ? WHERE of_fp = ?", (target, old))
