"""The computer itself: its clock, its routes, its limits, its trust."""

from checks.machine import (
    clock_wrong,
    offline,
)
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (
    offline.CHECK,
    clock_wrong.CHECK,
)
"""In the order in which they are shown."""
