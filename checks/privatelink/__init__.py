"""Private endpoints: names and addresses that should stay inside."""

from checks.privatelink import endpoint_silent, name_missing, resolves_public, through_proxy, unexpectedly_private
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (
    resolves_public.CHECK,
    name_missing.CHECK,
    endpoint_silent.CHECK,
    unexpectedly_private.CHECK,
    through_proxy.CHECK,
)
