"""What somebody meant who typed something else: the nearest of the words that there are."""

import difflib
from collections.abc import Iterable

SYNONYMS = {
    "check": "run",
    "test": "run",
    "diagnose": "run",
    "probe": "run",
    "log": "read",
    "open": "show",
    "report": "show",
    "compare": "diff",
    "upload": "send",
    "list": "checks",
    "causes": "checks",
    "doc": "explain",
    "docs": "explain",
    "rule": "explain",
    "why": "explain",
    "mock": "lab",
    "ticket": "request",
}
"""Words of other tools, and what they are called here."""


def nearest(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return up to `most` of the known words that are spelt much like this one, the likest first; empty: none is."""
    wanted = word.strip().lower()
    among = list(known)
    meant = [SYNONYMS[wanted]] if SYNONYMS.get(wanted) in among else []
    near = [*meant, *difflib.get_close_matches(wanted, among, most, cutoff=0.5)]
    return list(dict.fromkeys(near))[:most]


def hint(word: str, known: Iterable[str]) -> str:
    """Return the question "did you mean ..." with what is nearest; empty: nothing is near."""
    near = nearest(word, known)
    return f"did you mean {' or '.join(near)}?" if near else ""
