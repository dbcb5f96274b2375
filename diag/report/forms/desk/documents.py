"""The desk for programs: one JSON document, `diag.desk/1`. Keys are only ever added; a reader ignores those it does not know."""

from typing import Any

import msgspec

from diag.model.desk import DESK_SCHEMA, Desk, Trends


def write_document(shown: Desk | Trends) -> bytes:
    """Return the document, indented, with a line's end."""
    return msgspec.json.format(msgspec.json.encode(shown), indent=2) + b"\n"


def desk_schema(of: type[Desk | Trends] = Desk) -> dict[str, Any]:
    """Return the JSON Schema of the document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": DESK_SCHEMA,
        **msgspec.json.schema(of),
    }
