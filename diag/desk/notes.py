"""What people write at the desk: notes, resolutions, who looks after what, and which clusters are one. Kept in the index alone.

A decision is a note as well: who, when and why stand beside it, it can be undone, and it holds for bundles to come.
"""

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from diag.desk.alike import DIGITS
from diag.desk.attention import NOTE, RESOLVED, TAKEN
from diag.desk.index import BY_ENDPOINT, DeskError, change, parts_of, put_cluster, utc
from diag.desk.search import put_words
from diag.model.quoting import shown
from diag.model.text import clean

MERGE, SPLIT = "merge", "split"
APART = "apart"
"""The part of a fingerprint that says by what a person keeps a cluster apart."""
LONGEST_NOTE = 10_000
"""Characters."""
_DIGEST = re.compile(r"[0-9a-f]{6,64}\Z")
_FINGERPRINT = re.compile(rf"[0-9a-f]{{6,{DIGITS}}}\Z")


@dataclass(frozen=True)
class About:
    """What a note is about: a bundle, or a cluster."""

    bundle: int = 0
    fp: str = ""


def find(db: sqlite3.Connection, text: str) -> About:
    """Return what a person means: a fingerprint, a digest, 6 digits of either, a bundle's file, a case. Raises DeskError."""
    word = text.strip()
    lower = word.lower()
    if fp := _cluster(db, lower):
        return About(fp=fp)
    if _DIGEST.match(lower):
        rows = db.execute("SELECT id FROM bundle WHERE digest >= ? AND digest < ? LIMIT 2", (lower, lower + "g")).fetchall()
        if len(rows) > 1:
            raise DeskError("{word} begins the digests of several bundles: give more of it.", word=shown(word))
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
        raise DeskError("Nothing here is called {word}: name a cluster, a bundle's digest or file, or a case.", word=shown(word))
    return About(bundle=rows[0][0])


def _cluster(db: sqlite3.Connection, fp: str) -> str:
    """The cluster that a fingerprint, or its first 6 digits or more, stands in; empty: there is none of that name, or several."""
    if not _FINGERPRINT.match(fp):
        return ""
    rows = db.execute(
        "SELECT DISTINCT COALESCE(merged_into, fp) FROM cluster WHERE fp >= ? AND fp < ? LIMIT 2", (fp, fp + "g")
    ).fetchall()
    return rows[0][0] if len(rows) == 1 else ""


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
    """Let all cases of `other` stand in `kept`, now and in future; a part that was kept apart from it comes back so.

    Returns the cluster. Raises DeskError.
    """
    target, moved = known_cluster(db, kept), known_cluster(db, other)
    if target == moved:
        raise DeskError("{kept} and {other} are one cluster already.", kept=kept, other=other)
    with change(db):
        back = db.execute("DELETE FROM apart WHERE fp = ? AND of_fp = ?", (moved, target)).rowcount
        if not back:
            db.execute("UPDATE cluster SET merged_into = ? WHERE fp = ? OR merged_into = ?", (target, moved, moved))
    write_note(db, by, About(fp=target), f"{moved} belongs here. {why}".strip(), kind=MERGE)
    return target


def split(db: sqlite3.Connection, by: Writer, fp: str, why: str) -> tuple[str, ...]:
    """Let a fingerprint stand by itself again, or, where others were merged into it, let these: what `merge` did is undone.

    Returns those that stand by themselves now. Raises DeskError where nothing was merged.
    """
    known_cluster(db, fp)
    lower = fp.strip().lower()
    (into,) = db.execute("SELECT merged_into FROM cluster WHERE fp = ?", (lower,)).fetchone()
    rows = db.execute("SELECT fp FROM cluster WHERE merged_into = ? AND fp IN (SELECT fp FROM cause)", (lower,))
    freed = (lower,) if into else tuple(sorted(one for (one,) in rows))
    if not freed:
        raise DeskError(
            "Nothing was merged into {cluster}: to keep a part of it apart, say by what, as --apart product=NAME.", cluster=lower
        )
    with change(db):
        db.executemany("UPDATE cluster SET merged_into = NULL WHERE fp = ?", [(one,) for one in freed])
    for one in freed:
        write_note(db, by, About(fp=one), f"It is a case of its own, and not of {into or lower}. {why}".strip(), kind=SPLIT)
    return freed


def keep_apart(db: sqlite3.Connection, by: Writer, fp: str, key: str, value: str, why: str) -> str:
    """Let the cases of a cluster that have this label, or this endpoint (`BY_ENDPOINT`), stand by themselves, also in future.

    Returns the name of their cluster. Raises DeskError where none or all of its cases would.
    """
    whole = known_cluster(db, fp)
    parts = parts_of(db, whole)
    by_what = f"{key}={value}"
    parts = msgspec.structs.replace(parts, kind={**parts.kind, APART: (by_what,)})
    own = parts.fingerprint
    if db.execute("SELECT 1 FROM apart WHERE fp = ?", (own,)).fetchone():
        raise DeskError("{by_what} is kept apart from {whole} already, as {own}.", by_what=by_what, whole=whole, own=own)
    with change(db):
        (title,) = db.execute("SELECT title FROM cluster WHERE fp = ?", (whole,)).fetchone()
        put_cluster(db, own, parts, f"{title} ({key} {value})")
        db.execute("INSERT INTO apart VALUES (?, ?, ?, ?)", (own, whole, key, value))
        counted = dict(
            db.execute("SELECT cluster, COUNT(*) FROM standing WHERE cluster IN (?, ?) GROUP BY cluster", (own, whole))
        )
        if own not in counted:
            raise DeskError(
                "No case of {whole} has {by_what}: a label of its cases, or {by_endpoint}=HOST that fares badly there.",
                whole=whole,
                by_what=by_what,
                by_endpoint=BY_ENDPOINT,
            )
        if whole not in counted:
            raise DeskError("All cases of {whole} have {by_what}: nothing would be left of it.", whole=whole, by_what=by_what)
    write_note(db, by, About(fp=own), f"It is kept apart from {whole} by {by_what}. {why}".strip(), kind=SPLIT)
    return own


def known_cluster(db: sqlite3.Connection, fp: str) -> str:
    """Return the cluster that a person means by a fingerprint or 6 digits of it. Raises DeskError."""
    found = _cluster(db, fp.strip().lower())
    if not found:
        raise DeskError(
            "No cluster is called {fp}: its fingerprint, {digits} digits, stands beside it in diag triage.",
            fp=shown(fp),
            digits=DIGITS,
        )
    return found
