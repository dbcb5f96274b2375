"""The JSON Schema (draft 2020-12) of what lies in a bundle, made from the same types that write and read it."""

from typing import Any

import msgspec
from msgspec import Struct

from diag.bundle import layout
from diag.bundle.layout import ErrorLine, Manifest, Report
from diag.bundle.recorded import RecordedDiagnosis
from diag.model.observation import Observation
from diag.model.run import Run

TYPES: dict[str, type[Struct]] = {
    layout.MANIFEST: Manifest,
    layout.RUN_MEMBER: Run,
    layout.EVIDENCE: Observation,
    layout.VERDICTS: RecordedDiagnosis,
    layout.REDACTION: Report,
    layout.ERRORS: ErrorLine,
}
"""What each member holds; of a `.jsonl` member, what each of its lines holds."""


def schema(member: str) -> dict[str, Any]:
    """Return the schema of one member of a bundle, or of one line of it. Raises KeyError for a member that has none."""
    described = msgspec.json.schema(TYPES[member])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{layout.SCHEMA}/{member}", **described}
