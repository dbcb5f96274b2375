"""One DNS message, from wire format to the facts that checks ask about (RFC 1035, RFC 2308, RFC 8914)."""

from functools import lru_cache

from msgspec import Struct

from diag.model.wire.dns_plain import AAAA, CNAME, LONGEST_CHAIN, SOA, A, PlainMessage, read_plain
from diag.model.wire.unreadable import Unreadable, guarded


class DnsMessage(Struct, frozen=True):
    """The facts of one answer. Names are lower case, without the trailing dot; the root is `.`."""

    rcode: str
    """Its mnemonic, such as `NOERROR`, `NXDOMAIN`, `SERVFAIL`."""
    authoritative: bool
    truncated: bool
    authenticated: bool
    """AD: the resolver says that it has validated (RFC 4035, section 3.2.3)."""
    question: str
    """The name asked for; empty where the answer repeats none."""
    addresses: tuple[str, ...]
    """The A and AAAA records of the answer in class IN, wherever its aliases lead."""
    aliases: tuple[tuple[str, str], ...]
    """The CNAME records of the answer, each as (name, target), in order."""
    canonical: str
    """Where the aliases end; the name itself where there are none."""
    zone: str
    """The owner of the SOA in the authority section: whose negative answer this is; empty: none is there."""
    zone_primary: str
    """That zone's primary server (MNAME)."""
    extended_errors: tuple[int, ...]
    """The codes of extended DNS errors (RFC 8914)."""
    lowest_ttl: int
    """Over the answer's records, in seconds; -1: it holds none."""
    records: int
    """How many records the answer section holds."""
    refers: bool
    """Whether nothing is answered by a server that has no authority over the name and asks nobody for it: it refers elsewhere
    (RFC 1034, section 4.3.1), which says nothing of the name."""


_RCODES = ("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED")
"""Mnemonics in the order of their numbers (RFC 1035, section 4.1.1)."""
_AUTHORITATIVE, _TRUNCATED, _AVAILABLE, _AUTHENTICATED = 0x0400, 0x0200, 0x0080, 0x0020
"""AA, TC, RA and AD (RFC 1035, section 4.1.1; RFC 4035, section 3.2.3)."""


@lru_cache(maxsize=4096)
@guarded("DNS message")
def read_message(wire: bytes) -> DnsMessage | Unreadable:
    """Return the facts of a DNS answer in wire format; `Unreadable` where it is none."""
    plain = read_plain(wire)
    if plain is not None:
        return _facts(plain)
    from diag.model.wire.dns_wire import facts  # dnspython is loaded by the first message that is not the usual one

    return facts(wire)


def canonical(name: str, aliases: dict[str, str]) -> str:
    """Return where the aliases of a name lead; the name itself where it has none."""
    return (name, *chain_of(name, aliases))[-1]


def chain_of(name: str, aliases: dict[str, str]) -> tuple[str, ...]:
    """Return the names that the aliases of a name lead to, one after the other; empty where it has none."""
    chain: list[str] = []
    while name in aliases and len(chain) < LONGEST_CHAIN:
        name = aliases[name]
        chain.append(name)
    return tuple(chain)


def _facts(message: PlainMessage) -> DnsMessage:
    """What `diag.model.wire.dns_wire.facts` says of the same bytes."""
    asked = _text(message.question)
    aliases = tuple((_text(record.owner), _text(record.value)) for record in message.answer if record.kind == CNAME)
    zone = next((record for record in message.authority if record.kind == SOA), None)
    flags = message.flags
    return DnsMessage(
        rcode=_RCODES[message.rcode],
        authoritative=bool(flags & _AUTHORITATIVE),
        truncated=bool(flags & _TRUNCATED),
        authenticated=bool(flags & _AUTHENTICATED),
        question=asked,
        addresses=tuple(record.value for record in message.answer if record.kind in (A, AAAA)),
        aliases=aliases,
        canonical=canonical(asked, dict(aliases)),
        zone=_text(zone.owner) if zone else "",
        zone_primary=_text(zone.value) if zone else "",
        extended_errors=(),
        lowest_ttl=min((record.ttl for record in message.answer), default=-1),
        records=len(message.answer),
        refers=not (message.answer or zone or flags & (_AUTHORITATIVE | _AVAILABLE)),
    )


def _text(name: str) -> str:
    return name.lower().removesuffix(".") or "."
