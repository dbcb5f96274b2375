"""HTTP: who wrote the answer, and what it says."""

from checks.http import (
    account_unknown,
    answer_cut,
    answer_malformed,
    block_page,
    captive_portal,
    header_irregular,
    network_policy_denied,
    no_answer,
    rate_limited,
    redirected_elsewhere,
    server_error,
    slow,
    status_unexpected,
    storage_denied,
    waf_blocked,
)
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (
    captive_portal.CHECK,
    block_page.CHECK,
    waf_blocked.CHECK,
    network_policy_denied.CHECK,
    storage_denied.CHECK,
    account_unknown.CHECK,
    server_error.CHECK,
    rate_limited.CHECK,
    redirected_elsewhere.CHECK,
    status_unexpected.CHECK,
    slow.CHECK,
    no_answer.CHECK,
    answer_malformed.CHECK,
    answer_cut.CHECK,
    header_irregular.CHECK,
)
