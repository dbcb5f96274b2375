"""The exceptions of the systems' own proxy settings, as Windows and macOS read them for the programs that obey those settings."""

import ipaddress
from collections.abc import Callable, Mapping

from diag.knowledge.exception_entry import bracketed, split_port
from diag.knowledge.no_proxy import Entries, NoProxyReading, direct_if
from diag.model.address import IpAddress, literal


def windows(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Read a list as Windows itself does (ProxyOverride): `[scheme://]name[:port]` in any case, the name whole;
    `*` may stand anywhere in it.
    """
    return direct_if(_as_windows(entry.strip().lower(), host, port, scheme) for entry in entries if entry.strip())


def macos(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Return those of macOS: whole names but for `*`, in any case; prefixes, of which the end may be left out: `169.254/16`."""
    ip = literal(host)
    words = [entry.strip().lower() for entry in entries]
    return direct_if(_fits(word, host) or (ip is not None and _in_short_prefix(word, ip)) for word in words if word)


SYSTEMS: Mapping[str, Callable[[str, int, str, Entries], NoProxyReading]] = {
    "windows_policy": windows,
    "windows_user": windows,
    "macos": macos,
}
"""How the systems read the exceptions of their own settings, by the words of `ProxySetting.source`, for those that programs
obey which are no browsers."""


def _as_windows(word: str, host: str, port: int, scheme: str) -> bool:
    wanted, mark, rest = word.rpartition("://")
    if mark and wanted != scheme:
        return False
    name, given = split_port(rest.removesuffix("/"))
    return (not given or given == port) and (_fits(name, host) or _fits(name, bracketed(host)))


def _fits(pattern: str, text: str) -> bool:
    """Whether `pattern` is the whole of `text`, each `*` standing for anything."""
    first, *others = pattern.split("*")
    if not others:
        return pattern == text
    *middle, last = others
    at = len(first)
    if not text.startswith(first):
        return False
    for part in middle:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(text) - len(last) >= at and text.endswith(last)


def _in_short_prefix(word: str, ip: IpAddress) -> bool:
    """`169.254/16`, `10/8`, or any other prefix; without a length the address itself."""
    address, slash, bits = word.partition("/")
    parts = address.split(".") if ":" not in address else []
    padded = ".".join((*parts, "0", "0", "0")[:4]) if slash and 0 < len(parts) < 4 else address
    try:
        return ip in ipaddress.ip_network(f"{padded}{slash}{bits}", strict=False)
    except ValueError:
        return False
