"""Proxies: the way this client would really go, and who refuses there."""

from checks.proxy import login_required, refuses_target, unreachable
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (
    unreachable.CHECK,
    login_required.CHECK,
    refuses_target.CHECK,
)
