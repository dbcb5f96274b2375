"""Repeated looks as a picture: all in one strip, so that a rhythm is seen, and a row for each with where its time went."""

from collections.abc import Sequence

from msgspec import Struct

from diag.report.views.repetitions import Look, looks_words
from diag.report.views.waterfall import NARROWEST, is_well, took_words

MOST_ROWS = 40
"""Looks that have a row; those that failed come before others."""
_GAP = 0.15
"""The part of its place in the strip that a mark leaves free."""


class Piece(Struct, frozen=True):
    """A mark of the strip, or one step in a row: where, and how wide, in percent, as numbers for SVG."""

    at: str
    width: str
    kind: str
    """`well`, `failed` or `open`."""


class _Row(Struct, frozen=True):
    """One look."""

    number: int
    kind: str
    pieces: tuple[Piece, ...]
    took: str
    words: str


class Series(Struct, frozen=True):
    """The looks at one endpoint."""

    words: str
    strip: tuple[Piece, ...]
    rows: tuple[_Row, ...]
    left_out: int
    longest: str
    """The length of the rows' axis in words."""


def series(looks: Sequence[Look]) -> Series | None:
    """Return the picture of some looks; None where there was but one."""
    if not looks:
        return None
    place = 100 / len(looks)
    strip = (Piece(f"{n * place:.3f}", f"{place * (1 - _GAP):.3f}", _kind(look)) for n, look in enumerate(looks))
    ranked = sorted(looks, key=lambda look: (look.well, look.number))[:MOST_ROWS]
    longest = max(_length(look) for look in looks)
    rows = (_row(look, longest) for look in sorted(ranked, key=lambda look: look.number))
    return Series(looks_words(looks), tuple(strip), tuple(rows), len(looks) - len(ranked), took_words(longest))


def _kind(look: Look) -> str:
    return "well" if look.well else "failed" if look.failed else "open"


def _row(look: Look, longest: float) -> _Row:
    began = min((step.began for step in look.steps), default=None)
    pieces = []
    for step in look.steps:
        start = (step.began - began).total_seconds() if began else 0.0
        width = max(100 * max(step.took, 0.0) / longest, NARROWEST) if longest else 100.0
        at = min(100 * start / longest, 100 - NARROWEST) if longest else 0.0
        pieces.append(Piece(f"{at:.2f}", f"{min(width, 100 - at):.2f}", "well" if is_well(step) else "failed"))
    return _Row(look.number, _kind(look), tuple(pieces), took_words(_length(look)), look.words)


def _length(look: Look) -> float:
    """Seconds from the beginning of a look's first step to the end of its last."""
    if not look.steps:
        return 0.0
    began = min(step.began for step in look.steps)
    return max((step.began - began).total_seconds() + max(step.took, 0.0) for step in look.steps)
