"""Proxies: the way this client would really go, and who refuses there."""

from checks.proxy import (
    address_malformed,
    bypass_misread,
    bypass_missing,
    cannot_reach_target,
    cannot_resolve_target,
    login_rejected,
    login_required,
    login_scheme_unsupported,
    lookup_here,
    name_not_found,
    not_a_proxy,
    refuses_target,
    required,
    scheme_wrong,
    tunnel_cut,
    unreachable,
    variables_disagree,
)
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (
    address_malformed.CHECK,
    required.CHECK,
    variables_disagree.CHECK,
    bypass_misread.CHECK,
    name_not_found.CHECK,
    unreachable.CHECK,
    scheme_wrong.CHECK,
    not_a_proxy.CHECK,
    login_required.CHECK,
    login_rejected.CHECK,
    login_scheme_unsupported.CHECK,
    lookup_here.CHECK,
    refuses_target.CHECK,
    cannot_resolve_target.CHECK,
    cannot_reach_target.CHECK,
    tunnel_cut.CHECK,
    bypass_missing.CHECK,
)
