"""Tables of cases: a name, the evidence, and the status that a check must give it."""

from collections.abc import Mapping

import pytest

from diag.model.check import AnyCheck
from diag.model.verdict import Status
from tests.checks.evidence import Notes

Table = Mapping[str, tuple[Notes, Status]]


def rows(tables: Mapping[AnyCheck, Table]) -> list[object]:
    """Each case of each table as one parameter set: check, notes, status."""
    return [
        pytest.param(check, notes, status, id=f"{check.id}: {name}")
        for check, table in tables.items()
        for name, (notes, status) in table.items()
    ]
