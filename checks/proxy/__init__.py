"""Proxies: the way this client would really go, and who refuses there."""

from diag.knowledge.at_rest import agreed, excepted, readable, unless, walked
from diag.knowledge.pac import goes_direct, has_script, leaves_script_aside
from diag.knowledge.proxy_replies import has_proxy, meets_proxies
from diag.model.catalogue import Catalogue, dormant_in, dormant_of_runs_in

dormant, dormant_of_runs = dormant_in(__name__), dormant_of_runs_in(__name__)
CHECKS = Catalogue(
    (
        dormant("address_malformed", readable),
        dormant("pac_unreachable", unless(has_script)),
        dormant("pac_broken", unless(has_script)),
        dormant("pac_ignored", unless(leaves_script_aside)),
        dormant("required", unless(goes_direct, walked)),
        dormant_of_runs("variables_disagree", agreed),
        dormant("bypass_misread", excepted),
        dormant("name_not_found", unless(has_proxy)),
        dormant("unreachable", unless(meets_proxies)),
        dormant("scheme_wrong", unless(has_proxy)),
        dormant("not_a_proxy", unless(has_proxy)),
        dormant("login_required", unless(has_proxy)),
        dormant("login_rejected", unless(has_proxy)),
        dormant("login_scheme_unsupported", unless(has_proxy)),
        dormant("lookup_here", unless(has_proxy)),
        dormant("chooses_by_program", unless(has_proxy)),
        dormant("refuses_target", unless(has_proxy)),
        dormant("cannot_resolve_target", unless(has_proxy)),
        dormant("cannot_reach_target", unless(has_proxy)),
        dormant("tunnel_cut", unless(has_proxy)),
        dormant("bypass_missing", unless(has_proxy)),
    )
)
