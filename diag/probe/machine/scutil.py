"""What `scutil --dns` says on macOS: resolvers in blocks, some of them for one domain. Untried there: from recorded output."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from diag.model.address import DNS_PORT, Address
from diag.model.machine import ScopedResolvers
from diag.probe.machine.written import read_domains, read_port, read_server

Block = Mapping[str, Sequence[str]]
"""One resolver: its keys with their values."""
_INTERFACE = re.compile(r"\d+ \((.+)\)")
_MULTICAST = "mdns"


def blocks(lines: Iterable[str]) -> Iterator[Block]:
    """Yield the blocks of the first section, `nameserver[0] : ...` as `nameserver`;
    the second is for sockets of one interface.
    """
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


def servers_of(block: Block) -> tuple[Address, ...]:
    """Return the servers of one resolver."""
    port = next(iter(block.get("port", ())), "")
    number = read_port(port, DNS_PORT)
    return tuple(server for text in block.get("nameserver", ()) for server in read_server(text, number))


def in_scope(found: Iterable[Block]) -> Iterator[ScopedResolvers]:
    """Yield those that are for one domain, without the ones that ask by multicast."""
    for block in found:
        domains, servers = tuple(read_domains(block.get("domain", ()))), servers_of(block)
        if domains and servers and _MULTICAST not in block.get("options", ()):
            interface = _INTERFACE.match(next(iter(block.get("if_index", ())), ""))
            yield ScopedResolvers(servers, domains, interface=interface[1] if interface else "")
