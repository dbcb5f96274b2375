"""Where something listens: an address that can be dialled, and an authority that still has to be resolved."""

import ipaddress
from functools import lru_cache

from msgspec import Struct

from diag.model.privacy import HostName, IpText, PublicNumber

DNS_PORT = 53
"""Where a name server listens, unless something else is said (RFC 1035, section 4.2)."""
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
_REMEMBERED = 4_096
"""Texts of which it is remembered what they say: all checks of a run ask about the same few addresses, over and over."""

SHARED = ipaddress.ip_network("100.64.0.0/10")
"""Shared address space (RFC 6598): cloud providers use it inside, so it counts as private here."""

_INSIDE = (SHARED, *map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
"""What `is_private` calls inside."""

_LAST = frozenset("0123456789abcdefABCDEF:.[]")
"""What an address ends in; most names end otherwise, and need no other look."""

MADE_UP = (".invalid", ".no-such-domain")
"""Ends of names that can never be anyone's, the first by RFC 6761, section 6.4: checks ask for such a name to see what any other
name gets. The second is for resolvers that keep questions for the first to themselves."""
NOBODYS = {4: ("192.0.2.1", "203.0.113.1"), 6: ("2001:db8::1", "2001:db8:ffff::1")}
"""Addresses that can never be anyone's (RFC 5737, RFC 3849), by family: who answers for them answers for all."""


class Address(Struct, frozen=True, cache_hash=True, order=True):
    """An IP address and a port: what a socket is connected to."""

    host: IpText
    port: PublicNumber

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def ip(self) -> IpAddress:
        """The address as a number. Raises ValueError where a redacted or broken text stands in its place."""
        return _parsed(self.host.partition("%")[0])

    @property
    def family(self) -> int:
        """4 or 6."""
        return 6 if ":" in self.host else 4


class Authority(Struct, frozen=True, cache_hash=True, order=True):
    """A host, by name or by address, and a port (the authority of RFC 3986, section 3.2, without user information)."""

    host: HostName
    port: PublicNumber

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@lru_cache(_REMEMBERED)
def _parsed(text: str) -> IpAddress:
    return ipaddress.ip_address(text)


@lru_cache(_REMEMBERED)
def _network(text: str) -> IpNetwork:
    return ipaddress.ip_network(text, strict=False)


def literal(host: str) -> IpAddress | None:
    """Return the address that `host` is, or None where it is a name."""
    if not host or (host[-1] not in _LAST and "%" not in host):
        return None
    try:
        return _parsed(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def network(text: str) -> IpNetwork | None:
    """Return the network that a text is (`10.0.0.0/8`; an address is a network of one), or None where it is none."""
    try:
        return _network(text)
    except ValueError:
        return None


def is_private(ip: IpAddress) -> bool:
    """Return whether an address is only reachable inside: RFC 1918, unique local IPv6 (RFC 4193), or shared space (RFC 6598).

    Documentation and benchmark ranges are not inside addresses, though `ipaddress` calls them private.
    """
    return any(ip in block for block in _INSIDE)


def is_own_name(host: str) -> bool:
    """Return whether `host` never leaves this machine: `localhost` and what is below it (RFC 6761, section 6.3)."""
    return host == "localhost" or host.endswith(".localhost")


def is_own(host: str) -> bool:
    """Return whether `host`, a name or an address, is this machine itself: loopback,
    or the unspecified address that connects to it.
    """
    ip = literal(host)
    return is_own_name(host) if ip is None else ip.is_loopback or ip.is_unspecified
