"""The computer itself: its clock, its routes, its limits, its trust."""

from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = ()
