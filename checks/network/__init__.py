"""Paths: what happens to packets between here and an address."""

from checks.network import (
    address_dead,
    connection_filtered,
    connection_refused,
    connection_rejected,
)
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (
    connection_refused.CHECK,
    connection_filtered.CHECK,
    connection_rejected.CHECK,
    address_dead.CHECK,
)
"""In the order in which they are shown."""
