"""HTTP: who wrote the answer, and what it says."""

from checks.http import (
    block_page,
    captive_portal,
    header_irregular,
    slow,
    waf_blocked,
)
from diag.knowledge.at_rest import answered, unless, while_well
from diag.knowledge.response_author import speaks_http, speaks_https
from diag.model.catalogue import Catalogue, dormant_in

dormant = dormant_in(__name__)
CHECKS = Catalogue(
    (
        captive_portal.CHECK,
        block_page.CHECK,
        waf_blocked.CHECK,
        dormant("network_policy_denied", unless(speaks_http, answered)),
        dormant("storage_denied", unless(speaks_http, answered)),
        dormant("account_unknown", while_well(unless(speaks_https, answered))),
        dormant("server_error", unless(speaks_http, answered)),
        dormant("rate_limited", unless(speaks_http, answered)),
        dormant("redirected_elsewhere", unless(speaks_http, answered)),
        dormant("status_unexpected", unless(speaks_http, answered)),
        slow.CHECK,
        dormant("no_answer", unless(speaks_http, answered)),
        dormant("answer_malformed", unless(speaks_http, answered)),
        dormant("answer_cut", unless(speaks_http, answered)),
        header_irregular.CHECK,
    )
)
