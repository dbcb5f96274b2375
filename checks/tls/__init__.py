"""TLS: what was presented, what was refused, and by whom."""

from checks.tls import certificate_expired, chain_incomplete, issuer_untrusted, name_mismatch, plaintext_answer
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (
    certificate_expired.CHECK,
    name_mismatch.CHECK,
    issuer_untrusted.CHECK,
    chain_incomplete.CHECK,
    plaintext_answer.CHECK,
)
