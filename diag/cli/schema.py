"""`diag schema`: the JSON Schema of what diag writes."""

import json
from collections.abc import Callable
from typing import Any

import click

from diag.bundle import layout
from diag.bundle.schema import schema as bundle_schema
from diag.cli.errors import FOUND_NOTHING, WRONG_USE
from diag.cli.sections import Command
from diag.desk.export import export_schema
from diag.model.desk import Trends
from diag.report.forms.comparison_json import comparison_schema
from diag.report.forms.desk.documents import desk_schema
from diag.report.forms.json import report_schema

SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "report": report_schema,
    "evidence": lambda: bundle_schema(layout.EVIDENCE),
    "bundle": lambda: bundle_schema(layout.MANIFEST),
    "diff": comparison_schema,
    "desk": desk_schema,
    "trends": lambda: desk_schema(Trends),
    "export": export_schema,
}
"""What makes the schema of each kind of document."""
KINDS = tuple(SCHEMAS)


@click.command("schema", cls=Command, ends={FOUND_NOTHING: "printed", WRONG_USE: "wrong use"})
@click.argument("kind", type=click.Choice(KINDS), default="report")
def command(kind: str) -> int:
    """Print a JSON Schema (draft 2020-12).

    Of the report (diag run --json), of one line of the evidence (diag show --evidence), of a bundle's manifest, of a
    comparison (diag diff --json), of support's desk (diag triage --json, diag trends --json),
    or of its tables (diag export).
    """
    click.echo(json.dumps(SCHEMAS[kind](), indent=2))
    return FOUND_NOTHING
