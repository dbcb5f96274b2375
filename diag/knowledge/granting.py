"""What a certificate names is a stranger's wish: whether this client goes there.

Anybody can write a certificate, and whoever has diag look at a server sends diag, from inside a network, to where its certificate
points. So the wish is judged by the address that is dialled in the end, whatever it is spelt or wrapped as: never this computer
itself, never what clouds keep for their machines alone, and an inside address only for an endpoint that is inside itself.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, ip_network
from urllib.parse import urlsplit

from diag.model.address import Authority, IpAddress, is_own, is_private, literal
from diag.model.endpoint import Network
from diag.model.endpoint_view import EndpointView
from diag.model.expression import expression
from diag.model.wire.unreadable import guarded_as

USUAL_PORT = 80
"""Where authorities publish; besides it only the ports of endpoints are asked."""
_PLAIN = expression(r"[\x21-\x7e]{1,1000}\Z")
"""What may stand in a request line."""
_LOGIN = expression(r"\A((?:[a-z][a-z0-9+.-]*:)?//)[^/?#\\]*@", re.IGNORECASE)
"""User information (RFC 3986, section 3.2.1), as long as it can be."""
_NAME = expression(r"(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*\Z")
_NUMBER = expression(r"(?:\d+|0x[0-9a-f]*)\Z")
"""A last label that some read as a part of an address (WHATWG URL, section 3.5): no domain of the Internet ends so."""
CLOUDS = tuple(
    map(
        ip_network,
        (
            "100.100.100.200/32",  # Alibaba
            "168.63.129.16/32",  # Azure's wire server
            "192.0.0.0/24",  # Oracle's 192.0.0.192 lies in what is kept for protocols (RFC 6890)
            "fd00:ec2::/32",  # AWS: metadata, names, time, identities of pods
            "fd20:ce::/32",  # Google
            "fd00:42::/32",  # Scaleway
            "fd00:a9fe:a9fe::/48",  # OpenStack and its kin
        ),
    )
)
"""Where clouds answer their own machines alone, credentials among the answers: besides link-local addresses, where most do."""
_NOWHERE = tuple(map(ip_network, ("0.0.0.0/8", "240.0.0.0/4", "::/128", "100::/64")))
"""This network (RFC 1122, section 3.2.1.3), what is reserved (RFC 1112, section 4), and what is thrown away (RFC 6666)."""
_SITE = ip_network("fec0::/10")
"""What once was inside (RFC 3879)."""
_TRANSLATED = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")))
"""IPv6 prefixes whose last 32 bits are an IPv4 address (RFC 6052, RFC 8215, RFC 4291 section 2.5.5.1, RFC 2765)."""
_ISATAP = (0x00005EFE, 0x02005EFE)
"""How the interface identifier begins that ends in an IPv4 address (RFC 5214, section 6.1)."""
_CLOUD_NAMES = frozenset(
    {
        "metadata",
        "instance-data",
        "metadata.google.internal",
        "metadata.goog",
        "instance-data.ec2.internal",
        "metadata.azure.internal",
        "metadata.azure.com",
        "metadata.tencentyun.com",
        "metadata.oraclecloud.com",
        "metadata.platformequinix.com",
        "metadata.packet.net",
        "api.metadata.cloud.ibm.com",
        "kubernetes.default.svc",
        "kubernetes.default",
    }
)
_INSIDE_NAMES = (".internal", ".local", ".localdomain", ".lan", ".intranet", ".corp", ".home", ".home.arpa", ".private", ".svc")
"""Ends of names that exist inside networks alone."""


def read_wish(url: str) -> tuple[Authority, str] | None:
    """Return whom to ask, and for what; None where this is no address of a kind that can be followed: plain HTTP,
    and no login in it.
    """
    if not _PLAIN.match(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or USUAL_PORT
    except ValueError:
        return None
    host = (parts.hostname or "").removesuffix(".")
    if parts.scheme.lower() != "http" or not host or parts.username is not None:
        return None
    query = url.partition("?")[1:] if "?" in url else ()
    return Authority(host, port), "".join(((parts.path or "/"), *query)).partition("#")[0]


@guarded_as("")
def host_of(url: str) -> str:
    """Return the host that an address of a stranger's names, whatever login stands before it; empty: none that can be read."""
    return urlsplit(_LOGIN.sub(r"\1", url) if "@" in url else url).hostname or ""


def is_granted(view: EndpointView, authority: Authority, target: str) -> bool:
    """Return whether this may be asked for a certificate of this endpoint, as far as names tell; see `may_dial` for the rest.

    Only port 80 and those of the endpoints are asked, and never with a query: what authorities publish has none, and by a query
    things are done. (An OCSP question goes into the path: RFC 6960, appendix A.1.)
    """
    wanted = view.evidence.run.limits.fetch
    return wanted and "?" not in target and _may_ask_port(view, authority.port) and may_name(view, authority.host)


def may_name(view: EndpointView, host: str) -> bool:
    """Return whether a host may be asked for, as far as its name tells: the rest is told by the address that it stands for."""
    if literal(host) is not None:
        return may_dial(view, host)
    if is_own(host):
        return is_staged(view)
    if not _NAME.match(host) or host in _CLOUD_NAMES or _NUMBER.match(host.rpartition(".")[2]):
        return False
    return ("." in host and not host.endswith(_INSIDE_NAMES)) or _is_inside(view)


def may_dial(view: EndpointView, host: str) -> bool:
    """Return whether an address may be dialled for a certificate of this endpoint; every address that is wrapped in it counts."""
    ip = literal(host)
    if ip is None:
        return False
    if ip.is_loopback and is_staged(view):
        return True
    wrapped = tuple(unwrapped(ip))
    if any(is_forbidden(one) for one in wrapped):
        return False
    return _is_inside(view) or not any(is_private(one) or one in _SITE for one in wrapped)


def unwrapped(ip: IpAddress) -> Iterator[IpAddress]:
    """Yield an address, and those that are reached through it: mapped, translated or tunnelled (RFC 4291, 6052, 3056, 4380,
    5214).
    """
    yield ip
    if isinstance(ip, IPv4Address):
        return
    last = IPv4Address(int(ip) & 0xFFFFFFFF)
    inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    inner += [last for prefix in _TRANSLATED if ip in prefix and int(ip) > 1]
    inner += [last for _ in (0,) if (int(ip) >> 32) & 0xFFFFFFFF in _ISATAP]
    yield from (one for one in inner if one is not None)


def is_forbidden(ip: IpAddress) -> bool:
    """Return whether no authority can publish there: this computer, its links, groups, nowhere,
    and what clouds keep for their own.
    """
    special = ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified
    return special or any(ip in block for block in (*CLOUDS, *_NOWHERE))


def is_staged(view: EndpointView) -> bool:
    """Return whether all of it is staged on this computer, so that what a certificate names is ours, too."""
    return bool(view.evidence.run.demo)


def _may_ask_port(view: EndpointView, port: int) -> bool:
    return port == USUAL_PORT or port in view.evidence.ports or is_staged(view)


def _is_inside(view: EndpointView) -> bool:
    """Whether this endpoint is one of an inside network: by its own address, or by what its list says of it."""
    endpoint = view.endpoint
    if endpoint.expects.trust or endpoint.expects.network is Network.PRIVATE:
        return True
    met = [literal(endpoint.host)]
    if view.proxy is None:
        met += [literal(address.host) for address in view.connected]
    return any(one is not None and is_private(one) for one in met)
