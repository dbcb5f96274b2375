"""Which resolvers the system asks: resolv.conf as the C library reads it, `scutil` on macOS, the adapters of Windows.

Those that are asked for certain names alone, such as a VPN's, are read in `resolved`, `scutil` and `name_policy`.
"""

import os
import re
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from diag.probe.machine.settings.registry import RegistryValue
    from diag.probe.machine.windows import Windows

_LIMIT = 64_000
_TCPIP = r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
_PLACEHOLDERS = frozenset(f"fec0:0:0:ffff::{number}" for number in (1, 2, 3))
"""What Windows writes down for an adapter that nobody gave a resolver of IPv6 to: site-local addresses, which nobody has."""
_NSCD = ("/run/nscd/socket", "/var/run/nscd/socket")


def read_resolvers(system: str, run: RunProgram, root: str = "", windows: "Windows | None" = None) -> Resolvers:
    """Return the resolvers that are asked for any name, in order. Raises Unsupported where they cannot be learnt.

    Where resolv.conf is missing or names none, the resolver of this machine is asked; the source is then `default`.
    """
    if system == "Darwin":
        return _macos(run)
    if system == "Windows":
        from diag.probe.machine.windows import Windows

        return _windows(windows or Windows())
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
    # All that are for no domain are asked, one after the other (scutil(8)).
    general = [block for block in found if "domain" not in block]
    servers = tuple(dict.fromkeys(server for block in general for server in servers_of(block)))
    search = tuple(dict.fromkeys(read_domains(domain for block in general for domain in block.get("search domain", ()))))
    return Resolvers(servers, search, source="scutil", scoped=tuple(in_scope(found)))


def _windows(windows: "Windows") -> Resolvers:
    """Those of the adapters that are up, the one that Windows prefers first."""
    from diag.probe.machine.name_policy import read_policy

    used = sorted((one for one in windows.ip_helper.adapters() if one.up and not one.loopback), key=lambda one: one.metric)
    servers = (server for one in used for text in one.servers if text not in _PLACEHOLDERS for server in read_server(text))
    settings = windows.registry.values(_TCPIP)
    listed = re.split(r"[,\s]+", _text(settings.get("SearchList")).strip())
    own = (_text(settings.get("Domain")), *(one.suffix for one in used))
    search = tuple(dict.fromkeys(read_domains(listed if any(listed) else own)))
    return Resolvers(tuple(dict.fromkeys(servers)), search, source="adapters", scoped=read_policy(windows.registry))


def _text(value: "RegistryValue") -> str:
    return value if isinstance(value, str) else ""
