"""One search, best first: over what is said once (articles, clusters, notes), and exactly over what has a name.

Words are found by their stem (FTS5, `porter unicode61`). Korean, Japanese and Chinese have no spaces, or endings that a stem
does not know: their runs are written as overlapping pairs, in the index and in the question. A question is always quoted
phrases, so that no character in it is an operator.
"""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from diag.desk.index import DeskError, change

MOST_FOUND = 40
LONGEST_QUESTION = 500
_EAST = (
    "\u1100-\u11ff\u3005\u3006\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\uff66-\uff9f"
)
"""Hangul, kana, and the characters that both write with Chinese."""
_RUN = re.compile(f"[{_EAST}]+")
_WORD = re.compile(f"[{_EAST}]+|[^\\W{_EAST}]+", re.UNICODE)
ARTICLE, CLUSTER = "article", "cluster"


@dataclass(frozen=True)
class Hit:
    """One thing that was found."""

    kind: str
    """`article`, `cluster`, `note`, `taken`, `resolved`, `merge`, `split`, or `bundle` for what has a name."""
    ref: str
    """An id, a fingerprint, a note's number, or a digest."""
    text: str


def in_pairs(text: str) -> str:
    """Return a text with every run of eastern script written as overlapping pairs, between spaces."""
    return _RUN.sub(lambda run: f" {pairs(run[0])} ", text)


def pairs(run: str) -> str:
    """Return `abcd` as `ab bc cd`; a single character stays."""
    return " ".join(run[at : at + 2] for at in range(len(run) - 1)) or run


def phrases(question: str) -> str:
    """Return a question for FTS5: each word a quoted phrase, all of which must be there; empty: it holds no word."""
    found = []
    for word in _WORD.findall(question):
        if _RUN.fullmatch(word):
            found.append(f'"{pairs(word)}"' + ("*" if len(word) == 1 else ""))
        else:
            found.append(f'"{word}"')
    return " ".join(found)


def put_words(db: sqlite3.Connection, kind: str, ref: str, title: str, body: str) -> None:
    """Write what can be found of one thing."""
    db.execute("INSERT INTO words VALUES (?, ?, ?, ?)", (kind, ref, in_pairs(title), in_pairs(body)))


def put_articles(db: sqlite3.Connection, articles: Iterable[tuple[str, str, str]]) -> None:
    """Write all articles (id, title, text) and all clusters anew; notes stay."""
    clusters = db.execute("SELECT fp, title, id, parts FROM cluster").fetchall()
    with change(db):
        db.execute("DELETE FROM words WHERE kind IN (?, ?)", (ARTICLE, CLUSTER))
        for id, title, text in articles:
            put_words(db, ARTICLE, id, f"{id} {title}", text)
        for fp, title, id, parts in clusters:
            put_words(db, CLUSTER, fp, f"{id} {title}", parts)


def search(db: sqlite3.Connection, question: str, most: int = MOST_FOUND) -> list[Hit]:
    """Return what is found: first what has exactly this name, then words, best first. Raises DeskError for an empty question."""
    asked = question.replace("\x00", " ").strip()[:LONGEST_QUESTION]
    if not asked:
        raise DeskError("Nothing to look for: give a word, a host, a case number or a digest.")
    hits = _named(db, asked)
    wanted = phrases(asked)
    if not wanted and not hits:
        raise DeskError("There is no word in that: give a word, a host, a case number or a digest.")
    if wanted:
        rows = db.execute(
            "SELECT kind, ref FROM words WHERE words MATCH ? ORDER BY bm25(words, 0, 0, 8.0, 1.0) LIMIT ?", (wanted, most)
        ).fetchall()
        hits += [Hit(kind, ref, _text_of(db, kind, ref)) for kind, ref in rows]
    return hits[:most]


def _named(db: sqlite3.Connection, word: str) -> list[Hit]:
    """Bundles by digest, host, and the value of a label."""
    found: dict[str, Hit] = {}
    look = db.execute
    lower = word.lower()
    if re.fullmatch(r"[0-9a-f]{6,64}", lower):
        for (digest,) in look("SELECT digest FROM bundle WHERE digest >= ? AND digest < ? LIMIT 20", (lower, lower + "g")):
            found[digest] = Hit("bundle", digest, f"digest = {digest}")
        for fp, title in look("SELECT fp, title FROM cluster WHERE fp = ?", (lower,)):
            found[fp] = Hit(CLUSTER, fp, title)
    key, _, value = word.partition("=")
    for digest, name, said in look(
        "SELECT digest, key, value FROM label JOIN bundle ON bundle.id = bundle WHERE value = ? OR (key = ? AND value = ?) "
        "ORDER BY began DESC LIMIT 20",
        (word, key, value),
    ):
        found.setdefault(digest, Hit("bundle", digest, f"{name} = {said}"))
    host = lower.partition("://")[2] or lower
    for digest, name in look(
        "SELECT DISTINCT digest, host FROM endpoint JOIN bundle ON bundle.id = bundle WHERE host = ? "
        "ORDER BY began DESC LIMIT 20",
        (host.partition(":")[0],),
    ):
        found.setdefault(digest, Hit("bundle", digest, name))
    return list(found.values())


def _text_of(db: sqlite3.Connection, kind: str, ref: str) -> str:
    """What is shown of a hit; of an article nothing, since its title is the catalogue's to tell."""
    if kind == ARTICLE:
        return ""
    if kind == CLUSTER:
        row = db.execute("SELECT title FROM cluster WHERE fp = ?", (ref,)).fetchone()
    else:
        row = db.execute("SELECT text FROM note WHERE id = ?", (int(ref),)).fetchone()
    return row[0] if row else ""
