"""What came back over the network: one struct a kind of question. Each is evidence: complete, typed, without opinion.

`failure` is a word of `diag.model.failure`, or empty where the operation did what was asked. What was collected before it
failed stands beside it all the same.
"""

from msgspec import Struct

from diag.model.failure import Failure
from diag.model.namesake import Namesake
from diag.model.privacy import (
    CertificateBytes,
    DnsBytes,
    ForeignBytes,
    ForeignText,
    HostName,
    IpText,
    Moment,
    PublicBytes,
    PublicFlag,
    PublicNumber,
    PublicText,
    Seconds,
)
from diag.model.route import ScriptWay
from diag.model.script import ScriptAddress
from diag.model.socks import LOGIN
from diag.model.withheld import Withheld

LOGIN_WANTED = 407
"""Proxy Authentication Required (RFC 9110, section 15.5.8)."""
UNAUTHORIZED = 401
"""What some proxies say in its place to a login that they refuse (RFC 9110, section 15.5.2)."""


class IcmpError(Struct, frozen=True):
    """The ICMP message (4: RFC 792, 6: RFC 4443) that refused a packet, as the socket's error queue tells it (Linux)."""

    version: PublicNumber
    kind: PublicNumber
    code: PublicNumber
    sender: IpText
    """Who sent it: often a firewall, seldom the target."""


class TcpInfo(Struct, frozen=True, omit_defaults=True):
    """The kernel's account of one connection at its end (TCP_INFO). Times in microseconds, sizes in bytes."""

    state: PublicNumber
    rtt: PublicNumber = 0
    min_rtt: PublicNumber = 0
    unacked: PublicNumber = 0
    """Segments sent and not acknowledged."""
    retransmits: PublicNumber = 0
    """Retransmissions of the segment now waiting."""
    total_retransmits: PublicNumber = 0
    bytes_acked: PublicNumber = 0
    bytes_received: PublicNumber = 0
    segments_out: PublicNumber = 0
    segments_in: PublicNumber = 0
    pmtu: PublicNumber = 0
    send_mss: PublicNumber = 0
    receive_mss: PublicNumber = 0
    out_of_order: PublicNumber = 0
    """Segments that came while one before them was missing: it was lost on its way here, or overtaken."""


class SystemLookup(Struct, frozen=True, tag="system_lookup", tag_field="seen", omit_defaults=True):
    """The system's answer, in the order in which it would be tried (RFC 6724)."""

    addresses: tuple[IpText, ...] = ()
    failure: PublicText = ""
    code: PublicNumber = 0
    """The EAI number where it failed."""


class DnsReply(Struct, frozen=True, tag="dns_reply", tag_field="seen", omit_defaults=True):
    """One resolver's answer; its message is read by `diag.model.wire.dns`."""

    message: DnsBytes = b""
    """Empty: none came."""
    failure: PublicText = ""
    transport: PublicText = "udp"
    """The transport of `message`."""
    truncated: DnsBytes = b""
    """The UDP answer that had TC set, where TCP was asked afterwards; empty otherwise."""
    icmp: IcmpError | None = None
    stray: DnsBytes = b""
    """The first message that came for the question and answers another one: another id, or another name; empty: none did."""


class Connection(Struct, frozen=True, tag="connection", tag_field="seen", omit_defaults=True):
    """How one TCP connect went."""

    failure: PublicText = ""
    number: PublicNumber = 0
    """The system's error number; 0: none."""
    icmp: IcmpError | None = None
    source: IpText = ""
    """The local address that was used."""
    tcp: TcpInfo | None = None
    source_port: PublicNumber = 0
    """The local port: flow logs and firewalls find a connection by it; 0: none was taken, or an older version looked."""


class Header(Struct, frozen=True, array_like=True):
    """One field line of an answer, in order. Names are lower case. Values of fields that carry secrets are removed."""

    name: ForeignText
    value: ForeignText


class TunnelReply(Struct, frozen=True, tag="tunnel_reply", tag_field="seen", omit_defaults=True):
    """A proxy's answer to CONNECT, or to a SOCKS request."""

    failure: PublicText = ""
    status: PublicNumber = 0
    """0: nothing that reads as HTTP came."""
    reason: ForeignText = ""
    headers: tuple[Header, ...] = ()
    first_bytes: ForeignBytes = b""
    """What came first, raw; of a refusal also the beginning of its page."""
    tcp: TcpInfo | None = None
    stage: PublicText = ""
    """Where a fresh connection had to be opened and that failed: `connect` or `handshake`; empty: the CONNECT itself."""
    legs: PublicNumber = 0
    """How many requests the login took, where it took more than one."""
    step: PublicText = ""
    """Of SOCKS: how far the talk came, `greeting`, `login` or `request`; empty: another protocol."""
    code: PublicNumber = 0
    """Of SOCKS: the number with which the proxy refused; 0: it did not."""
    refusal: PublicText = ""
    """Of SOCKS: why, as a word of `diag.model.socks`; empty: it did not refuse."""

    @property
    def heard(self) -> bool:
        """Whether the proxy answered in its own protocol, yes or no."""
        return bool(self.status or self.refusal or not self.failure)

    @property
    def login_refused(self) -> bool:
        """Whether it refused for want of the right login, be it by 401; a SOCKS proxy may just hang up on a wrong one."""
        hung_up = self.step == "login" and self.failure in (Failure.CUT, Failure.RESET)
        return self.status in (LOGIN_WANTED, UNAUTHORIZED) or self.refusal in LOGIN or hung_up


class UpgradeReply(Struct, frozen=True, tag="upgrade_reply", tag_field="seen", omit_defaults=True):
    """How a server took the wish to go over to TLS."""

    failure: PublicText = ""
    stage: PublicText = ""
    """Where a fresh connection had to be opened and that failed: `connect`, `tunnel`, `handshake`; empty: the talk itself."""
    step: PublicText = ""
    """How far the talk came: `greeting`, `capabilities` or `request`."""
    refusal: PublicText = ""
    """Why it did not, as a word of `diag.model.upgrade`; empty: it did, or said nothing that could be understood."""
    code: PublicNumber = 0
    """The number with which it refused, in its own protocol's counting; 0: it named none."""
    first_bytes: ForeignBytes = b""
    """What it said first, raw: its greeting, or its answer where the client speaks first."""
    last_bytes: ForeignBytes = b""
    """What it said last, raw, where that was not the first: its list, or its answer to the request."""
    surplus: ForeignBytes = b""
    """What followed its agreement in the clear. It is read by nobody: it may come from a stranger."""
    tcp: TcpInfo | None = None


class VerifyError(Struct, frozen=True, array_like=True):
    """One complaint of the verification: OpenSSL's X509_V_ERR number and the depth of the certificate it is about (leaf: 0)."""

    code: PublicNumber
    depth: PublicNumber


class Alert(Struct, frozen=True, array_like=True):
    """One TLS alert (RFC 8446, section 6)."""

    sender: PublicText
    """`peer` or `us`."""
    level: PublicNumber
    name: PublicText


class ClientShown(Struct, frozen=True, omit_defaults=True):
    """The certificate that this client had to show, as far as it says why a server may not like it. Its names are not kept."""

    not_before: Moment
    not_after: Moment
    for_clients: PublicFlag = True
    """Whether its extended key usage, if it has one, names clients (RFC 5280, section 4.2.1.12)."""
    issuer_named: PublicFlag = False
    """Whether an authority above it is on the server's list of those it accepts."""


class Session(Struct, frozen=True, tag="session", tag_field="seen", omit_defaults=True):
    """How one TLS handshake went. An untrusted chain is no failure here: the handshake goes on, and `verify_errors` says so."""

    failure: PublicText = ""
    stage: PublicText = ""
    """Where a fresh connection had to be opened and that failed: `connect`, `tunnel`, `handshake` (of a proxy); empty: here."""
    finished: PublicFlag = False
    version: PublicText = ""
    cipher: PublicText = ""
    group: PublicText = ""
    alpn: PublicText = ""
    chain: tuple[CertificateBytes, ...] = ()
    """As presented, leaf first; also when the handshake failed later."""
    verify_errors: tuple[VerifyError, ...] = ()
    """Of the chain against the question's store, every one; the name is not part of it."""
    verified: tuple[PublicNumber, ...] = ()
    """The path that was verified, from the server's own upwards: places in `chain`, or -1 for one of the store's."""
    staple: PublicBytes = b""
    """The stapled OCSP response (RFC 6066, section 8); empty: none."""
    alerts: tuple[Alert, ...] = ()
    certificate_requested: PublicFlag = False
    authorities: tuple[ForeignText, ...] = ()
    """The authorities whose client certificates it says it accepts (RFC 8446, section 4.2.4), the first of them; empty: any."""
    client: ClientShown | None = None
    """What this client had to show; None: nothing."""
    hello_bytes: PublicNumber = 0
    """The size of our ClientHello record."""
    bytes_received: PublicNumber = 0
    first_bytes: ForeignBytes = b""
    """The first bytes that came back, raw; of a handshake that finished no more than the version with which they begin."""
    first_byte_after: Seconds = 0.0
    """Seconds from the ClientHello to the first byte back; 0: none came."""
    tcp: TcpInfo | None = None


class HttpReply(Struct, frozen=True, tag="http_reply", tag_field="seen", omit_defaults=True):
    """The answer to one request."""

    failure: PublicText = ""
    stage: PublicText = ""
    """Where a fresh connection had to be opened and failed: `connect`, `tunnel`, `handshake`; empty: the exchange itself."""
    status: PublicNumber = 0
    reason: ForeignText = ""
    version: PublicText = ""
    """`1.0` or `1.1`."""
    headers: tuple[Header, ...] = ()
    body: ForeignBytes = b""
    """Its beginning, as long as the question wanted it."""
    complete: PublicFlag = False
    """Whether `body` is all of it."""
    first_bytes: ForeignBytes = b""
    """What came first, raw, where it did not read as HTTP."""
    first_byte_after: Seconds = 0.0
    alerts: tuple[Alert, ...] = ()
    """Alerts that came with or instead of the answer: TLS 1.3 refuses a client's certificate only here."""
    tcp: TcpInfo | None = None
    withheld: Withheld | None = None
    """What came and was not what was asked for; None: all is in `body`."""
    coding: PublicText = ""
    """In what the header and the content differ about the coding (`CodingFault`); empty: in nothing that was seen."""

    @property
    def heard(self) -> bool:
        """Whether anything was answered that reads as HTTP."""
        return self.status > 0

    @property
    def login_refused(self) -> bool:
        """Whether a proxy refused for want of the right login, by its status alone; see also `diag.knowledge.response_author`."""
        return self.status == LOGIN_WANTED


class Transferred(Struct, frozen=True, tag="transferred", tag_field="seen", omit_defaults=True):
    """How the body of one answer came."""

    failure: PublicText = ""
    """What ended it before its time and before its end."""
    stage: PublicText = ""
    """As of `HttpReply`."""
    status: PublicNumber = 0
    size: PublicNumber = 0
    """Bytes of the body that came, in HTTP's count."""
    seconds: Seconds = 0.0
    """From the answer's head to the end of the reading."""
    longest_pause: Seconds = 0.0
    """The longest time in which nothing of it came."""
    complete: PublicFlag = False
    """Whether that was all of it."""
    sent: PublicNumber = 0
    """Bytes of the request's own body that were handed to the system; 0: it had none."""
    tcp: TcpInfo | None = None


class HoldEnd(Struct, frozen=True, tag="hold_end", tag_field="seen", omit_defaults=True):
    """How an idle connection fared."""

    failure: PublicText = ""
    lived: Seconds = 0.0
    tcp: TcpInfo | None = None
    stage: PublicText = ""
    """Where a fresh connection had to be opened and that failed; empty: the holding itself."""


class Dialled(Struct, frozen=True, array_like=True):
    """One connect of many; `retransmits` is how often its first packet was sent again, where the kernel tells."""

    failure: PublicText
    took: Seconds
    retransmits: PublicNumber = 0


class ConnectBurstEnd(Struct, frozen=True, tag="crowd_end", tag_field="seen", omit_defaults=True):
    """How connects that were started at once fared, in the order in which they were started."""

    connects: tuple[Dialled, ...]


class Hop(Struct, frozen=True, omit_defaults=True):
    """Who answered a connect that was allowed so many hops; `failure` is why it went no further, unless by the limit alone."""

    limit: PublicNumber
    sender: IpText
    took: Seconds
    failure: PublicText = ""


class Path(Struct, frozen=True, tag="path", tag_field="seen", omit_defaults=True):
    """What answered on the way to an address, by hop limit; limits without an answer are left out."""

    hops: tuple[Hop, ...] = ()
    arrived: PublicNumber = 0
    """The smallest limit with which the address itself answered, yes or no; 0: it never did."""


class Trust(Struct, frozen=True, tag="trust_verdict", tag_field="seen", omit_defaults=True):
    """What a store says of a chain; `failure` is why it could not be asked."""

    verify_errors: tuple[VerifyError, ...] = ()
    failure: PublicText = ""
    path: PublicNumber = 0
    """How many certificates the accepted chain has, root included; 0: none was accepted."""
    namesakes: tuple[Namesake, ...] = ()
    """What it holds by the name of the issuer that was not found, or of a root that denies itself; empty: nothing."""
    root: PublicText = ""
    """SHA-256 of the public key (SPKI) of the root at which the path ends, in hex; empty: none was found, or was not kept."""


class PacReply(Struct, frozen=True, tag="script_reply", tag_field="seen", omit_defaults=True):
    """What lies at the address of a proxy script. Of a script's text no more is kept than its size and its digest."""

    failure: PublicText = ""
    """A word of `diag.model.failure` or of `diag.model.script.Flaw`."""
    stage: PublicText = ""
    """Where a fresh connection had to be opened and that failed; empty: the fetching itself."""
    status: PublicNumber = 0
    """0: nothing that reads as HTTP came, or the script was not fetched over HTTP."""
    media_type: ForeignText = ""
    """What its server says that it is; clients do not mind."""
    encoding: PublicText = ""
    """How its text was read, such as `utf-8`."""
    size: PublicNumber = 0
    """In bytes."""
    digest: PublicText = ""
    """SHA-256 of its bytes, in hexadecimal."""
    moved: ScriptAddress | None = None
    """Where the server says that it lies instead."""


class PacResult(Struct, frozen=True, tag="steered", tag_field="seen", omit_defaults=True):
    """What a proxy script says of one target."""

    failure: PublicText = ""
    """A word of `diag.model.script.Flaw`."""
    wants: tuple[HostName, ...] = ()
    """Names that it wants looked up first. Where there are any, it has not answered yet."""
    text: ForeignText = ""
    """What it returned, without logins; the beginning of it."""
    ways: tuple[ScriptWay, ...] = ()
    """The ways in that, in order: clients take the first that works."""
    not_understood: PublicNumber = 0
    """How many parts of the text name no way."""
    error: PublicText = ""
    """The kind of error that it fails with, such as `TypeError`; empty: another one, or none."""
    line: PublicNumber = 0
    """The line of the script that fails, from 1; 0: not known."""
    own: IpText = ""
    """What it was told of this machine's own address; empty: it did not ask."""


NetworkFacts = (
    SystemLookup
    | DnsReply
    | Connection
    | TunnelReply
    | UpgradeReply
    | Session
    | HttpReply
    | HoldEnd
    | Transferred
    | Trust
    | ConnectBurstEnd
    | Path
    | PacReply
    | PacResult
)
