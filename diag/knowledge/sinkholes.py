"""Addresses of block pages: where DNS filters of known products send the names that they hide, as data, one row a product."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network

from diag.knowledge.known_pages import Filter
from diag.model.address import literal

BLOCK_PAGES: tuple[tuple[IPv4Network | IPv6Network, Filter], ...] = tuple(
    (ip_network(network), product)
    for network, product in (
        ("146.112.61.104/30", Filter.CISCO_UMBRELLA),
        ("146.112.61.108/31", Filter.CISCO_UMBRELLA),
        ("146.112.61.110/32", Filter.CISCO_UMBRELLA),
        ("208.91.112.55/32", Filter.FORTINET),
        ("72.5.65.111/32", Filter.PALO_ALTO),
        ("198.135.184.22/32", Filter.PALO_ALTO),
    )
)
"""As the products' manuals give them: Umbrella's block pages, FortiGuard's redirect portal, PAN-OS' DNS sinkhole."""


def block_page_of(addresses: Iterable[str]) -> Filter | None:
    """Return the product to whose block pages all of these addresses belong; None: they do not, or there are none."""
    products = {_product(address) for address in addresses}
    return products.pop() if len(products) == 1 else None


def _product(address: str) -> Filter | None:
    ip = literal(address)
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None  # RFC 4291, section 2.5.5.2
    return next((product for network, product in BLOCK_PAGES if ip is not None and (mapped or ip) in network), None)
