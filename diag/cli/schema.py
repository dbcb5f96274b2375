"""`diag schema`: the JSON Schema of what diag writes."""

import json

import click

from diag.cli.errors import FOUND_NOTHING

KINDS = ("report", "evidence", "bundle")


@click.command("schema")
@click.argument("kind", type=click.Choice(KINDS), default="report")
def command(kind: str) -> int:
    """Print a JSON Schema: of the report (run --json), of a line of the evidence, or of a bundle's manifest."""
    click.echo(json.dumps(_schema(kind), indent=2))
    return FOUND_NOTHING


def _schema(kind: str) -> dict[str, object]:
    if kind == "report":
        from diag.report.json import report_schema

        return report_schema()
    import msgspec

    if kind == "evidence":
        from diag.model.observation import Observation

        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Observation)}
    from diag.bundle.manifest import Manifest

    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Manifest)}
