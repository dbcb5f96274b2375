"""Names: what the resolvers here answer, and where they differ."""

from checks.dns import (
    alias_dangling,
    cache_stale,
    dnssec_bogus,
    first_resolver_dead,
    hosts_file_override,
    left_to_proxy,
    name_not_found,
    name_sinkholed,
    no_address,
    nxdomain_rewritten,
    private_answers_stripped,
    query_refused,
    record_type_denied,
    record_type_unanswered,
    resolver_silent,
    resolvers_disagree,
    search_domain_captured,
    server_failure,
    slow,
    tcp_blocked,
)
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (
    name_not_found.CHECK,
    no_address.CHECK,
    alias_dangling.CHECK,
    resolver_silent.CHECK,
    record_type_unanswered.CHECK,
    record_type_denied.CHECK,
    server_failure.CHECK,
    dnssec_bogus.CHECK,
    query_refused.CHECK,
    tcp_blocked.CHECK,
    hosts_file_override.CHECK,
    search_domain_captured.CHECK,
    cache_stale.CHECK,
    nxdomain_rewritten.CHECK,
    name_sinkholed.CHECK,
    private_answers_stripped.CHECK,
    resolvers_disagree.CHECK,
    first_resolver_dead.CHECK,
    slow.CHECK,
    left_to_proxy.CHECK,
)
"""In the order in which they are shown."""
