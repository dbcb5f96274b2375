"""The computer itself: its clock, its routes, its limits, its trust."""

from checks.machine import (
    clock_wrong,
    descriptors_exhausted,
    local_firewall,
    lookup_differs,
    offline,
    outgoing_redirected,
    ports_exhausted,
    program_fails_alone,
    resolver_ignored,
    resolver_settings_unusable,
    route_captured,
    route_refuses,
    trust_file_broken,
    trust_store_outdated,
)
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (
    offline.CHECK,
    program_fails_alone.CHECK,
    clock_wrong.CHECK,
    local_firewall.CHECK,
    resolver_settings_unusable.CHECK,
    resolver_ignored.CHECK,
    lookup_differs.CHECK,
    outgoing_redirected.CHECK,
    route_captured.CHECK,
    route_refuses.CHECK,
    ports_exhausted.CHECK,
    descriptors_exhausted.CHECK,
    trust_file_broken.CHECK,
    trust_store_outdated.CHECK,
)
"""In the order in which they are shown."""
