"""What a name that should be private resolves to here, by the system and by every resolver."""

import ipaddress
from collections.abc import Iterable, Iterator

from msgspec import Struct

from diag.knowledge.fetching import look_up
from diag.model.address import IpAddress, is_own_name, is_private, literal
from diag.model.answer import DnsReply, SystemLookup
from diag.model.endpoint import Network
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.observation import Observation
from diag.model.question import Lookup, Question
from diag.model.view import Answered
from diag.model.wire.dns import read_message
from diag.model.wire.facts import DnsMessage

NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Where a resolver puts IPv4 addresses for hosts that have only IPv6 (RFC 6052)."""

GOOGLE_PRIVATE = tuple(
    map(ipaddress.ip_network, ("199.36.153.4/30", "199.36.153.8/30", "2600:2d00:2:1000::/64", "2600:2d00:2:2000::/64"))
)
"""Where private.googleapis.com and restricted.googleapis.com are: they look public, and lead inside Google's network alone."""


def is_name(view: EndpointView) -> bool:
    """Return whether the endpoint is given by a name that a resolver has to answer for."""
    return literal(view.endpoint.host) is None and not is_own_name(view.endpoint.host)


def expects_private_names(run_view: RunView) -> bool:
    """Return whether several names should lead inside."""
    return len({view.endpoint.host for view in run_view.cases if expected_private(view) and is_name(view)}) > 1


def asks_by_public_name(view: EndpointView) -> bool:
    """Return whether a request goes to a name that a private one may stand beside."""
    return not expected_private(view) and is_name(view) and view.endpoint.speaks_http


def expected_public(view: EndpointView) -> bool:
    """Return whether the endpoint should be reached over a public address."""
    return view.endpoint.expects.network is Network.PUBLIC


def expected_private(view: EndpointView) -> bool:
    """Return whether the endpoint should be reached over a private address."""
    return view.endpoint.expects.network is Network.PRIVATE


def embedded(ip: IpAddress) -> IpAddress:
    """Return the IPv4 address inside an IPv6 one that stands for it, else the address itself."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return ip.ipv4_mapped
        if ip in NAT64:
            return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip


def is_inside(ip: IpAddress) -> bool:
    """Return whether an address belongs to a private network, or to a cloud's inside."""
    return is_private(ip) or any(ip in block for block in GOOGLE_PRIVATE)


def is_outside(ip: IpAddress) -> bool:
    """Return whether an address is one of the open internet: not private, not this machine's, not a placeholder."""
    ip = embedded(ip)
    return not (is_inside(ip) or ip.is_loopback or ip.is_unspecified or ip.is_link_local or ip.is_multicast)


def read(addresses: Iterable[str]) -> tuple[IpAddress, ...]:
    """Return the addresses that can be read as such."""
    return tuple(ip for address in addresses if (ip := literal(address)) is not None)


class Names(Struct, frozen=True):
    """The answers for the endpoint's own name."""

    system: Observation | None
    """The system's lookup; None: it was not asked for this name."""
    addresses: tuple[str, ...]
    """What the system said, in its order."""
    replies: tuple[Answered[Lookup, DnsReply], ...]
    """What each resolver said by itself."""

    @property
    def told(self) -> tuple[str, ...]:
        """Every address that anybody named, each once."""
        return tuple(dict.fromkeys((*self.addresses, *(a for seen in self.replies for a in addresses_in(seen.answer)))))

    @property
    def seen(self) -> Iterator[Observation]:
        """The observations behind all of it."""
        if self.system:
            yield self.system
        yield from (seen.observation for seen in self.replies)


def names(view: EndpointView) -> Names:
    """Return what is known here of the endpoint's own name, also where the way leads through a proxy."""
    host = view.endpoint.host
    seen = view.asked(Lookup(view.endpoint.written))
    answer = seen.answer if seen else None
    return Names(
        seen if isinstance(answer, SystemLookup) else None,
        answer.addresses if isinstance(answer, SystemLookup) else (),
        tuple(reply for reply in view.replies if reply.question.name == host),
    )


def own_lookup(view: EndpointView) -> Iterator[Question]:
    """Yield the lookup of the endpoint's own name, which a walk through a proxy leaves to the proxy."""
    if is_name(view) and view.proxy:
        yield from look_up(view.evidence, view.endpoint.written).wanted


def addresses_in(answer: DnsReply) -> tuple[str, ...]:
    """Return the addresses in one resolver's answer."""
    message = read_message(answer.message) if answer.message else None
    return message.addresses if isinstance(message, DnsMessage) else ()
