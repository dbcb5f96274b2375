"""Private endpoints: names and addresses that should stay inside."""

from checks.privatelink import (
    endpoint_silent,
    name_missing,
    name_uncovered,
    partial,
    policy_denied,
    port_silent,
    public_name_used,
    resolves_public,
    through_proxy,
    unexpectedly_private,
    wrong_service,
)
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (
    partial.CHECK,
    resolves_public.CHECK,
    name_missing.CHECK,
    port_silent.CHECK,
    endpoint_silent.CHECK,
    unexpectedly_private.CHECK,
    through_proxy.CHECK,
    wrong_service.CHECK,
    name_uncovered.CHECK,
    policy_denied.CHECK,
    public_name_used.CHECK,
)
