"""Private endpoints: names and addresses that should stay inside."""

from checks.privatelink import resolves_public
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (resolves_public.CHECK,)
