"""HTTP: who wrote the answer, and what it says."""

from checks.http import (
    answer_malformed,
    no_answer,
    rate_limited,
    redirected_elsewhere,
    server_error,
    status_unexpected,
)
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (
    server_error.CHECK,
    rate_limited.CHECK,
    redirected_elsewhere.CHECK,
    status_unexpected.CHECK,
    no_answer.CHECK,
    answer_malformed.CHECK,
)
