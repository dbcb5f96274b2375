"""How sure a cause is: certain only where every declared rival is ruled out by what was seen.

A rival is ruled out by the finding itself, which cites what excludes it, or by the rival check's own verdict on the same subject:
it was looked for and is absent. A rival that was found as well, and is a consequence of this cause, is none. Whose else the cause
may be follows from the rivals that are left: theirs, and of nobody else.
"""

from collections.abc import Container, Iterable, Mapping

from msgspec import Struct

from diag.model.check import AnyCheck, Rival
from diag.model.verdict import RUN, Confidence, Finding, Owner, Status, Verdict

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
    whose_else: tuple[Owner, ...] = ()
    """Whose the open ones are."""


class Matters(Struct, frozen=True):
    """What rivals are held against: what all checks say, who goes without a proxy, and whose what each check finds is."""

    matrix: Matrix
    direct: Container[str] = ()
    """The endpoints that are reached without a proxy."""
    owners: Mapping[str, Owner] = {}


def matrix_of(verdicts: Iterable[Verdict]) -> Matrix:
    """Return the findings by check and subject."""
    return {(verdict.check, verdict.subject): verdict.finding for verdict in verdicts}


def certainty(check: AnyCheck, verdicts: Iterable[Verdict], consequences: Iterable[str], matters: Matters) -> Certainty:
    """Return how sure the cause is that these verdicts of one check amount to; `consequences` are what it explains here."""
    told = tuple(verdicts)
    claimed = max((verdict.finding.confidence for verdict in told), key=_SURENESS.index)
    if check.rivals is None:
        return Certainty(claimed, (), {})
    folded = frozenset(consequences)
    left: list[Rival] = []
    excluded = {}
    for rival in check.rivals:
        against = [_against(rival, verdict, matters) for verdict in told]
        if rival.id in folded or all(ids == () for ids in against):
            continue
        if any(ids is None for ids in against):
            left.append(rival)
        else:
            excluded[rival.id] = tuple(dict.fromkeys(id for ids in against for id in ids or ()))
    is_open = claimed is Confidence.CERTAIN and not all(rival.whose for rival in left)
    with_proxy = any(verdict.finding.with_proxy for verdict in told)
    return Certainty(
        Confidence.LIKELY if is_open else claimed,
        tuple(rival.id for rival in left),
        excluded,
        tuple(dict.fromkeys(owner for rival in left if (owner := _owner(rival, matters, with_proxy=with_proxy)))),
    )


def _owner(rival: Rival, matters: Matters, *, with_proxy: bool) -> Owner | None:
    """Whose a rival is. What is a service's own is, of the session with a proxy, its operator's."""
    owner = rival.owner or matters.owners.get(rival.id)
    return Owner.PROXY if with_proxy and owner is Owner.SERVICE else owner


def _against(rival: Rival, verdict: Verdict, matters: Matters) -> tuple[str, ...] | None:
    """What excludes a rival at a verdict's subject: ids; empty, where it does not even arise there; None: nothing does."""
    past_the_proxy = rival.owner is Owner.PROXY and not rival.where and verdict.subject in matters.direct
    if past_the_proxy or not rival.arises(verdict.finding.facts):
        return ()
    if excluded := verdict.finding.rules_out.get(rival.id):
        return excluded
    found = matters.matrix.get((rival.id, verdict.subject)) or matters.matrix.get((rival.id, RUN))
    if found is None:
        return None
    if found.status is Status.NOT_APPLICABLE:
        return ()
    return found.cites if found.status is Status.OK else None
