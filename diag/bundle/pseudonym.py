"""Stand-ins that keep what a judgement needs: the kind of a value, and how it relates to others of its kind.

The same value has the same stand-in everywhere in one bundle, and another one in the next: all depends on the bundle's key.
A name becomes a name label by label, so that equal, parent, child and wildcard stay what they were. An address becomes an
address of the same class, bit by bit from the left, so that two addresses that share a prefix of n bits still share exactly n
(the scheme of J. Xu, J. Fan, M. Ammar and S. Moon, "Prefix-preserving IP address anonymization", ICNP 2002, with HMAC-SHA256
for its cipher): subnets, routes and gateways keep fitting, and nothing that reads an address meets a word instead.
"""

import hashlib
import hmac
import ipaddress
import re

from diag.knowledge.clouds import RESOLVERS
from diag.knowledge.granting import CLOUDS
from diag.knowledge.vpn_resolvers import OF_A_VPN
from diag.model.address import IpAddress

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 characters that cannot be taken for one another."""
_SHORTEST = 6

_Block = ipaddress.IPv4Network | ipaddress.IPv6Network
_CLASSES = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "fc00::/8",
    "fd00::/8",
    "fe80::/64",
    "fe80::/10",
    "fec0::/10",
)
"""Inside ranges: an address of one stays in it (RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291, RFC 3879)."""
_SAYING_NOTHING = (
    "0.0.0.0/8", "127.0.0.0/8", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
    "240.0.0.0/4", "::/127", "100::/64", "2001:db8::/32", "3fff::/20", "ff00::/8",
    *(address for _, addresses in RESOLVERS for address in addresses), *OF_A_VPN, *map(str, CLOUDS),
)  # fmt: skip
"""Ranges that belong to nobody, or to everybody: loopback, documentation, benchmarks, multicast, services of a cloud or VPN."""
_WRAPPING = tuple(ipaddress.IPv6Network(block) for block in ("64:ff9b::/96", "::ffff:0:0/96"))
"""IPv6 prefixes before an IPv4 address that a judgement looks at (RFC 6052; RFC 4291, section 2.5.5.2)."""
_Ranges = dict[int, tuple[tuple[int, int, int], ...]]
"""By the version of IP: the first and the last address of each block as numbers, and the bits that its addresses share."""


def _ranges(blocks: tuple[str, ...]) -> _Ranges:
    """In numbers, which are made and compared much faster than networks."""
    found: dict[int, list[tuple[int, int, int]]] = {4: [], 6: []}
    for block in blocks:
        address, _, length = block.partition("/")
        ip = ipaddress.ip_address(address)
        shared = int(length or ip.max_prefixlen)
        found[ip.version].append((int(ip), int(ip) | (1 << ip.max_prefixlen - shared) - 1, shared))
    return {version: tuple(ranges) for version, ranges in found.items()}


_INSIDE, _NOBODYS = _ranges(_CLASSES), _ranges(_SAYING_NOTHING)
_ELSEWHERE: dict[int, _Block] = {4: ipaddress.ip_network("240.0.0.0/4"), 6: ipaddress.ip_network("2d00::/8")}
"""Where public addresses go: ranges that nobody has been given, so that no stranger's address is ever named."""

_SPECIAL = frozenset(
    {
        "localhost", "local", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "test",
        "example", "invalid", "onion", "arpa", "in-addr", "ip6", "com", "net", "org", "edu", "gov", "mil", "int",
        "io", "dev", "app", "cloud", "info", "biz", "eu", "wpad",
    }
)  # fmt: skip
"""Labels that say what kind of name it is, and nothing of whom (RFC 6761, RFC 6762, and the common top-level domains)."""
_LABEL = re.compile(r"[^.*:/\[\]<>@,;\s]+")


class Pseudonyms:
    """The stand-ins of one bundle. `originals` maps each token to what it stands for: it is never written into a bundle."""

    def __init__(self, key: bytes, kept_labels: frozenset[str], *, keep_addresses: bool) -> None:
        self._key = key
        self._keep_addresses = keep_addresses
        self._kept = kept_labels
        self.originals: dict[str, str] = {}
        self._tokens: dict[tuple[str, str], str] = {}
        self._prefixes: dict[tuple[str, int], int] = {}
        """By the octets before one: 256 bits, of which 255 say what is flipped in it."""

    def token(self, kind: str, value: str) -> str:
        """Return `<kind>-` and six characters; more only where six are taken by another value."""
        known = self._tokens.get((kind, value))
        if known:
            return known
        length = _SHORTEST
        digits = _letters(self._digest(kind, value))
        while self.originals.get(f"{kind}-{digits[:length]}", value) != value:
            length += 1
        token = f"{kind}-{digits[:length]}"
        self.originals[token] = value
        self._tokens[kind, value] = token
        return token

    def host(self, host: str) -> str:
        """Return a host name, or an entry of a list of them (`.corp`, `*.corp:8080`, `10.*`): every label replaced that is not
        kept.

        Numbers are kept, unless addresses are not and there are enough of them to be one with something around it.
        """
        keep_numbers = self._keep_addresses or sum(label.isdecimal() for label in _LABEL.findall(host)) < 4
        return _LABEL.sub(lambda match: self._label(match[0], keep_numbers), host)

    def _label(self, label: str, keep_numbers: bool) -> str:
        plain = label.lower()
        if plain.isdecimal():
            return label if keep_numbers else self.token("host", plain)
        if plain in self._kept or plain in _SPECIAL or len(plain) == 2:
            return label
        return self.token("host", plain)

    def address(self, ip: IpAddress) -> IpAddress:
        """Return an address of the same class; itself where its range says nothing about anyone."""
        around = next((block for block in _WRAPPING if ip in block), None)
        if around is not None:
            inside = self.address(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF))
            return ipaddress.IPv6Address(int(around.network_address) | int(inside))
        number = int(ip)
        if any(first <= number <= last for first, last, _ in _NOBODYS[ip.version]):
            return ip
        shared = next((length for first, last, length in _INSIDE[ip.version] if first <= number <= last), None)
        if shared is None:
            number, shared = self._elsewhere(ip)
        return type(ip)(self._flipped(number, ip.version, ip.max_prefixlen, shared))

    def _elsewhere(self, ip: IpAddress) -> tuple[int, int]:
        """A public address: its network (/24 or /64) becomes another in a block that nobody has; also the network's length."""
        block, low = _ELSEWHERE[ip.version], 8 if ip.version == 4 else 64
        spare = ip.max_prefixlen - low - block.prefixlen
        network = int.from_bytes(self._digest(f"net{ip.version}", str(int(ip) >> low)), "big") % (1 << spare)
        return int(block.network_address) | network << low | int(ip) & ((1 << low) - 1), ip.max_prefixlen - low

    def _flipped(self, number: int, version: int, length: int, shared: int) -> int:
        """The address, of so many bits, with those after the ones that are `shared` flipped by what stands before each."""
        flips = 0
        for place in range(shared // 8 * 8, length, 8):
            octet = self._flips(f"ip{version}/{place}", number >> (length - place), number >> (length - place - 8) & 0xFF)
            flips = flips << 8 | octet & 0xFF >> max(0, shared - place)
        return number ^ flips

    def _flips(self, kind: str, prefix: int, octet: int) -> int:
        """Which bits of an octet are flipped: each by one of the digest of all before the octet, chosen by those before it."""
        digest = self._prefixes.get((kind, prefix))
        if digest is None:
            digest = self._prefixes[kind, prefix] = int.from_bytes(self._digest(kind, str(prefix)), "big")
        flips = 0
        for before in range(8):
            flips = flips << 1 | digest >> ((1 << before) - 1 + (octet >> (8 - before))) & 1
        return flips

    def _digest(self, kind: str, value: str) -> bytes:
        return hmac.digest(self._key, f"{kind}\0{value}".encode(), hashlib.sha256)


def _letters(digest: bytes) -> str:
    return "".join(ALPHABET[byte & 31] for byte in digest)
