"""A comparison for programs: one JSON document, `diag.diff/1`.

Keys are only ever added; a reader ignores those that it does not know.
"""

from typing import Any

import msgspec
from msgspec import Struct

from diag.model.catalogue import KnownChecks
from diag.model.comparison import CauseChange, Change, Comparison, Difference, EndpointChange, Fared
from diag.model.diagnosis import Cause, Outcome
from diag.model.text import clean
from diag.model.verdict import Owner, Status
from diag.report.views.compared import Named
from diag.report.wording.sentences import tell

_SCHEMA = "diag.diff/1"


class ReportedSide(Struct, frozen=True):
    """One of the two runs."""

    name: str
    began: str
    tool: str
    verdict: Outcome


class ReportedDifference(Struct, frozen=True):
    """One fact on both sides. `comparable` false: a private value in it was replaced, and nobody can say whether it differs."""

    matter: str
    a: str
    b: str
    explains: bool
    comparable: bool


class ReportedFared(Struct, frozen=True):
    """How an endpoint fared on one side."""

    status: Outcome
    reached: str
    arrived: bool
    causes: tuple[str, ...]


class ComparedEndpoint(Struct, frozen=True):
    """One endpoint of both; `differences` are ranked, what could explain the change comes first."""

    endpoint: str
    change: Change
    a: ReportedFared
    b: ReportedFared
    differences: tuple[ReportedDifference, ...]
    alike: int


class ComparedCause(Struct, frozen=True):
    """One cause of either side, or of both."""

    id: str
    change: Change
    title: str
    owner: Owner
    a: Status | None
    b: Status | None
    endpoints_a: tuple[str, ...]
    endpoints_b: tuple[str, ...]
    explained_by: str
    facts: tuple[ReportedDifference, ...]


class ReportedComparison(Struct, frozen=True):
    """The whole."""

    schema: str
    differs: bool
    a: ReportedSide
    b: ReportedSide
    endpoints: tuple[ComparedEndpoint, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    failing_only_a: tuple[str, ...]
    failing_only_b: tuple[str, ...]
    causes: tuple[ComparedCause, ...]


def write_comparison_json(comparison: Comparison, catalogue: KnownChecks, a: Named, b: Named) -> bytes:
    """Return the document in UTF-8, indented, with a newline at its end."""
    document = ReportedComparison(
        schema=_SCHEMA,
        differs=comparison.differs,
        a=_side(a),
        b=_side(b),
        endpoints=tuple(map(_endpoint, comparison.endpoints)),
        only_a=_cleaned(comparison.only_a),
        only_b=_cleaned(comparison.only_b),
        failing_only_a=_cleaned(comparison.failing_only_a),
        failing_only_b=_cleaned(comparison.failing_only_b),
        causes=tuple(_cause(found, catalogue) for found in comparison.causes),
    )
    return msgspec.json.format(msgspec.json.encode(document, order="deterministic"), indent=2) + b"\n"


def comparison_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what `write_comparison_json` writes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _SCHEMA,
        **msgspec.json.schema(ReportedComparison),
    }


def _side(side: Named) -> ReportedSide:
    return ReportedSide(clean(side.name), side.began.isoformat().replace("+00:00", "Z"), clean(side.tool), side.verdict)


def _endpoint(one: EndpointChange) -> ComparedEndpoint:
    return ComparedEndpoint(
        endpoint=clean(one.endpoint),
        change=one.change,
        a=_fared(one.a),
        b=_fared(one.b),
        differences=tuple(map(_difference, one.differences)),
        alike=one.alike,
    )


def _fared(fared: Fared) -> ReportedFared:
    return ReportedFared(fared.status, fared.reached.name.lower(), fared.arrived, _cleaned(fared.causes))


def _difference(one: Difference) -> ReportedDifference:
    return ReportedDifference(clean(one.matter), clean(one.a), clean(one.b), one.explains, one.comparable)


def _cause(found: CauseChange, catalogue: KnownChecks) -> ComparedCause:
    cause = found.cause
    return ComparedCause(
        id=clean(cause.id),
        change=found.change,
        title=tell(cause, catalogue).title,
        owner=cause.owner,
        a=found.a.status if found.a else None,
        b=found.b.status if found.b else None,
        endpoints_a=_hit(found.a),
        endpoints_b=_hit(found.b),
        explained_by=clean(found.explained_by),
        facts=tuple(map(_difference, found.facts)),
    )


def _hit(cause: Cause | None) -> tuple[str, ...]:
    return _cleaned(cause.endpoints) if cause else ()


def _cleaned(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(clean, texts))
