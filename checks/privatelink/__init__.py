"""Private endpoints: names and addresses that should stay inside."""

from diag.knowledge.at_rest import answered, unless, while_well
from diag.knowledge.private_names import asks_by_public_name, expected_private, expected_public, expects_private_names
from diag.model.catalogue import Catalogue, dormant_in, dormant_of_runs_in

dormant, dormant_of_runs = dormant_in(__name__), dormant_of_runs_in(__name__)
CHECKS = Catalogue(
    (
        dormant_of_runs("partial", unless(expects_private_names)),
        dormant("resolves_public", while_well(unless(expected_private))),
        dormant("name_missing", while_well(unless(expected_private))),
        dormant("port_silent", unless(expected_private)),
        dormant("endpoint_silent", unless(expected_private)),
        dormant("unexpectedly_private", unless(expected_public)),
        dormant("through_proxy", unless(expected_private)),
        dormant("wrong_service", unless(expected_private)),
        dormant("name_uncovered", unless(expected_private)),
        dormant("policy_denied", while_well(unless(expected_private))),
        dormant("public_name_used", unless(asks_by_public_name, answered)),
    )
)
