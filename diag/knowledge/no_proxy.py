"""The exceptions of a proxy setting (NO_PROXY), as each family of clients reads them. No standard says how; hardly two agree.

`entries` is the variable's value, split at commas: white space inside an entry stays, since clients differ about it too, and line
ends stay as their control pictures (`LINE_ENDS`). A host is a name in lower case as the user wrote it, with the final dot of an
absolute name (`Endpoint.written`): curl and axios alone read it without. Or it is an address without brackets.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from diag.knowledge.exception_entry import bracketed, covers, in_ascii, in_prefix, port_at_end, split_port
from diag.model.address import IpAddress, literal
from diag.model.expression import expression
from diag.model.machine import LINE_ENDS

USUAL_PORTS = {"https": 443, "http": 80}

_WHITE = f" {LINE_ENDS}"
_NO_ENTRY_OF_ITS_OWN = expression(rf"[\s{LINE_ENDS}]+")

Entries = tuple[str, ...]


class NoProxyReading(StrEnum):
    """Where a client goes by its reading of the exceptions."""

    DIRECT = "direct"
    PROXIED = "proxied"
    FAILS = "fails"
    """It ends with an error over an entry that it cannot read."""


def curl(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Read a list as curl 8.9 and later do (`--noproxy` in its manual).

    - `*` counts only where it is the whole list; `*.example.com` matches nothing.
    - A name matches itself and what is below it, in any case; a leading or trailing dot makes no difference.
    - An address matches as an address, or through a prefix such as `10.0.0.0/8`; `/0` counts as no prefix. No brackets.
    - A port is not understood: `example.com:443` matches nothing.
    - A blank inside an entry ends the list after its first word; a line end is part of the name.
    """
    return _curl(host, entries, _until_blank(entries))


def old_curl(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Read a list as curl 7.86 to 8.8 do: as later ones, but blanks separate entries as commas do,
    and prefixes of IPv6 match nothing.
    """
    words = (word for entry in entries for word in re.split(r"[ \t]+", entry))
    return _curl(host, entries, (word for word in words if not ("/" in word and ":" in word)))


def urllib(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Read a list as Python's urllib does: a name and what is below it; leading dots and case make no difference;
    a port only where a URL has it.
    """
    if entries == ("*",):
        return NoProxyReading.DIRECT
    return _below(entries, bracketed(host), _with_port(host, port, scheme))


def requests(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Read a list as Python's requests from 2.34: names and what is below, a port where a URL has it; IPv4 prefixes; no brackets.

    White space but the plain space stays in its entries; what it does not match, urllib's rules may.
    """
    words = [word.lstrip(".") for entry in entries if (word := entry.replace(" ", ""))]
    return _requests(host, port, scheme, entries, lambda one: any(one == word or one.endswith(f".{word}") for word in words))


def old_requests(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Read a list as Python's requests before 2.34: any ending matches, at a dot or not."""
    words = [word for entry in entries if (word := entry.replace(" ", ""))]
    return _requests(host, port, scheme, entries, lambda one: any(one.endswith(word) for word in words))


def httpx(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Read a list as Python's httpx 0.28 does: `*` anywhere in the list; `.example.com` for what is below; no prefixes.

    An IPv6 prefix, an address in brackets, a name in another script, or a colon before what is no port: each ends every client
    with an error.
    """
    words = [entry.strip(_WHITE) for entry in entries]
    if "*" in words:
        return NoProxyReading.DIRECT
    if any(map(_breaks_httpx, words)):
        return NoProxyReading.FAILS
    return direct_if(_as_httpx(word.lower(), host, port, scheme) for word in words if word)


def go(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Go (golang.org/x/net/http/httpproxy): prefixes, ports, `*.`, names in any script; `.example.com` for what is below only.

    `localhost` itself and this machine's addresses go direct, whatever the list says.
    """
    if _is_loopback(host):
        return NoProxyReading.DIRECT
    return direct_if(_as_go(in_ascii(word.lower()), host, port) for entry in entries if (word := entry.strip(_WHITE)))


def java(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Read a list as Java does, where the list is handed to `http.nonProxyHosts`: whole names, with a `*` at either end;
    IPv6 in brackets.
    """
    words = [word.strip().lower() for entry in entries for word in entry.split("|")]
    return direct_if(_as_glob(word, bracketed(host)) for word in words if word)


def node(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Read a list as Node's own clients do (undici, by `NODE_USE_ENV_PROXY`): names and what is below, `*.`, ports,
    commas or white space.
    """
    if entries == ("*",):
        return NoProxyReading.DIRECT
    return direct_if(_as_node(word, bracketed(host), port) for word in _spaced(entries))


def axios(host: str, port: int, scheme: str, entries: Entries) -> NoProxyReading:
    """Read a list as Axios does (and proxy-from-env): whole names; `.example.com` and `*example.com` are endings; ports;
    prefixes.
    """
    words = list(_spaced(entries))
    return direct_if("*" in words or _as_axios(word, host, port) for word in words)


Lists = Mapping[str, Entries]
"""The exception variables that are there, by name; one that is set to nothing has no entries."""
_SMALL, _CAPITAL = "no_proxy", "NO_PROXY"


def small_first(lists: Lists) -> Entries:
    """Return the first list that is not empty, `no_proxy` before `NO_PROXY`."""
    return lists.get(_SMALL) or lists.get(_CAPITAL) or ()


def capital_first(lists: Lists) -> Entries:
    """Return the first list that is not empty, `NO_PROXY` before `no_proxy`."""
    return lists.get(_CAPITAL) or lists.get(_SMALL) or ()


def small_if_set(lists: Lists) -> Entries:
    """Return `no_proxy` where it is set, be it to nothing."""
    return lists[_SMALL] if _SMALL in lists else lists.get(_CAPITAL, ())


Reader = Callable[[str, int, str, Entries], NoProxyReading]


class Client(Struct, frozen=True):
    """One family of clients: how it reads a list, and which of two lists it takes."""

    name: str
    reads: Reader
    takes: Callable[[Lists], Entries] = small_first
    older: Reader | None = None
    """How versions before `until` read it."""
    until: str = ""


CLIENTS: tuple[Client, ...] = (
    Client("curl", curl, older=old_curl, until="8.9"),
    Client("Python urllib", urllib, small_if_set),
    Client("Python requests", requests, older=old_requests, until="2.34"),
    Client("Python httpx", httpx, small_if_set),
    Client("Go", go, capital_first),
    Client("Java", java),
    Client("Node", node, small_if_set),
    Client("axios", axios),
)
"""The families of clients, by the names under which they are shown."""


def readings(host: str, port: int, scheme: str, lists: Lists) -> tuple[tuple[str, NoProxyReading], ...]:
    """Return what each family makes of the lists for one endpoint; an older version of it where that would go another way."""
    told: list[tuple[str, NoProxyReading]] = []
    for client in CLIENTS:
        entries = client.takes(lists)
        today = client.reads(host, port, scheme, entries)
        told.append((client.name, today))
        if client.older and (before := client.older(host, port, scheme, entries)) is not today:
            told.append((f"{client.name} before {client.until}", before))
    return tuple(told)


def seems_to_name(host: str, entries: Entries) -> bool:
    """Return whether a person would take an entry to name this host: whatever its dots, stars, brackets, port,
    scheme or separator.
    """
    words = (word for entry in entries for word in re.split(rf"[\s;|{LINE_ENDS}]+", entry.lower()))
    return any(_loosely(word, host) for word in words if word)


def _loosely(word: str, written: str) -> bool:
    host = written.removesuffix(".")
    if word == "*":
        return True
    bare = word.partition("://")[2] or word
    ip = literal(host)
    if ip is not None:
        bare = re.sub(r"\A\[(.*)\](?::\d+)?\Z", r"\1", bare)
        return bare == host or bare.partition(":")[0] == host or covers(bare, ip)
    bare = re.sub(r"[:/].*", "", bare).strip(".").lstrip("*").strip(".")
    return bool(bare) and (host == bare or host.endswith(f".{bare}"))


def direct_if(matches: Iterable[bool]) -> NoProxyReading:
    """Return DIRECT where any entry matches."""
    return NoProxyReading.DIRECT if any(matches) else NoProxyReading.PROXIED


def _curl(host: str, entries: Entries, words: Iterable[str]) -> NoProxyReading:
    if entries == ("*",):
        return NoProxyReading.DIRECT
    ip = literal(host)
    name = host.lower().removesuffix(".")
    return direct_if(_names(word, name) if ip is None else covers(word, ip) for word in words)


def _requests(host: str, port: int, scheme: str, entries: Entries, names: Callable[[str], bool]) -> NoProxyReading:
    ip = literal(host)
    words = [word for entry in entries if (word := entry.replace(" ", ""))]
    with_port = host if USUAL_PORTS.get(scheme) == port else f"{host}:{port}"
    if ip is not None and ip.version == 4:
        found = any(_prefix_4(word, ip) or word == host for word in words)
    else:
        found = names(host) or names(with_port)
    if found or entries == ("*",):
        return NoProxyReading.DIRECT
    return _below(entries, host)


def _below(entries: Entries, *hosts: str) -> NoProxyReading:
    words = [entry.strip(_WHITE).lstrip(".").lower() for entry in entries]
    return direct_if(one == word or one.endswith(f".{word}") for word in words if word for one in hosts)


def _until_blank(entries: Entries) -> Iterable[str]:
    for entry in entries:
        first, *more = re.split(r"[ \t]+", entry.strip(" \t"))
        yield first
        if more:
            return


def _spaced(entries: Entries) -> Iterable[str]:
    """The words of a list in which white space separates as commas do, in lower case."""
    return (word.lower() for entry in entries for word in _NO_ENTRY_OF_ITS_OWN.split(entry) if word)


def _names(entry: str, name: str) -> bool:
    wanted = entry.lower().removesuffix(".").removeprefix(".")
    return bool(wanted) and (name == wanted or name.endswith(f".{wanted}"))


def _prefix_4(word: str, ip: IpAddress) -> bool:
    return word.count("/") == 1 and ":" not in word and covers(word, ip)


def _with_port(host: str, port: int, scheme: str) -> str:
    """The host as it stands in a URL, which names its port only where it is not the usual one."""
    return bracketed(host) if USUAL_PORTS.get(scheme) == port else f"{bracketed(host)}:{port}"


def _breaks_httpx(word: str) -> bool:
    """Whether httpx cannot make an address of an entry: the port in it is none, the name in another script, or a tab is in it."""
    if "://" in word or not word:
        return False
    if not word.isascii() or not word.isprintable():
        return True
    address, slash, _ = word.partition("/")
    ip = literal(address) if "[" not in address else None
    if ip is not None:
        return ip.version == 6 and bool(slash)
    authority = re.split(r"[/?#]", word)[0]
    _, colon, given = authority.rpartition("@")[2].partition(":")
    return bool(colon) and not re.fullmatch(r"\d*", given, re.ASCII)


def _as_httpx(word: str, host: str, port: int, scheme: str) -> bool:
    name, _, given = word.rpartition(":") if re.search(r"(?:\A|[^:]):\d+\Z", word) else (word, "", "")
    if given and (int(given) != port or USUAL_PORTS.get(scheme) == port):
        return False  # a URL's usual port counts as none, and then does not match
    if "://" in name:
        wanted, _, name = name.partition("://")
        return wanted in ("all", scheme) and name == host
    ip = literal(name.partition("/")[0])
    if ip is not None or name == "localhost":
        return name.partition("/")[0] == host
    return host.endswith(name) if name.startswith(".") else name in ("", host) or host.endswith(f".{name}")


def _as_go(word: str, host: str, port: int) -> bool:
    if word == "*":
        return True
    ip = literal(host)
    if "/" in word and ip is not None:
        try:
            return ip in ipaddress.ip_network(word, strict=False)
        except ValueError:
            return False
    name, given = split_port(word)
    if not name or (given and given != port):
        return False
    if ip is not None:
        in_brackets = word.startswith("[") and not given  # Go takes brackets off together with a port alone
        return literal(name) == ip and not in_brackets
    name = name.removeprefix("*") if name.startswith("*.") else name
    return host.endswith(name) if name.startswith(".") else host == name or host.endswith(f".{name}")


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
    name, given = port_at_end(word)
    if given and given != port:
        return False
    name = re.sub(r"\A\*?\.", "", name)
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _as_axios(word: str, written: str, port: int) -> bool:
    host = written.rstrip(".")
    ip = literal(host)
    if "/" in word:
        return ip is not None and in_prefix(word, ip)
    name, given = split_port(word.rstrip("."))
    if given and given != port:
        return False
    if ip is not None and literal(name) == ip:
        return True
    if _is_loopback(host) and _is_loopback(name):
        return True
    ending = name.removeprefix("*")
    if name != ending and not ending.startswith("."):
        return host == ending or written.endswith(ending)  # an ending to proxy-from-env alone, which keeps a final dot
    return host.endswith(ending) if ending.startswith(".") else host == in_ascii(name)


def _is_loopback(name: str) -> bool:
    ip = literal(name)
    return name == "localhost" or (ip is not None and ip.is_loopback)
