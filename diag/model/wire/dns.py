"""One DNS message, from wire format to the facts that checks ask about (RFC 1035, RFC 2308, RFC 8914)."""

from functools import lru_cache

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rdtypes.ANY.CNAME
import dns.rdtypes.ANY.SOA
import dns.rdtypes.IN.A
import dns.rdtypes.IN.AAAA
from msgspec import Struct

from diag.model.text import clean
from diag.model.wire.unreadable import guarded

LONGEST_CHAIN = 16
"""How many aliases of one name are followed: loops end here."""


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


@lru_cache(maxsize=4096)
@guarded("DNS message")
def read_message(wire: bytes) -> DnsMessage:
    """The facts of a DNS answer in wire format; `Unreadable` where it is none."""
    return _facts(dns.message.from_wire(wire, ignore_trailing=True))


def _facts(message: dns.message.Message) -> DnsMessage:
    aliases = tuple(_aliases(message))
    asked = _text(message.question[0].name) if message.question else ""
    zone, primary = _zone(message)
    return DnsMessage(
        rcode=dns.rcode.to_text(message.rcode()),
        authoritative=bool(message.flags & dns.flags.AA),
        truncated=bool(message.flags & dns.flags.TC),
        authenticated=bool(message.flags & dns.flags.AD),
        question=asked,
        addresses=tuple(
            clean(record.address)
            for records in message.answer
            for record in records
            if isinstance(record, dns.rdtypes.IN.A.A | dns.rdtypes.IN.AAAA.AAAA)
        ),
        aliases=aliases,
        canonical=_canonical(asked, dict(aliases)),
        zone=zone,
        zone_primary=primary,
        extended_errors=tuple(int(option.code) for option in message.options if isinstance(option, dns.edns.EDEOption)),
        lowest_ttl=min((records.ttl for records in message.answer), default=-1),
        records=sum(len(records) for records in message.answer),
    )


def _aliases(message: dns.message.Message) -> list[tuple[str, str]]:
    return [
        (_text(records.name), _text(record.target))
        for records in message.answer
        for record in records
        if isinstance(record, dns.rdtypes.ANY.CNAME.CNAME)
    ]


def _canonical(name: str, aliases: dict[str, str]) -> str:
    for _ in range(LONGEST_CHAIN):
        if name not in aliases:
            break
        name = aliases[name]
    return name


def _zone(message: dns.message.Message) -> tuple[str, str]:
    for records in message.authority:
        for record in records:
            if isinstance(record, dns.rdtypes.ANY.SOA.SOA):
                return _text(records.name), _text(record.mname)
    return "", ""


def _text(name: object) -> str:
    return clean(str(name).lower().removesuffix(".") or ".", 255)
