"""Answers built by hand: DNS messages on the wire, handshakes with real certificates, header lines, and what a machine says."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from diag.model.address import Address, literal
from diag.model.answer import DnsReply, Header, HttpReply, Session, VerifyError
from diag.model.machine import HostsFile, HostsLine, Interface, Interfaces, Resolvers, RouteEntry, Routes
from diag.model.observation import Fault, FaultKind

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""When every run that is built by hand began."""
HOST = "api.example.com"
ADDRESS = "203.0.113.10"
PROXY_IP = "10.0.0.9"
RESOLVER = Address("10.0.0.53", 53)
SECOND = Address("10.0.1.53", 53)
FOUR, FIVE = "198.51.100.4", "198.51.100.5"
SIX = "2001:db8::6"


def wire(
    name: str = HOST,
    *answers: tuple[str, str, str],
    rcode: str = "NOERROR",
    zone: str = "example.com",
    errors: Iterable[int] = (),
    truncated: bool = False,
    recurses: bool = True,
) -> bytes:
    """A DNS answer on the wire. `answers` are (owner, type, data); `errors` are extended DNS error codes (RFC 8914)."""
    query = dns.message.make_query(name, "A")
    answer = dns.message.make_response(query, recursion_available=recurses)
    answer.set_rcode(dns.rcode.from_text(rcode))
    if truncated:
        answer.flags |= dns.flags.TC
    for owner, record, data in answers:
        answer.answer.append(dns.rrset.from_text(f"{owner}.", 60, "IN", record, data))
    if zone and rcode in ("NOERROR", "NXDOMAIN") and (not answers or rcode == "NXDOMAIN"):
        start = f"ns.{zone}. admin.{zone}. 1 3600 600 86400 60"
        answer.authority.append(dns.rrset.from_text(f"{zone}.", 60, "IN", "SOA", start))
    if codes := tuple(errors):
        answer.use_edns(0, options=[dns.edns.EDEOption(code) for code in codes])
    return answer.to_wire()


def found(*addresses: str, name: str = HOST) -> DnsReply:
    """A resolver's answer with addresses."""
    return DnsReply(wire(name, *((name, "AAAA" if ":" in address else "A", address) for address in addresses)))


def denied(rcode: str = "NXDOMAIN", *, name: str = HOST, zone: str = "example.com", errors: Iterable[int] = ()) -> DnsReply:
    """A resolver's answer that is an error."""
    word = {"NXDOMAIN": "name_not_found", "SERVFAIL": "server_failure", "REFUSED": "query_refused"}.get(rcode, "rcode_other")
    return DnsReply(wire(name, rcode=rcode, zone=zone, errors=errors), word)


def dangling(target: str = "gone.example.net", *, name: str = HOST) -> DnsReply:
    """A chain of aliases that ends in NXDOMAIN."""
    return DnsReply(wire(name, (name, "CNAME", f"{target}."), rcode="NXDOMAIN"), "name_not_found")


@lru_cache
def certificate(
    host: str = HOST, since: datetime = NOW - timedelta(days=30), until: datetime = NOW + timedelta(days=60)
) -> bytes:
    """A certificate for `host`, as DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, since, until)
    address = literal(host)
    own = x509.IPAddress(address) if address else x509.DNSName(host)
    builder = builder.add_extension(x509.SubjectAlternativeName([own]), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def trusted(*errors: int, der: bytes | None = None) -> Session:
    """A finished handshake; `errors` are complaints about its leaf."""
    found_wrong = tuple(VerifyError(code, 0) for code in errors)
    return Session(finished=True, version="TLSv1.3", chain=(der or certificate(),), verify_errors=found_wrong)


def answered(date: datetime | None = NOW, **fields: str) -> HttpReply:
    """An answer over HTTP, written at `date`."""
    dated = {"date": format_datetime(date, usegmt=True)} if date else {}
    return HttpReply(status=200, headers=tuple(Header(name, value) for name, value in {**dated, **fields}.items()))


SILENCE = DnsReply(failure="timed_out")
NOT_FOUND = denied()
NO_DATA = DnsReply(wire(), "no_data")
MISSED = Fault(FaultKind.DEADLINE)


def resolvers(
    *servers: Address, search: tuple[str, ...] = (), options: tuple[str, ...] = (), source: str = "resolv.conf"
) -> Resolvers:
    """The configured resolvers."""
    return Resolvers(servers or (RESOLVER,), search, options, source)


def hosts(*lines: tuple[str, str]) -> HostsFile:
    """A hosts file; `lines` are (address, name)."""
    return HostsFile("/etc/hosts", tuple(HostsLine(address, (name,), 7 + n) for n, (address, name) in enumerate(lines)))


LOOPBACK = Interface("lo", True, 65536, ("127.0.0.1", "::1"), True)
CABLE = Interface("eth0", True, 1500, ("10.0.0.9",))
ONLINE = (
    Interfaces((LOOPBACK, CABLE)),
    Routes((RouteEntry("0.0.0.0/0", "10.0.0.1", "eth0"), RouteEntry("10.0.0.0/24", "", "eth0"))),
)


def headers(*lines: str) -> tuple[Header, ...]:
    """Header lines as they stand on the wire, names in lower case as the probe writes them."""
    return tuple(Header(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines))


def date_line(moment: datetime = NOW) -> str:
    return f"Date: {format_datetime(moment, usegmt=True)}"


def told(host: str, *addresses: str, rcode: str = "NOERROR", zone: str = "") -> DnsReply:
    """A resolver's answer as it stands on the wire."""
    answer = dns.message.make_response(dns.message.make_query(host, "A"))
    answer.set_rcode(dns.rcode.from_text(rcode))
    if addresses:
        answer.answer.append(dns.rrset.from_text(f"{host}.", 60, "IN", "A", *addresses))
    if zone:
        answer.authority.append(dns.rrset.from_text(f"{zone}.", 60, "IN", "SOA", "ns.example.com. admin.example.com. 1 2 3 4 5"))
    return DnsReply(answer.to_wire())
