"""The catalogue: one folder a family, one file a cause. Touches nothing but `diag.model`."""

from checks import dns, http, machine, network, privatelink, proxy, tls
from diag.model.check import AnyCheck

CATALOGUE: tuple[AnyCheck, ...] = (
    *machine.CHECKS,
    *dns.CHECKS,
    *network.CHECKS,
    *proxy.CHECKS,
    *tls.CHECKS,
    *http.CHECKS,
    *privatelink.CHECKS,
)
