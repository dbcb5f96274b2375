"""Paths: what happens to packets between here and an address."""

from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = ()
