"""Names: what the resolvers here answer, and where they differ."""

from checks.dns import (
    dnssec_bogus,
    hosts_file_override,
    name_not_found,
    resolver_silent,
    server_failure,
)
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (
    name_not_found.CHECK,
    resolver_silent.CHECK,
    server_failure.CHECK,
    dnssec_bogus.CHECK,
    hosts_file_override.CHECK,
)
"""In the order in which they are shown."""
