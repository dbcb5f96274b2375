"""Private endpoints: names and addresses that should stay inside."""

from checks.privatelink import (
    partial,
    public_name_used,
)
from diag.knowledge.at_rest import unless, while_well
from diag.knowledge.private_names import expected_private, expected_public
from diag.model.catalogue import Catalogue, dormant_in

dormant = dormant_in(__name__)
CHECKS = Catalogue(
    (
        partial.CHECK,
        dormant("resolves_public", while_well(unless(expected_private))),
        dormant("name_missing", while_well(unless(expected_private))),
        dormant("port_silent", unless(expected_private)),
        dormant("endpoint_silent", unless(expected_private)),
        dormant("unexpectedly_private", unless(expected_public)),
        dormant("through_proxy", unless(expected_private)),
        dormant("wrong_service", unless(expected_private)),
        dormant("name_uncovered", unless(expected_private)),
        dormant("policy_denied", while_well(unless(expected_private))),
        public_name_used.CHECK,
    )
)
