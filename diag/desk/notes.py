"""What people write at the desk: notes, resolutions, who looks after what, and which clusters are one. Kept in the index alone.

A decision is a note as well: who, when and why stand beside it, it can be undone, and it holds for bundles to come.
"""

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from diag.desk.alike import DIGITS
from diag.desk.attention import NOTE, RESOLVED, TAKEN
from diag.desk.index import DeskError, change, utc
from diag.desk.search import put_words
from diag.model.quoting import shown
from diag.model.text import clean

MERGE, SPLIT = "merge", "split"
LONGEST_NOTE = 10_000
"""Characters."""
_DIGEST = re.compile(r"[0-9a-f]{6,64}\Z")
_FINGERPRINT = re.compile(rf"[0-9a-f]{{{DIGITS}}}\Z")


@dataclass(frozen=True)
class About:
    """What a note is about: a bundle, or a cluster."""

    bundle: int = 0
    fp: str = ""


def find(db: sqlite3.Connection, text: str) -> About:
    """Return what a person means: a fingerprint, a digest or 6 digits of it, a bundle's file, a case. Raises DeskError."""
    word = text.strip()
    lower = word.lower()
    if _FINGERPRINT.match(lower) and (row := _cluster(db, lower)):
        return About(fp=row)
    if _DIGEST.match(lower):
        rows = db.execute("SELECT id FROM bundle WHERE digest >= ? AND digest < ? LIMIT 2", (lower, lower + "g")).fetchall()
        if len(rows) > 1:
            raise DeskError(f"{shown(word)} begins the digests of several bundles: give more of it.")
        if rows:
            return About(bundle=rows[0][0])
    rows = db.execute(
        "SELECT bundle.id FROM file JOIN bundle USING (digest) WHERE path = ? OR path = ? OR path LIKE ? ESCAPE '\\' LIMIT 2",
        (word, clean(str(Path(word).absolute()), 4_000), "%/" + re.sub(r"([%_\\])", r"\\\1", word)),
    ).fetchall()
    rows = (
        rows or db.execute("SELECT bundle FROM label WHERE key = 'case' AND value = ? ORDER BY bundle DESC", (word,)).fetchall()
    )
    if not rows:
        raise DeskError(f"Nothing here is called {shown(word)}: name a cluster, a bundle's digest or file, or a case.")
    return About(bundle=rows[0][0])


def _cluster(db: sqlite3.Connection, fp: str) -> str:
    """The cluster that a fingerprint stands in; empty: there is none of that name."""
    row = db.execute("SELECT COALESCE(merged_into, fp) FROM cluster WHERE fp = ?", (fp,)).fetchone()
    return row[0] if row else ""


@dataclass(frozen=True)
class Writer:
    """Who writes, and when."""

    who: str
    now: datetime


def write_note(
    db: sqlite3.Connection,
    by: Writer,
    about: About,
    text: str,
    *,
    kind: str = NOTE,
    effort: int | None = None,
    by_cause: str = "",
) -> int:
    """Write a note, and return its number. Raises DeskError for one that says nothing."""
    safe = clean(text.strip(), LONGEST_NOTE)
    if not safe and kind == NOTE:
        raise DeskError("An empty note says nothing: write what was seen or done.")
    if kind not in (NOTE, TAKEN, RESOLVED, MERGE, SPLIT):
        raise ValueError(f"no note is of the kind {kind}")
    with change(db):
        ((number,),) = db.execute(
            "INSERT INTO note (at, who, bundle, fp, kind, text, effort, by_cause) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (utc(by.now), clean(by.who, 100), about.bundle or None, about.fp or None, kind, safe, effort, by_cause or None),
        ).fetchall()
        put_words(db, kind, str(number), by_cause, safe)
    return int(number)


def merge(db: sqlite3.Connection, by: Writer, kept: str, other: str, why: str) -> str:
    """Let all cases of `other` stand in `kept`, now and in future. Returns the cluster. Raises DeskError."""
    target, moved = _known(db, kept), _known(db, other)
    if target == moved:
        raise DeskError(f"{kept} and {other} are one cluster already.")
    with change(db):
        db.execute("UPDATE cluster SET merged_into = ? WHERE fp = ? OR merged_into = ?", (target, moved, moved))
    write_note(db, by, About(fp=target), f"{moved} belongs here. {why}".strip(), kind=MERGE)
    return target


def split(db: sqlite3.Connection, by: Writer, fp: str, why: str) -> None:
    """Let a fingerprint stand by itself again. Raises DeskError where it does."""
    _known(db, fp)
    lower = fp.strip().lower()
    (into,) = db.execute("SELECT merged_into FROM cluster WHERE fp = ?", (lower,)).fetchone()
    if into is None:
        raise DeskError(f"{lower} stands by itself: name a fingerprint that was merged into another.")
    with change(db):
        db.execute("UPDATE cluster SET merged_into = NULL WHERE fp = ?", (lower,))
    write_note(db, by, About(fp=lower), f"It is a case of its own, and not of {into}. {why}".strip(), kind=SPLIT)


def _known(db: sqlite3.Connection, fp: str) -> str:
    found = _cluster(db, fp.strip().lower()) if _FINGERPRINT.match(fp.strip().lower()) else ""
    if not found:
        raise DeskError(f"No cluster is called {shown(fp)}: its fingerprint, {DIGITS} digits, stands beside it in diag triage.")
    return found
