"""One entry of a list of exceptions, taken apart: the host, its port, a prefix of addresses, a name in another script.

Each family of clients goes by some of these rules (`no_proxy`, `system_exceptions`).
"""

import ipaddress
import re

from diag.model.address import IpAddress, literal

_LONGEST_ADDRESS = 127
"""A longer entry cannot be an address: curl does not read it as one."""


def bracketed(host: str) -> str:
    """Return the host as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def split_port(word: str) -> tuple[str, int]:
    """Return the host and the port of an entry; 0: it names none."""
    if literal(word) is not None:
        return word.strip("[]"), 0
    name, mark, given = word.rpartition(":")
    usable = mark and given.isascii() and given.isdigit() and len(given) <= 5
    return (name.strip("[]"), int(given)) if usable else (word, 0)


def port_at_end(word: str) -> tuple[str, int]:
    """Return what stands before a last colon with digits behind it, be it an IPv6 address' own, and the number; 0: none."""
    parted = re.fullmatch(r"(.+):(\d{1,9})", word, re.ASCII)
    return (parted[1], int(parted[2])) if parted else (word, 0)


def covers(entry: str, ip: IpAddress) -> bool:
    """Return whether an entry is an address, or a prefix that it is in, as curl reads it: `/0` is no prefix. No brackets."""
    address, slash, bits = entry.partition("/")
    if len(entry) > _LONGEST_ADDRESS or (slash and not (bits.isascii() and bits.isdigit())):
        return False
    length = int(bits or "0")
    try:
        given = ipaddress.ip_address(address)
        return given == ip if not length else ip in ipaddress.ip_network((given, length), strict=False)
    except ValueError:
        return False


def in_prefix(word: str, ip: IpAddress) -> bool:
    """Return whether an entry is a prefix that holds an address; brackets make no difference."""
    try:
        return ip in ipaddress.ip_network(word.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return False


def in_ascii(name: str) -> str:
    """Return a name in another script as DNS has it (IDNA); what cannot be written so stays as it is."""
    if name.isascii():
        return name
    start = name[: len(name) - len(name.lstrip("*."))]
    try:
        return start + name[len(start) :].encode("idna").decode("ascii")
    except UnicodeError:
        return name
