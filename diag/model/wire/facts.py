"""What recorded bytes say, once they are read: the facts of a certificate, of a DNS message, of an authority's word on one.

Only shapes. Who reads them stands beside: `certificate`, `dns`, `revocation`, each with what it reads by the library.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

CLOCK_SLACK = timedelta(minutes=5)
"""How far the clocks of an authority and of this machine may be apart before a word of theirs is early or late."""


UNREADABLE_KEY = "other"
"""What stands for the key where it cannot be read."""


class Certificate(Struct, frozen=True):
    """The facts of one certificate. Texts are clean; times are UTC."""

    fingerprint: str
    """SHA-256 of the DER, in hex."""
    subject: str
    """As RFC 4514 writes it; may be empty."""
    common_name: str
    issuer: str
    issuer_common_name: str
    issuer_titles: tuple[str, ...]
    """What the issuer calls itself: its common names, organisations and units. Places and countries are left out."""
    names: tuple[str, ...]
    """The subject alternative names that identify hosts, in order: DNS names in lower case, addresses as text."""
    not_before: datetime
    not_after: datetime
    serial: str
    self_issued: bool
    """Subject and issuer are the same name."""
    self_signed: bool
    """Its own key signed it."""
    is_authority: bool
    key: str
    """`RSA`, `EC`, `Ed25519`, `Ed448`, `DSA`; the name or number of another algorithm; `other`: one of these, unreadable."""
    key_bits: int
    key_fingerprint: str
    """SHA-256 of the public key (SubjectPublicKeyInfo), in hex; empty: a key of a kind that cannot be read."""
    signature_hash: str
    """`sha256`, ...; empty where the algorithm has none of its own."""
    issuer_urls: tuple[str, ...]
    """Where the issuer's certificate can be fetched (caIssuers, section 4.2.2.1)."""
    ocsp_urls: tuple[str, ...]
    crl_urls: tuple[str, ...]
    subject_key_id: str
    authority_key_id: str
    policies: tuple[str, ...]
    has_scts: bool
    """Whether it carries signed certificate timestamps (RFC 6962): public authorities' certificates do."""
    addresses: tuple[str, ...] = ()
    """Those of `names` that are given as addresses. One that is written as a DNS name is none (RFC 9525, section 6.5)."""
    usages: tuple[str, ...] = ()
    """What its key may do, by the names of RFC 5280 (section 4.2.1.3), such as `keyCertSign`; empty: it does not say."""
    purposes: tuple[str, ...] = ()
    """Whom it is for, by the names of RFC 5280 (section 4.2.1.12), such as `serverAuth`; `other`: one that has no name there.
    Empty: it does not say."""
    broken: tuple[str, ...] = ()
    """The extensions that cannot be read, say nothing, or stand there twice, by their numbers: what they say is not known."""
    limits_names: bool = False
    """Whether it says for which names it and those below it may sign (name constraints, RFC 5280, section 4.2.1.10)."""
    signature: str = ""
    """The name or number of the algorithm of its signature, where that is none of RSA, DSA, ECDSA and EdDSA."""

    @property
    def never_valid(self) -> bool:
        """Whether it ends before it begins, so that no clock is right for it."""
        return self.not_after < self.not_before


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


class Unsaid(StrEnum):
    """Why bytes say nothing about a certificate."""

    NO_STATUS = "no_status"
    """They are no OCSP response and no list."""
    DECLINED = "declined"
    """The responder answered with one of its own errors: it will not say, or not now (RFC 6960, section 2.3)."""
    UNSIGNED = "unsigned"
    """Neither the issuer nor a responder that it appointed has signed them."""
    OTHER = "other"
    """They speak of other certificates."""


class Revocation(Struct, frozen=True):
    """What an authority says of one certificate."""

    revoked: bool
    known: bool = True
    """Whether the authority knows the certificate at all; a list speaks of all that it issued."""
    since: datetime | None = None
    reason: str = ""
    """`key_compromise`, `superseded`, ... (RFC 5280, section 5.3.1); empty: it gives none."""
    begins: datetime | None = None
    """From when on it holds (thisUpdate, or when the responder was appointed); None: it does not say."""
    ends: datetime | None = None
    """Until when it holds (nextUpdate, or the end of the responder's own certificate); None: it does not say."""

    def holds(self, moment: datetime) -> bool:
        """Return whether it is neither early nor out of date at this moment."""
        early = self.begins is not None and moment < self.begins - CLOCK_SLACK
        late = self.ends is not None and moment > self.ends + CLOCK_SLACK
        return not early and not late
