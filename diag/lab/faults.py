"""Every fault the lab can raise, in the order in which a connection meets them."""

from difflib import get_close_matches

from diag.lab.families import certificates, dns, healthy, http, machine, network, proxy, tls, upgrades
from diag.lab.scene import LabFault

FAULTS: tuple[LabFault, ...] = (
    *healthy.FAULTS,
    *machine.FAULTS,
    *dns.FAULTS,
    *network.FAULTS,
    *proxy.FAULTS,
    *upgrades.FAULTS,
    *tls.FAULTS,
    *certificates.FAULTS,
    *http.FAULTS,
)

DEMO = "proxy-login-required"
"""The fault that `diag demo` shows when none is named."""


class UnknownFaultError(LookupError):
    """No fault has this name; `near` are names that look like it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.near = tuple(get_close_matches(name, [fault.name for fault in FAULTS]))
        super().__init__(f"no fault is named {name!r}" + (f"; near: {', '.join(self.near)}" if self.near else ""))


def named(name: str) -> LabFault:
    """Return the fault of this name, or UnknownFaultError."""
    for fault in FAULTS:
        if fault.name == name:
            return fault
    raise UnknownFaultError(name)
