"""Evidence built by hand: a run with its trails, in a few lines, with real bytes on the wire where a check reads them."""

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

from diag.model.address import Address, Authority, literal
from diag.model.answer import Connection, DnsReply, Header, HttpReply, Session, SystemLookup, VerifyError
from diag.model.check import AnyCheck, EndpointCheck, RunCheck
from diag.model.endpoint import parse_endpoint
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.machine import HostsFile, HostsLine, Interface, Interfaces, MachineFacts, Resolvers, RouteEntry, Routes
from diag.model.observation import Answer, Fault, FaultKind, Observation
from diag.model.question import Connect, Exchange, Handshake, Inspect, Lookup, Question, Topic, kind
from diag.model.route import ProxyAddress, Route, RouteReason
from diag.model.run import Control, Evidence, Limits, Repetition, Run, Trail, Trials
from diag.model.verdict import Finding, not_applicable

BEGAN = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
RESOLVER = Address("10.0.0.53", 53)
SECOND = Address("10.0.1.53", 53)
HOST = "api.example.com"
FOUR, FIVE = "198.51.100.4", "198.51.100.5"
SIX = "2001:db8::6"

_TOPICS = {
    "Interfaces": Topic.INTERFACES,
    "Routes": Topic.ROUTES,
    "Resolvers": Topic.RESOLVERS,
    "HostsFile": Topic.HOSTS,
    "TrustSettings": Topic.TRUST,
    "System": Topic.SYSTEM,
    "Proxies": Topic.PROXIES,
}


class Notes:
    """A run in the making: endpoints first, then what was seen. Everything lands on the walk of `at`, unless told otherwise."""

    def __init__(self, *urls: str, proxy: str = "", limits: Limits | None = None, trials: Trials | None = None) -> None:
        self._endpoints = [parse_endpoint(url) for url in urls or (f"https://{HOST}",)]
        host, _, port = proxy.rpartition(":")
        self._proxy = ProxyAddress(host, int(port)) if proxy else None
        self._limits = limits or Limits()
        self._walks: list[list[str]] = [[] for _ in self._endpoints]
        self._followed: list[list[str]] = [[] for _ in self._endpoints]
        self._machine: list[str] = []
        self._trials = trials or Trials()
        self._controls: list[Control] = []
        self._again: list[list[list[str]]] = [[] for _ in self._endpoints]
        self._seen: dict[Question, Observation] = {}

    def machine(self, *facts: MachineFacts) -> "Notes":
        """What this machine says of itself."""
        for answer in facts:
            self._machine.append(self._note(Inspect(_TOPICS[type(answer).__name__]), answer, 0.001).id)
        return self

    def saw(
        self,
        question: Question,
        answer: Answer | Fault,
        took: float = 0.02,
        *,
        at: int = 0,
        beside: bool = False,
        after: float = 0,
    ) -> "Notes":
        """One observation of endpoint `at`; `beside`: of a follow-up question. `after`: seconds since the run began."""
        (self._followed if beside else self._walks)[at].append(self._note(question, answer, took, after).id)
        return self

    def control(self, host: str, failure: str = "", *, port: int = 443, target: str = "", **more: object) -> "Notes":
        """A host that the user names as known to be good, by its address, and how the connect to it went."""
        seen = self._note(Connect(Address(host, port)), Connection(failure, **more), 0.02)  # type: ignore[arg-type]
        self._controls.append(Control(Authority(host, port), (seen.id,), target))
        return self

    def repeated(self, at: int, *seen: tuple[Question, Answer], took: float = 0.02) -> "Notes":
        """One more walk to endpoint `at`."""
        self._again[at].append([self._note(question, answer, took).id for question, answer in seen])
        return self

    def _note(self, question: Question, answer: Answer | Fault, took: float, after: float = 0) -> Observation:
        if question not in self._seen:
            number = 1 + sum(kind(known) == kind(question) for known in self._seen)
            good, fault = (None, answer) if isinstance(answer, Fault) else (answer, None)
            began = BEGAN + timedelta(seconds=after)
            self._seen[question] = Observation(f"{kind(question)}-{number}", question, began, took, good, fault)
        return self._seen[question]

    def looked_up(self, *addresses: str, failure: str = "", name: str = HOST, at: int = 0, took: float = 0.02) -> "Notes":
        """The system's lookup."""
        return self.saw(Lookup(name), SystemLookup(addresses, failure), took, at=at)

    def told(
        self,
        four: DnsReply | Fault | None,
        six: DnsReply | Fault | None = None,
        *,
        server: Address = RESOLVER,
        name: str = HOST,
        at: int = 0,
        took: float = 0.02,
    ) -> "Notes":
        """One resolver's replies about A and AAAA; `six` is as `four` where it is not given."""
        if four is not None:
            self.saw(Lookup(name, server, "A"), four, took, at=at)
        self.saw(Lookup(name, server, "AAAA"), six if six is not None else four or SILENCE, took, at=at)
        return self

    def dialled(
        self,
        host: str,
        failure: str = "",
        *,
        port: int = 443,
        took: float = 0.02,
        at: int = 0,
        beside: bool = False,
        **more: object,
    ) -> "Notes":
        """One connect."""
        answer = Connection(failure, **more)  # type: ignore[arg-type]
        return self.saw(Connect(Address(host, port)), answer, took, at=at, beside=beside)

    def shook(
        self, host: str, session: Session, *, name: str = HOST, port: int = 443, at: int = 0, beside: bool = False
    ) -> "Notes":
        """One handshake with an address."""
        return self.saw(Handshake(Connect(Address(host, port)), name), session, at=at, beside=beside)

    def fetched(
        self, host: str, reply: HttpReply, *, name: str = HOST, port: int = 443, at: int = 0, after: float = 0
    ) -> "Notes":
        """One request over TLS to an address."""
        over = Handshake(Connect(Address(host, port)), name)
        return self.saw(Exchange(over, Authority(name, port)), reply, at=at, after=after)

    def evidence(self) -> Evidence:
        """The whole, as it would be judged."""
        route = Route(RouteReason.VARIABLE if self._proxy else RouteReason.NOTHING_SET, self._proxy)
        trails = tuple(
            Trail(endpoint, route, tuple(walk), tuple(followed), tuple(Repetition(tuple(ids)) for ids in again))
            for endpoint, walk, followed, again in zip(self._endpoints, self._walks, self._followed, self._again, strict=True)
        )
        ended = BEGAN + timedelta(seconds=10)
        run = Run(
            "0.0.0",
            BEGAN,
            ended,
            self._limits,
            trails,
            tuple(self._machine),
            trials=self._trials,
            controls=tuple(self._controls),
        )
        return Evidence(run, tuple(self._seen.values()))


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
    host: str = HOST, since: datetime = BEGAN - timedelta(days=30), until: datetime = BEGAN + timedelta(days=60)
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


def answered(date: datetime | None = BEGAN, **fields: str) -> HttpReply:
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


def judged(check: AnyCheck, notes: Notes, at: int = 0) -> Finding:
    """What a check says of endpoint `at`, or of the run."""
    return judge(check, notes.evidence(), at)


def judge(check: AnyCheck, evidence: Evidence, at: int = 0) -> Finding:
    """What a check says of evidence; every name in its sentences must then be a fact."""
    finding: Finding
    if isinstance(check, RunCheck):
        whole = RunView(evidence)
        finding = check.judge(whole) if check.applies(whole) else not_applicable()
    else:
        case = EndpointView(evidence, evidence.run.trails[at])
        finding = check.judge(case) if check.applies(case) else not_applicable()
    return finding


def wanted(check: AnyCheck, notes: Notes, at: int = 0) -> tuple[Question, ...]:
    """What a check would still like to ask."""
    evidence = notes.evidence()
    if isinstance(check, EndpointCheck):
        return tuple(check.questions(EndpointView(evidence, evidence.run.trails[at])))
    return tuple(check.questions(RunView(evidence)))
