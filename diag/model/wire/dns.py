"""One DNS message, from wire format to the facts that checks ask about (RFC 1035, RFC 2308, RFC 8914)."""

from functools import lru_cache

from diag.model.wire.aliases import canonical
from diag.model.wire.dns_plain import AAAA, CNAME, SOA, A, PlainMessage, read_plain
from diag.model.wire.facts import DnsMessage
from diag.model.wire.unreadable import Unreadable, guarded

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
