"""TLS: what was presented, what was refused, and by whom."""

from checks.tls import (
    certificate_expires_soon,
    key_too_weak,
    strict_rules_violated,
)
from diag.knowledge.asked_for import shows_certificate, shows_no_certificate, trusts_as_set
from diag.knowledge.at_rest import as_presented, let_in, secured, unasked, unless, unpublished, while_well
from diag.knowledge.starttls import goes_over
from diag.knowledge.untrusted_chain import speaks_tls, speaks_tls_directly
from diag.model.catalogue import Catalogue, dormant_in, dormant_of_runs_in

dormant, dormant_of_runs = dormant_in(__name__), dormant_of_runs_in(__name__)
CHECKS = Catalogue(
    (
        dormant_of_runs("intercepted", as_presented),
        dormant("path_missed", unless(speaks_tls, secured)),
        dormant("certificate_expired", unless(speaks_tls, secured)),
        dormant("certificate_not_yet_valid", unless(speaks_tls, secured)),
        dormant("certificate_revoked", unless(speaks_tls, unasked)),
        dormant("name_mismatch", unless(speaks_tls, secured)),
        dormant("self_signed", unless(speaks_tls, secured)),
        dormant("issuer_untrusted", unless(speaks_tls, secured)),
        dormant("chain_incomplete", unless(speaks_tls, secured)),
        key_too_weak.CHECK,
        dormant("certificate_unfit", unless(speaks_tls, secured)),
        dormant("trust_stores_differ", unless(trusts_as_set)),
        dormant("upgrade_stripped", unless(goes_over)),
        dormant("upgrade_injected", unless(goes_over)),
        dormant("upgrade_refused", unless(goes_over)),
        dormant("upgrade_turned_away", unless(goes_over)),
        dormant("begins_at_once", unless(goes_over)),
        dormant("upgrade_misunderstood", unless(goes_over)),
        dormant("upgrade_unanswered", unless(goes_over)),
        dormant("plaintext_answer", unless(speaks_tls, secured)),
        dormant("version_rejected", unless(speaks_tls, secured)),
        dormant("legacy_renegotiation", unless(speaks_tls, secured)),
        dormant("weak_key_exchange", unless(speaks_tls, secured)),
        dormant("no_shared_cipher", unless(speaks_tls, secured)),
        dormant("alpn_refused", unless(speaks_tls, secured)),
        dormant("name_unrecognized", unless(speaks_tls, secured)),
        dormant("client_certificate_required", unless(shows_no_certificate, let_in)),
        dormant("client_certificate_rejected", unless(shows_certificate)),
        dormant("sni_filtered", unless(speaks_tls, secured)),
        dormant("large_hello_dropped", unless(speaks_tls, secured)),
        dormant("handshake_cut", while_well(unless(speaks_tls_directly, secured))),
        dormant("handshake_silent", unless(speaks_tls_directly, secured)),
        certificate_expires_soon.CHECK,
        strict_rules_violated.CHECK,
        dormant("revocation_unreachable", unless(speaks_tls, unpublished)),
    )
)
