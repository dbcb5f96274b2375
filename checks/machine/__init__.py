"""The computer itself: its clock, its routes, its limits, its trust."""

from checks.machine import (
    clock_wrong,
    descriptors_exhausted,
    offline,
    outgoing_redirected,
    ports_exhausted,
    route_captured,
)
from diag.knowledge.asked_for import compares_programs, trusts_as_set
from diag.knowledge.at_rest import dialled, let_out, trusting, unless
from diag.knowledge.resolver_answers import asks_as_set
from diag.knowledge.unheard import any_unheard
from diag.model.catalogue import Catalogue, dormant_in, dormant_of_runs_in

dormant, dormant_of_runs = dormant_in(__name__), dormant_of_runs_in(__name__)
CHECKS = Catalogue(
    (
        offline.CHECK,
        dormant_of_runs("link_interrupted", unless(any_unheard)),
        dormant("program_fails_alone", unless(compares_programs)),
        clock_wrong.CHECK,
        dormant("local_firewall", let_out),
        dormant("resolver_settings_unusable", unless(asks_as_set)),
        dormant("resolver_ignored", unless(asks_as_set)),
        dormant("lookup_differs", unless(asks_as_set)),
        outgoing_redirected.CHECK,
        route_captured.CHECK,
        dormant("route_refuses", dialled),
        ports_exhausted.CHECK,
        descriptors_exhausted.CHECK,
        dormant_of_runs("trust_file_broken", trusting),
        dormant("trust_store_outdated", unless(trusts_as_set)),
    )
)
"""In the order in which they are shown."""
