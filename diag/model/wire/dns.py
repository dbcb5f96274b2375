"""One DNS message, from wire format to the facts that checks ask about (RFC 1035, RFC 2308, RFC 8914)."""

from functools import lru_cache

from msgspec import Struct

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


@lru_cache(maxsize=4096)
@guarded("DNS message")
def read_message(wire: bytes) -> DnsMessage | Unreadable:
    """Return the facts of a DNS answer in wire format; `Unreadable` where it is none."""
    from diag.model.wire.dns_wire import facts  # dnspython is loaded by who reads the first message

    return facts(wire)
