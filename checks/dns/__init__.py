"""Names: what the resolvers here answer, and where they differ."""

from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = ()
