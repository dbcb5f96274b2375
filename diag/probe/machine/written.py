"""Resolvers and domains as the systems' settings write them."""

import ipaddress
import re
import socket
from collections.abc import Iterable, Iterator

from diag.model.address import DNS_PORT, Address
from diag.model.expression import expression

_MOST_DOMAINS = 32
_LONGEST_PORT, _LAST_PORT = 5, 65_535
MOST_SERVERS = 3
"""glibc asks no more of them (resolv.conf(5), MAXNS); of one scope no more are kept."""
MOST_SCOPES = 32
_ZONE = expression(r"[\w.:-]{1,32}\Z", re.ASCII)
_DOMAIN = expression(r"[\w.-]{1,253}\Z", re.ASCII)


def read_port(text: str, otherwise: int) -> int:
    """Return the port that `text` is (RFC 9293, section 3.1: sixteen bits); `otherwise` where it is none."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_PORT else otherwise
    return number if number <= _LAST_PORT else otherwise


def read_server(text: str, port: int = DNS_PORT) -> list[Address]:
    """Return the address that `text` is, `127.1` among them; empty where it is none."""
    host, mark, zone = text.partition("%")
    try:
        ip = ipaddress.ip_address(host if ":" in host else socket.inet_ntoa(socket.inet_aton(host)))
    except (OSError, ValueError):
        return []
    if mark and not (ip.version == 6 and _ZONE.match(zone)):
        return []
    return [Address(f"{ip}{mark}{zone}", port)]


def read_domains(words: Iterable[str]) -> Iterator[str]:
    """Return names as the model writes them; the root (`.`), which adds nothing, is left out."""
    names = (word.lower().removesuffix(".") for word in words)
    return (name for _, name in zip(range(_MOST_DOMAINS), filter(_DOMAIN.match, names), strict=False))
