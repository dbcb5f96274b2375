"""TLS: what was presented, what was refused, and by whom."""

from checks.tls import (
    certificate_expired,
    certificate_expires_soon,
    certificate_not_yet_valid,
    chain_incomplete,
    client_certificate_required,
    handshake_cut,
    handshake_silent,
    intercepted,
    issuer_untrusted,
    name_mismatch,
    name_unrecognized,
    plaintext_answer,
    self_signed,
    sni_filtered,
    version_rejected,
)
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (
    intercepted.CHECK,
    certificate_expired.CHECK,
    certificate_not_yet_valid.CHECK,
    name_mismatch.CHECK,
    self_signed.CHECK,
    issuer_untrusted.CHECK,
    chain_incomplete.CHECK,
    plaintext_answer.CHECK,
    version_rejected.CHECK,
    name_unrecognized.CHECK,
    client_certificate_required.CHECK,
    sni_filtered.CHECK,
    handshake_cut.CHECK,
    handshake_silent.CHECK,
    certificate_expires_soon.CHECK,
)
