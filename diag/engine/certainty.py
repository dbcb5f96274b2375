"""How sure a cause is: certain only where every declared rival is ruled out by what was seen.

A rival is ruled out by the finding itself, which cites what excludes it, or by the rival check's own verdict on the same subject:
it was looked for and is absent. A rival that was found as well, and is a consequence of this cause, is none.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from diag.model.check import AnyCheck
from diag.model.verdict import RUN, Confidence, Finding, Status, Verdict

_SURENESS = tuple(Confidence)
Matrix = Mapping[tuple[str, str], Finding]
"""Every finding, by check and subject."""


class Certainty(Struct, frozen=True):
    """What is granted to one cause."""

    confidence: Confidence
    open: tuple[str, ...]
    """Rivals that nothing excludes, in the order in which the check names them."""
    ruled_out: dict[str, tuple[str, ...]]
    """The others, each with the observations that exclude it."""


def matrix_of(verdicts: Iterable[Verdict]) -> Matrix:
    """Return the findings by check and subject."""
    return {(verdict.check, verdict.subject): verdict.finding for verdict in verdicts}


def certainty(check: AnyCheck, verdicts: Iterable[Verdict], consequences: Iterable[str], matrix: Matrix) -> Certainty:
    """Return how sure the cause is that these verdicts of one check amount to; `consequences` are what it explains here."""
    told = tuple(verdicts)
    claimed = max((verdict.finding.confidence for verdict in told), key=_SURENESS.index)
    if check.rivals is None:
        return Certainty(claimed, (), {})
    folded = frozenset(consequences)
    left, excluded = [], {}
    for rival in check.rivals:
        against = [_against(rival.id, verdict, matrix) for verdict in told]
        if rival.id in folded or all(ids == () for ids in against):
            continue
        if any(ids is None for ids in against):
            left.append(rival.id)
        else:
            excluded[rival.id] = tuple(dict.fromkeys(id for ids in against for id in ids or ()))
    granted = Confidence.LIKELY if left and claimed is Confidence.CERTAIN else claimed
    return Certainty(granted, tuple(left), excluded)


def _against(rival: str, verdict: Verdict, matrix: Matrix) -> tuple[str, ...] | None:
    """What excludes a rival at a verdict's subject: ids; empty, where it does not even arise there; None: nothing does."""
    if excluded := verdict.finding.rules_out.get(rival):
        return excluded
    found = matrix.get((rival, verdict.subject)) or matrix.get((rival, RUN))
    if found is None:
        return None
    if found.status is Status.NOT_APPLICABLE:
        return ()
    return found.cites if found.status is Status.OK else None
