"""Which resolvers the system asks: resolv.conf as glibc reads it, `scutil` on macOS, the registry on Windows.

Those that are asked for certain names alone, such as a VPN's, are read in `resolved`, `scutil` and `name_policy`.
"""

import re
from collections.abc import Iterable

from msgspec.structs import replace

from diag.model.address import Address
from diag.model.machine import Resolvers
from diag.model.observation import Unsupported
from diag.probe.machine.files import FileState, read_file
from diag.probe.machine.programs import RunProgram
from diag.probe.machine.resolved import STUBS, asks_resolved, read_links
from diag.probe.machine.written import DNS_PORT, MOST_SERVERS, read_domains, read_server

_LIMIT = 64_000
_SWITCHES = {"debug", "edns0", "inet6", "no-aaaa", "no-check-names", "no-reload", "no-tld-query", "rotate", "trust-ad", "use-vc"}
_OPTIONS = frozenset({"attempts", "ndots", "timeout", "single-request", "single-request-reopen"} | _SWITCHES)
"""Nothing else is kept of an option line."""


def read_resolvers(system: str, run: RunProgram, root: str = "") -> Resolvers:
    """The resolvers that are asked for any name, in order. Raises Unsupported where they cannot be learnt.

    Where resolv.conf is missing or names none, the resolver of this machine is asked; the source is then `default`.
    """
    if system == "Darwin":
        return _macos(run)
    if system == "Windows":
        from diag.probe.machine.name_policy import read_policy

        return replace(_windows(), scoped=read_policy(run))
    contents = read_file(f"{root}/etc/resolv.conf", _LIMIT)
    if contents.state is FileState.UNREADABLE:
        raise Unsupported("resolv.conf, which cannot be read")
    listed = _glibc(contents.lines)
    stub = any(server.host in STUBS for server in listed.servers)
    names = read_file(f"{root}/etc/nsswitch.conf", _LIMIT).lines
    return replace(listed, scoped=read_links(run), hands_on=stub) if stub or asks_resolved(names) else listed


def _glibc(lines: Iterable[str]) -> Resolvers:
    """resolv.conf(5): a keyword starts its line; the last `search` or `domain` counts; options add up."""
    servers: list[Address] = []
    search: tuple[str, ...] = ()
    options: dict[str, None] = {}
    for line in lines:
        keyword, *words = re.split(r"\s+", re.split("[#;]", line)[0].rstrip())
        if keyword == "nameserver" and words and len(servers) < MOST_SERVERS:
            servers.extend(read_server(words[0]))
        elif keyword in ("search", "domain"):
            search = tuple(read_domains(words if keyword == "search" else words[:1]))
        elif keyword == "options":
            options |= dict.fromkeys(filter(_is_option, words))
    if not servers:
        return Resolvers((Address("127.0.0.1", DNS_PORT),), search, tuple(options), "default")
    return Resolvers(tuple(servers), search, tuple(options), "resolv.conf")


def _macos(run: RunProgram) -> Resolvers:
    """Those of `scutil --dns` that are not for one interface only. Untried there: written from recorded output."""
    from diag.probe.machine.scutil import blocks, in_scope, servers_of

    lines = run(("/usr/sbin/scutil", "--dns"))
    if lines is None:
        raise Unsupported("scutil, which tells the resolvers")
    found = [block for block in blocks(lines) if "nameserver" in block]
    first = next((block for block in found if "domain" not in block), {})
    search = tuple(read_domains(first.get("search domain", ())))
    return Resolvers(servers_of(first), search, source="scutil", scoped=tuple(in_scope(found)))


def _windows() -> Resolvers:
    """As dnspython finds them in the registry, of whichever adapters are up. Untried there."""
    import dns.exception
    import dns.resolver

    try:
        found = dns.resolver.Resolver()
    except (dns.exception.DNSException, OSError):
        raise Unsupported("the resolvers in the registry") from None
    servers = [server for text in found.nameservers for server in read_server(str(text))]
    return Resolvers(tuple(servers), tuple(read_domains(str(name) for name in found.search)), source="registry")


def _is_option(word: str) -> bool:
    name, mark, number = word.partition(":")
    return name in _OPTIONS and (not mark or (number.isdecimal() and len(number) < 6))
