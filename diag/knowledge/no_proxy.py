"""The exceptions of a proxy setting (NO_PROXY), as each family of clients reads them. No standard says how; hardly two agree.

`entries` is the variable's value, split at commas: white space inside an entry stays, since clients differ about it too. A host
is a name in lower case without trailing dot, or an address without brackets, as an `Endpoint` has it.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from diag.model.address import IpAddress, is_own, literal

USUAL_PORTS = {"https": 443, "http": 80}
_LONGEST_ADDRESS = 127
"""A longer entry cannot be an address: curl does not read it as one."""

Entries = tuple[str, ...]


class NoProxyReading(StrEnum):
    """Where a client goes by its reading of the exceptions."""

    DIRECT = "direct"
    PROXIED = "proxied"
    FAILS = "fails"
    """It ends with an error over an entry that it cannot read."""


def curl(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Curl 7.86 and later (`--noproxy` in its manual).

    - `*` counts only where it is the whole list; `*.example.com` matches nothing.
    - A name matches itself and what is below it, in any case; a leading or trailing dot makes no difference.
    - An address matches as an address, or through a prefix such as `10.0.0.0/8`; `/0` counts as no prefix. No brackets.
    - A port is not understood: `example.com:443` matches nothing.
    - White space inside an entry ends the list after its first word.
    """
    if entries == ("*",):
        return NoProxyReading.DIRECT
    ip = literal(host)
    name = host.lower().removesuffix(".")
    return _direct_if(_names(entry, name) if ip is None else _covers(entry, ip) for entry in _until_space(entries))


def urllib(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Python's urllib: a name and what is below it; leading dots and case make no difference; a port only where a URL has it."""
    if entries == ("*",):
        return NoProxyReading.DIRECT
    hosts = (_bracketed(host), _with_port(host, port, scheme))
    words = [entry.strip().lstrip(".").lower() for entry in entries]
    return _direct_if(one == word or one.endswith(f".{word}") for word in words if word for one in hosts)


def requests(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Python's requests: any ending matches, at a dot or not; IPv4 prefixes count; what it does not match, urllib's rules may."""
    words = [word for entry in entries if (word := entry.replace(" ", ""))]
    ip = literal(host)
    if ip is not None and ip.version == 4:
        found = any(_prefix_4(word, ip) or word == host for word in words)
    else:
        found = any(host.endswith(word) or _with_port(host, port, scheme).endswith(word) for word in words)
    return NoProxyReading.DIRECT if found else urllib(host, USUAL_PORTS.get(scheme, port), scheme, entries)


def httpx(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Python's httpx 0.28: `*` anywhere in the list; `.example.com` for what is below; no prefixes; an IPv6 prefix ends it."""
    words = [entry.strip() for entry in entries]
    if "*" in words:
        return NoProxyReading.DIRECT
    if any("/" in word and ":" in word and "://" not in word and literal(word.partition("/")[0]) for word in words):
        return NoProxyReading.FAILS
    return _direct_if(_as_httpx(word.lower(), host, port, scheme) for word in words if word)


def go(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Go (golang.org/x/net/http/httpproxy): prefixes, ports, `*.`; `.example.com` for what is below only; this machine always."""
    if is_own(host):
        return NoProxyReading.DIRECT
    return _direct_if(_as_go(entry.strip().lower(), host, port) for entry in entries if entry.strip())


def java(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Java, where the list is handed to `http.nonProxyHosts`: whole names, with a `*` at either end; nothing below."""
    words = [entry.strip().lower() for entry in entries]
    return _direct_if(_as_glob(word, _bracketed(host)) or _as_glob(word, host) for word in words if word)


def node(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Node's own clients (undici, by `NODE_USE_ENV_PROXY`): names and what is below, `*.`, ports, commas or white space."""
    if entries == ("*",):
        return NoProxyReading.DIRECT
    words = [word.lower() for entry in entries for word in entry.split()]
    return _direct_if(_as_node(word, host, port) for word in words)


CLIENTS: tuple[tuple[str, Callable[[str, int, str, Entries], NoProxyReading]], ...] = (
    ("curl", curl),
    ("Python urllib", urllib),
    ("Python requests", requests),
    ("Python httpx", httpx),
    ("Go", go),
    ("Java", java),
    ("Node", node),
)
"""The families of clients, by the names under which they are shown."""


def windows(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Windows' own (ProxyOverride): `[scheme://]name[:port]` in any case, the name whole; `*` may stand anywhere in it."""
    return _direct_if(_as_windows(entry.strip().lower(), host, port, scheme) for entry in entries if entry.strip())


def macos(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Those of macOS: whole names but for `*`, in any case; prefixes, of which the end may be left out: `169.254/16`."""
    ip = literal(host)
    words = [entry.strip().lower() for entry in entries]
    return _direct_if(_fits(word, host) or (ip is not None and _in_short_prefix(word, ip)) for word in words if word)


SYSTEMS: Mapping[str, Callable[[str, int, str, Entries], NoProxyReading]] = {
    "windows_policy": windows,
    "windows_user": windows,
    "macos": macos,
}
"""How the systems read the exceptions of their own settings, by the words of `ProxySetting.source`, for those that programs
obey which are no browsers."""


def seems_to_name(host: str, entries: Entries) -> bool:
    """Whether a person would take an entry to name this host: whatever its dots, stars, brackets, port, scheme or separator."""
    words = (word for entry in entries for word in re.split(r"[\s;|]+", entry.lower()))
    return any(_loosely(word, host) for word in words if word)


def _loosely(word: str, host: str) -> bool:
    if word == "*":
        return True
    bare = word.partition("://")[2] or word
    ip = literal(host)
    if ip is not None:
        bare = re.sub(r"\A\[(.*)\](?::\d+)?\Z", r"\1", bare)
        return bare == host or bare.partition(":")[0] == host or _covers(bare, ip)
    bare = re.sub(r"[:/].*", "", bare).strip(".").lstrip("*").strip(".")
    return bool(bare) and (host == bare or host.endswith(f".{bare}"))


def _direct_if(matches: Iterable[bool]) -> NoProxyReading:
    return NoProxyReading.DIRECT if any(matches) else NoProxyReading.PROXIED


def _until_space(entries: Entries) -> Iterable[str]:
    for entry in entries:
        first, *more = entry.split() or [""]
        yield first
        if more:
            return


def _names(entry: str, name: str) -> bool:
    wanted = entry.lower().removesuffix(".").removeprefix(".")
    return bool(wanted) and (name == wanted or name.endswith(f".{wanted}"))


def _covers(entry: str, ip: IpAddress) -> bool:
    address, slash, bits = entry.partition("/")
    if len(entry) > _LONGEST_ADDRESS or (slash and not (bits.isascii() and bits.isdigit())):
        return False
    length = int(bits or "0")
    try:
        given = ipaddress.ip_address(address)
        return given == ip if not length else ip in ipaddress.ip_network((given, length), strict=False)
    except ValueError:
        return False


def _prefix_4(word: str, ip: IpAddress) -> bool:
    return word.count("/") == 1 and ":" not in word and _covers(word, ip)


def _with_port(host: str, port: int, scheme: str) -> str:
    """The host as it stands in a URL, which names its port only where it is not the usual one."""
    return _bracketed(host) if USUAL_PORTS.get(scheme) == port else f"{_bracketed(host)}:{port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _as_httpx(word: str, host: str, port: int, scheme: str) -> bool:
    name, _, given = word.rpartition(":") if re.search(r"[^:]:\d+\Z", word) else (word, "", "")
    if given and (int(given) != port or USUAL_PORTS.get(scheme) == port):
        return False  # a URL's usual port counts as none, and then does not match
    if "://" in name:
        wanted, _, name = name.partition("://")
        return wanted in ("all", scheme) and name == host
    ip = literal(name.partition("/")[0])
    if ip is not None or name == "localhost":
        return name.partition("/")[0] == host
    return host.endswith(name) if name.startswith(".") else host == name or host.endswith(f".{name}")


def _as_go(word: str, host: str, port: int) -> bool:
    if word == "*":
        return True
    ip = literal(host)
    if "/" in word and ip is not None:
        try:
            return ip in ipaddress.ip_network(word, strict=False)
        except ValueError:
            return False
    name, given = _split_port(word)
    if given and given != port:
        return False
    if ip is not None:
        return literal(name) == ip
    name = name.removeprefix("*") if name.startswith("*.") else name
    return host.endswith(name) if name.startswith(".") else host == name or host.endswith(f".{name}")


def _split_port(word: str) -> tuple[str, int]:
    """The host and the port of an entry; 0: it names none."""
    if literal(word) is not None:
        return word.strip("[]"), 0
    name, mark, given = word.rpartition(":")
    usable = mark and given.isascii() and given.isdigit() and len(given) <= 5
    return (name.strip("[]"), int(given)) if usable else (word, 0)


def _as_glob(word: str, host: str) -> bool:
    middle = word.removeprefix("*").removesuffix("*")
    if word == "*":
        return True
    if word.startswith("*") and word.endswith("*"):
        return middle in host
    if word.startswith("*"):
        return host.endswith(middle)
    return host.startswith(middle) if word.endswith("*") else host == word


def _as_node(word: str, host: str, port: int) -> bool:
    name, given = _split_port(word)
    if given and given != port:
        return False
    name = re.sub(r"\A\*?\.", "", name).removesuffix(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _as_windows(word: str, host: str, port: int, scheme: str) -> bool:
    wanted, mark, rest = word.rpartition("://")
    if mark and wanted != scheme:
        return False
    name, given = _split_port(rest.removesuffix("/"))
    return (not given or given == port) and (_fits(name, host) or _fits(name, _bracketed(host)))


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
