"""Whose certificate a private address presents, where it is not for the name that was used."""

from msgspec import Struct

from diag.knowledge.domains import same_owner
from diag.knowledge.private_names import is_outside, read
from diag.model.address import literal
from diag.model.answer import Session
from diag.model.endpoint_view import EndpointView
from diag.model.question import Handshake
from diag.model.view import Answered
from diag.model.wire.certificate import covers
from diag.model.wire.chain import Chain, presented

ENDPOINT_DOMAINS = (".vpce.amazonaws.com", ".privatelink.azure.com", ".psc.internal")
"""Below these, clouds give each private endpoint a name of its own, which no service's certificate covers."""
MOST_CERTIFICATE_NAMES = 8


class Mismatch(Struct, frozen=True):
    """A certificate at a private address that is not for the name used."""

    session: Answered[Handshake, Session]
    chain: Chain

    @property
    def names(self) -> tuple[str, ...]:
        """What the certificate is for."""
        return self.chain.leaf.names or (self.chain.leaf.common_name or self.chain.leaf.subject,)


def mismatch(view: EndpointView) -> Mismatch | None:
    """Return the certificate, where it does not cover the endpoint's name and came from a private address; None otherwise."""
    seen = view.session
    chain = presented(seen.answer) if seen else None
    addresses = read(view.addresses)
    if seen is None or chain is None or view.proxy or not addresses:
        return None
    if any(is_outside(ip) or ip.is_loopback for ip in addresses) or covers(chain.leaf, view.endpoint.host):
        return None
    return Mismatch(seen, chain)


def is_related(view: EndpointView, found: Mismatch) -> bool:
    """Return whether the certificate is for the service that was meant, only under other names.

    So it is where both share a domain, or where the name used is an address or one that the cloud gave to the endpoint.
    """
    host = view.endpoint.host
    if literal(host) is not None or host.endswith(ENDPOINT_DOMAINS):
        return True
    return any(same_owner(host, name) for name in found.names)
