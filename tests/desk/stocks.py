"""Cases made by hand, without bundles: what attention, trends and the rest of the desk's arithmetic are tried on."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from diag.desk.alike import ClusterParts
from diag.desk.stock import Case, ClusterName, Note, StandingCause, Stock

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
"""A Sunday evening."""
_NUMBERS = itertools.count(1)


def case(
    cause: str,
    days_ago: float,
    org: str = "",
    *,
    owner: str = "network",
    status: str = "problem",
    verdict: str = "problem",
    arrives: bool = True,
    traits: dict[str, str] | None = None,
    key: str = "",
    **labels: str,
) -> Case:
    number = next(_NUMBERS)
    said = ({"org": org} if org else {}) | labels
    causes = (StandingCause(cause, cause, status, "certain", owner, 1, int(arrives)),) if cause else ()
    return Case(
        number=number,
        digest=f"{number:064x}",
        when=NOW - timedelta(days=days_ago),
        verdict=verdict,
        then_verdict=verdict,
        then_causes=(cause,),
        endpoints=1,
        nothing_arrives=not arrives,
        traits={name: frozenset({value}) for name, value in {"version": "0.1.0", **(traits or {})}.items()},
        labels=said,
        causes=causes,
        key=key or f"{number}",
        file=f"{number}.zip",
    )


def stock(*cases: Case, notes: Sequence[Note] = (), now: datetime = NOW) -> Stock:
    """The clusters are called as their causes."""
    ids = {cause.id for one in cases for cause in one.causes}
    names = {id: ClusterName(id, id, f"About {id}", ClusterParts(1, id, {}, "direct")) for id in ids}
    ordered = tuple(sorted(cases, key=lambda one: one.when, reverse=True))
    newest_first = tuple(sorted(notes, key=lambda note: note.at, reverse=True))
    return Stock(ordered, names, {}, newest_first, 0, now)


def note(kind: str, days_ago: float, fp: str = "", bundle: int = 0, effort: int = 0, who: str = "ann", text: str = "") -> Note:
    return Note(next(_NUMBERS), NOW - timedelta(days=days_ago), who, bundle, fp, kind, text, effort, "")
