"""Resolvers that only a VPN's own interface reaches: addresses at which its program, on this computer, answers itself.

While the VPN is down nobody is there, on any network; who is asked there was left behind in the settings. Only addresses that
a VPN's maker documents, and that nobody else gives to a resolver, are listed.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from diag.model.address import literal
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.machine import Interface
from diag.model.observation import Observation


class Vpn(StrEnum):
    """The clients that answer at an address of their own, by their word in `Interface.vpn`."""

    TAILSCALE = "Tailscale"


OF_A_VPN: Mapping[str, Vpn] = {"100.100.100.100": Vpn.TAILSCALE, "fd7a:115c:a1e0::53": Vpn.TAILSCALE}
"""Each address, and whose it is. The redaction keeps them as they are."""
_UNNAMED = "tun"
"""An interface of some client: a system that gives all of them one name tells no more."""


class LeftBehind(Struct, frozen=True):
    """A VPN that is down, whose resolvers are still set."""

    vpn: Vpn
    interfaces: Observation
    """What shows that it is down."""


def left_by_vpn(view: EndpointView | RunView, hosts: Iterable[str]) -> LeftBehind | None:
    """Return the VPN to which all these resolvers belong, where it is down; None: one of them is no VPN's, an interface may be
    that VPN's, or no interface was seen.
    """
    links = view.machine.interfaces
    owners = {OF_A_VPN.get(str(literal(host) or host)) for host in hosts}
    if links is None or not links.answer.interfaces or len(owners) != 1:
        return None
    owner = owners.pop()
    if owner is None or any(_carries(link, owner) for link in links.answer.interfaces):
        return None
    return LeftBehind(owner, links.observation)


def _carries(link: Interface, vpn: Vpn) -> bool:
    """Whether packets of this VPN may pass here: an interface of its kind that is up and has an address of a network."""
    addresses = (literal(address) for address in link.addresses)
    return link.up and link.vpn in (vpn, _UNNAMED) and any(ip is not None and not ip.is_link_local for ip in addresses)
