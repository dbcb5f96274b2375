"""One DNS message in wire format (RFC 1035, section 4), read with dnspython: whatever `dns_plain` leaves to it."""

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rdtypes.ANY.CNAME
import dns.rdtypes.ANY.SOA
import dns.rdtypes.IN.A
import dns.rdtypes.IN.AAAA

from diag.model.text import clean
from diag.model.wire.aliases import canonical
from diag.model.wire.facts import DnsMessage
from diag.model.wire.unreadable import guarded


@guarded("DNS message")
def facts(wire: bytes) -> DnsMessage:
    """Return the facts of a DNS message; `Unreadable` where it is none."""
    message = dns.message.from_wire(wire, ignore_trailing=True)
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
        canonical=canonical(asked, dict(aliases)),
        zone=zone,
        zone_primary=primary,
        extended_errors=tuple(int(option.code) for option in message.options if isinstance(option, dns.edns.EDEOption)),
        lowest_ttl=min((records.ttl for records in message.answer), default=-1),
        records=sum(len(records) for records in message.answer),
        refers=not (message.answer or zone or message.flags & (dns.flags.AA | dns.flags.RA)),
    )


def _aliases(message: dns.message.Message) -> list[tuple[str, str]]:
    return [
        (_text(records.name), _text(record.target))
        for records in message.answer
        for record in records
        if isinstance(record, dns.rdtypes.ANY.CNAME.CNAME)
    ]


def _zone(message: dns.message.Message) -> tuple[str, str]:
    for records in message.authority:
        for record in records:
            if isinstance(record, dns.rdtypes.ANY.SOA.SOA):
                return _text(records.name), _text(record.mname)
    return "", ""


def _text(name: object) -> str:
    return clean(str(name).lower().removesuffix(".") or ".", 255)
