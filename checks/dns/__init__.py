"""Names: what the resolvers here answer, and where they differ."""

from checks.dns import (
    name_sinkholed,
    nxdomain_rewritten,
    slow,
)
from diag.knowledge.at_rest import answered_alike, known_to_all, uncompared, unless
from diag.knowledge.resolver_answers import asks_resolvers, asks_several, leaves_names_to_proxy, looks_up, settled
from diag.model.catalogue import Catalogue, dormant_in, dormant_of_runs_in

dormant, dormant_of_runs = dormant_in(__name__), dormant_of_runs_in(__name__)
CHECKS = Catalogue(
    (
        dormant("name_not_found", unless(looks_up, settled)),
        dormant("no_address", unless(looks_up, settled)),
        dormant("alias_dangling", unless(looks_up, settled)),
        dormant("resolver_silent", unless(asks_resolvers, settled)),
        dormant("record_type_unanswered", unless(looks_up, answered_alike)),
        dormant("record_type_denied", unless(looks_up, answered_alike)),
        dormant("server_failure", unless(looks_up, settled)),
        dormant("dnssec_bogus", unless(looks_up, settled)),
        dormant("query_refused", unless(looks_up, settled)),
        dormant("tcp_blocked", unless(looks_up, settled)),
        dormant("hosts_file_override", unless(looks_up, uncompared)),
        dormant("search_domain_captured", unless(looks_up, uncompared)),
        dormant("cache_stale", unless(looks_up, uncompared)),
        nxdomain_rewritten.CHECK,
        name_sinkholed.CHECK,
        dormant("private_answers_stripped", unless(looks_up, settled)),
        dormant("resolvers_disagree", unless(looks_up, known_to_all)),
        dormant_of_runs("first_resolver_dead", unless(asks_several)),
        slow.CHECK,
        dormant_of_runs("left_to_proxy", unless(leaves_names_to_proxy)),
    )
)
"""In the order in which they are shown."""
