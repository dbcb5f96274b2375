"""Which resolvers the system asks: resolv.conf as the C library reads it, `scutil` on macOS, the registry on Windows.

Those that are asked for certain names alone, such as a VPN's, are read in `resolved`, `scutil` and `name_policy`.
"""

import os

from msgspec.structs import replace

from diag.model.local_file import FileState, read_file
from diag.model.machine import Resolvers
from diag.model.observation import Unsupported
from diag.probe.machine.libc import libc_of
from diag.probe.machine.nsswitch import asks_resolved, sources_of_hosts
from diag.probe.machine.programs import RunProgram
from diag.probe.machine.resolv_conf import read_resolv_conf
from diag.probe.machine.resolved import STUBS, read_links
from diag.probe.machine.written import read_domains, read_server

_LIMIT = 64_000
_NSCD = ("/run/nscd/socket", "/var/run/nscd/socket")


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
    sources = sources_of_hosts(read_file(f"{root}/etc/nsswitch.conf", _LIMIT).lines)
    listed = read_resolv_conf(contents.data, musl=libc_of(root) == "musl")
    listed = replace(listed, sources=sources, cached_by=_cached_by(root))
    stub = any(server.host in STUBS for server in listed.servers)
    return replace(listed, scoped=read_links(run), hands_on=stub) if stub or asks_resolved(sources) else listed


def _cached_by(root: str) -> str:
    """The program that glibc asks before all sources, where its socket is there (nscd(8))."""
    return "nscd" if any(os.path.exists(root + path) for path in _NSCD) else ""


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
