"""HTTP: who wrote the answer, and what it says."""

from checks.http import server_error
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (server_error.CHECK,)
