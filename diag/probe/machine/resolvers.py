"""Which resolvers the system asks: resolv.conf as glibc reads it, `scutil` on macOS, the registry on Windows."""

import ipaddress
import re
import socket
from collections.abc import Iterable, Iterator

from diag.model.address import Address
from diag.model.machine import Resolvers
from diag.model.observation import Unsupported
from diag.probe.machine.files import State, read_file
from diag.probe.machine.programs import Run

PORT = 53
MOST_SERVERS = 3
"""glibc asks no more of them (resolv.conf(5), MAXNS)."""
MOST_DOMAINS = 32
_LIMIT = 64_000
_SWITCHES = {"debug", "edns0", "inet6", "no-aaaa", "no-check-names", "no-reload", "no-tld-query", "rotate", "trust-ad", "use-vc"}
_OPTIONS = frozenset({"attempts", "ndots", "timeout", "single-request", "single-request-reopen"} | _SWITCHES)
"""Nothing else is kept of an option line."""
_ZONE = re.compile(r"[\w.:-]{1,32}\Z", re.ASCII)
_DOMAIN = re.compile(r"[\w.-]{1,253}\Z", re.ASCII)


def read_resolvers(system: str, run: Run, root: str = "") -> Resolvers:
    """The resolvers that are asked for any name, in order. Raises Unsupported where they cannot be learnt.

    Where resolv.conf is missing or names none, the resolver of this machine is asked; the source is then `default`.
    """
    if system == "Darwin":
        return _macos(run)
    if system == "Windows":
        return _windows()
    contents = read_file(f"{root}/etc/resolv.conf", _LIMIT)
    if contents.state is State.UNREADABLE:
        raise Unsupported("resolv.conf, which cannot be read")
    return _glibc(contents.lines)


def _glibc(lines: Iterable[str]) -> Resolvers:
    """resolv.conf(5): a keyword starts its line; the last `search` or `domain` counts; options add up."""
    servers: list[Address] = []
    search: tuple[str, ...] = ()
    options: dict[str, None] = {}
    for line in lines:
        keyword, *words = re.split(r"\s+", re.split("[#;]", line)[0].rstrip())
        if keyword == "nameserver" and words and len(servers) < MOST_SERVERS:
            servers.extend(_server(words[0]))
        elif keyword in ("search", "domain"):
            search = tuple(_domains(words if keyword == "search" else words[:1]))
        elif keyword == "options":
            options |= dict.fromkeys(filter(_is_option, words))
    if not servers:
        return Resolvers((Address("127.0.0.1", PORT),), search, tuple(options), "default")
    return Resolvers(tuple(servers), search, tuple(options), "resolv.conf")


def _macos(run: Run) -> Resolvers:
    """Those of `scutil --dns` that are not for one domain or one interface only. Untried there: written from recorded output."""
    lines = run(("/usr/sbin/scutil", "--dns"))
    if lines is None:
        raise Unsupported("scutil, which tells the resolvers")
    for resolver in _scutil(lines):
        if "nameserver" in resolver and "domain" not in resolver:
            port = resolver.get("port", [""])[0]
            servers = [
                server for text in resolver["nameserver"] for server in _server(text, int(port) if port.isdecimal() else PORT)
            ]
            return Resolvers(tuple(servers), tuple(_domains(resolver.get("search domain", []))), source="scutil")
    return Resolvers((), source="scutil")


def _scutil(lines: Iterable[str]) -> Iterator[dict[str, list[str]]]:
    """The blocks of the first section, each as its keys with their values, `nameserver[0] : ...` as `nameserver`."""
    block: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith("DNS configuration (for scoped queries)"):
            break
        if line.startswith("resolver #"):
            yield block
            block = {}
        key, mark, value = line.partition(" : ")
        if mark:
            block.setdefault(re.sub(r"\[\d+\]", "", key).strip(), []).append(value.strip())
    yield block


def _windows() -> Resolvers:
    """As dnspython finds them in the registry, of whichever adapters are up. Untried there."""
    import dns.exception
    import dns.resolver

    try:
        found = dns.resolver.Resolver()
    except (dns.exception.DNSException, OSError):
        raise Unsupported("the resolvers in the registry") from None
    servers = [server for text in found.nameservers for server in _server(str(text))]
    return Resolvers(tuple(servers), tuple(_domains(str(name) for name in found.search)), source="registry")


def _server(text: str, port: int = PORT) -> list[Address]:
    """The address that `text` is, `127.1` among them; empty where it is none."""
    host, mark, zone = text.partition("%")
    try:
        ip = ipaddress.ip_address(host if ":" in host else socket.inet_ntoa(socket.inet_aton(host)))
    except (OSError, ValueError):
        return []
    if mark and not (ip.version == 6 and _ZONE.match(zone)):
        return []
    return [Address(f"{ip}{mark}{zone}", port)]


def _domains(words: Iterable[str]) -> Iterator[str]:
    """Names as the model writes them; the root (`.`), which adds nothing, is left out."""
    names = (word.lower().removesuffix(".") for word in words)
    return (name for _, name in zip(range(MOST_DOMAINS), filter(_DOMAIN.match, names), strict=False))


def _is_option(word: str) -> bool:
    name, mark, number = word.partition(":")
    return name in _OPTIONS and (not mark or (number.isdecimal() and len(number) < 6))
