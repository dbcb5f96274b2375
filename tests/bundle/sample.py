"""Evidence made by hand, in which every kind of question, answer and private value stands; not recorded, and not judged."""

import hashlib
from datetime import UTC, datetime, timedelta

import dns.message
import dns.rrset

from diag.bundle.known_secrets import Private
from diag.model.address import Address, Authority
from diag.model.answer import (
    Alert,
    Connection,
    DnsReply,
    Header,
    HoldEnd,
    HttpReply,
    IcmpError,
    Session,
    SystemLookup,
    TcpInfo,
    Transferred,
    Trust,
    TunnelReply,
    UpgradeReply,
    VerifyError,
)
from diag.model.diagnosis import Cause, Diagnosis, EndpointState, Outcome
from diag.model.endpoint import Endpoint, Expectations, Network
from diag.model.endpoint_view import Stage
from diag.model.machine import (
    HostsFile,
    HostsLine,
    Interface,
    Interfaces,
    Proxies,
    ProxyVariable,
    Resolvers,
    RouteEntry,
    Routes,
    System,
    TrustSettings,
    TrustVariable,
)
from diag.model.observation import Fault, FaultKind, Observation
from diag.model.question import (
    Connect,
    Exchange,
    Handshake,
    Hold,
    Inspect,
    Lookup,
    Question,
    Topic,
    Transfer,
    Tunnel,
    Upgrade,
    Verify,
)
from diag.model.route import ProxyAddress, Route, RouteReason
from diag.model.run import Evidence, Limits, Run, Trail
from diag.model.secret import Login, Secret
from diag.model.verdict import Because, Confidence, Finding, Owner, Status, Verdict

KEY = b"k" * 32
BEGAN = datetime(2026, 3, 4, 5, 6, 7, 890000, tzinfo=UTC)
ENDPOINT = Endpoint("acme.service.example.com", 443, role="ACCOUNT", expects=Expectations(network=Network.PRIVATE))
ALIAS = "vpce-0a1b2c.privatelink.example.com"
RESOLVER = Address("10.20.30.53", 53)
PROXY = Authority("proxy.corp.acme.example", 3128)
PASSWORD = "c4nary/Pass+word"
PRIVATE = Private(
    logins=(Login("svc-canary", PASSWORD),),
    secrets=(Secret("tok3n-of-canaries"),),
    users=("alice",),
    machines=("alices-laptop", "alices-laptop.corp.acme.example"),
    homes=("/home/alice",),
)


def private_values() -> tuple[str, ...]:
    """Every text of the sample that must not be in a bundle at the standard level."""
    return (
        PASSWORD,
        "tok3n-of-canaries",
        "svc-canary",
        "alice",
        "alices-laptop",
        "/home/alice",
        "bob",
        "filesrv",
        "db01.inside",
        "inside-net",
    )


def certificate(name: str, size: int = 900) -> bytes:
    """Bytes that begin like DER, hold a host name in clear, and do not pack."""
    noise = b"".join(hashlib.sha256(f"{name}{n}".encode()).digest() for n in range(size // 32))
    return b"\x30\x82\x03\x84" + name.encode() + b"\x82" + noise


def dns_answer(name: str, *addresses: str, alias: str = "", primary: str = "") -> bytes:
    """A DNS message in wire format."""
    message = dns.message.make_response(dns.message.make_query(name, "A", id=7))
    owner = name + "."
    if alias:
        message.answer.append(dns.rrset.from_text(owner, 60, "IN", "CNAME", alias + "."))
        owner = alias + "."
    if addresses:
        message.answer.append(dns.rrset.from_text(owner, 60, "IN", "A", *addresses))
    if primary:
        message.authority.append(dns.rrset.from_text("example.com.", 60, "IN", "SOA", f"{primary}. admin.{primary}. 1 2 3 4 5"))
    return message.to_wire()


class Notes:
    """Observations, with ids and times that count up."""

    def __init__(self) -> None:
        self.seen: list[Observation] = []

    def add(self, question: Question, answer: object = None, fault: Fault | None = None) -> str:
        number = len(self.seen)
        began = BEGAN + timedelta(milliseconds=number)
        id = f"{question.__struct_config__.tag}-{number}"
        self.seen.append(Observation(id, question, began, 0.25, answer, fault))  # type: ignore[arg-type]
        return id


def machine(notes: Notes) -> tuple[str, ...]:
    """Every topic of this machine."""
    proxy = ProxyAddress(PROXY.host, PROXY.port, login=True)
    return (
        notes.add(Inspect(Topic.SYSTEM), System("Linux", "6.1", "x86_64", "3.11.7", "3.0.19", "4.0.0", "debian 12")),
        notes.add(
            Inspect(Topic.INTERFACES),
            Interfaces(
                (
                    Interface("lo", True, 65536, ("127.0.0.1", "::1"), True),
                    Interface("eth0", True, 1500, ("10.20.30.40", "fe80::1%eth0")),
                )
            ),
        ),
        notes.add(
            Inspect(Topic.ROUTES),
            Routes((RouteEntry("0.0.0.0/0", "10.20.30.1", "eth0"), RouteEntry("10.20.30.0/24", "", "eth0"))),
        ),
        notes.add(
            Inspect(Topic.RESOLVERS),
            Resolvers((RESOLVER,), ("inside-net.example.com", "db01.inside.example.com"), ("ndots:5",), "resolv.conf"),
        ),
        notes.add(
            Inspect(Topic.HOSTS, (ENDPOINT.host,)), HostsFile("/etc/hosts", (HostsLine("10.9.9.9", (ENDPOINT.host,), 12),))
        ),
        notes.add(
            Inspect(Topic.PROXIES),
            Proxies(
                (ProxyVariable("HTTPS_PROXY", proxy, scheme="http"),),
                ("localhost", ".db01.inside.example.com", "*.service.example.com", "10.0.0.0/8", "*"),
                "NO_PROXY",
            ),
        ),
        notes.add(
            Inspect(Topic.TRUST),
            TrustSettings(
                (
                    TrustVariable("SSL_CERT_FILE", "/home/alice/ca.pem", 3),
                    TrustVariable("CURL_CA_BUNDLE", "C:\\Users\\bob\\ca.pem", 0, "missing"),
                    TrustVariable("NODE_EXTRA_CA_CERTS", "\\\\filesrv\\certs\\ca.pem", 1),
                ),
                "/etc/ssl/certs",
            ),
        ),
    )


def walk(notes: Notes, endpoint: Endpoint) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """One endpoint's plain walk and follow-up questions."""
    lookup = Lookup(PROXY.host)
    connect = Connect(Address("10.20.30.31", PROXY.port))
    tunnel = Tunnel(connect, PROXY, endpoint.authority)
    basic = Tunnel(connect, PROXY, endpoint.authority, "basic")
    handshake = Handshake(basic, endpoint.host)
    exchange = Exchange(handshake, endpoint.authority, endpoint.path)
    issuer = Exchange(Connect(Address("203.0.113.7", 80)), Authority("pki.example.net", 80), "/issuer.der", keep=4096)
    inside = f"{endpoint.host}.db01.inside.example.com"
    refusal = TunnelReply(
        "tunnel_refused",
        407,
        "Proxy Authentication Required",
        (Header("proxy-authenticate", 'Basic realm="alice"'), Header("set-cookie", "sid=c00kie-canary")),
        b"HTTP/1.1 407 no\r\nSet-Cookie: sid=c00kie-canary\r\n\r\n"
        b"<p>user alice on alices-laptop, home /home/alice, db01.inside.example.com</p>",
    )
    session = Session(
        finished=True,
        version="TLSv1.3",
        chain=(certificate(endpoint.host), certificate("issuer.example.net")),
        verify_errors=(VerifyError(20, 0),),
        alerts=(Alert("peer", 2, "unknown_ca"),),
        staple=b"\x30\x03\x0a\x01\x00",
    )
    moved = (Header("location", "https://login.example.com/in?ticket=abcdef"), Header("server", "svc"))
    walked = (
        notes.add(lookup, SystemLookup(("10.20.30.31",))),
        notes.add(Lookup(endpoint.host, RESOLVER, "A"), DnsReply(dns_answer(endpoint.host, "10.1.2.3", alias=ALIAS))),
        notes.add(Lookup(inside, RESOLVER, "A"), DnsReply(dns_answer(inside, primary="ns.db01.inside.example.com"))),
        notes.add(connect, Connection(source="10.20.30.40", tcp=TcpInfo(1, 250))),
        notes.add(tunnel, refusal),
        notes.add(basic, TunnelReply(status=200, reason="OK")),
        notes.add(handshake, session),
        notes.add(exchange, HttpReply(status=302, version="1.1", headers=moved, body=b"moved")),
    )
    followed = (
        notes.add(Lookup(ALIAS, RESOLVER, "A"), DnsReply(failure="refused", icmp=IcmpError(4, 3, 3, "10.20.30.1"))),
        notes.add(issuer, HttpReply(status=200, body=certificate("pki.example.net"), complete=True)),
        notes.add(Hold(handshake, 30.0), HoldEnd("reset", 12.5)),
        notes.add(Verify(handshake, (issuer,), "/home/alice/ca.pem"), Trust(path=3)),
        notes.add(Connect(Address("10.20.30.31", PROXY.port), mss=1100), fault=Fault(FaultKind.DEADLINE)),
        notes.add(Transfer(handshake, endpoint.authority, endpoint.path, 5.0), Transferred(status=200, size=9_000, seconds=5.0)),
        notes.add(
            Upgrade(basic, "smtp"),
            UpgradeReply(
                "malformed",
                step="request",
                refusal="surplus",
                first_bytes=b"220 db01.inside.example.com ESMTP\r\n",
                last_bytes=b"250 hello alices-laptop\r\n",
                surplus=b"user alice of /home/alice\r\n",
            ),
        ),
    )
    return walked, followed


def evidence(endpoints: tuple[Endpoint, ...] = (ENDPOINT,)) -> Evidence:
    """A run over these endpoints, all through the proxy."""
    notes = Notes()
    inspected = machine(notes)
    route = Route(RouteReason.VARIABLE, ProxyAddress(PROXY.host, PROXY.port, login=True), "HTTPS_PROXY")
    trails = []
    for endpoint in endpoints:
        walked, followed = walk(notes, endpoint)
        trails.append(Trail(endpoint, route, walked, followed))
    seen = {observation.question: observation for observation in notes.seen}
    run = Run("0.1.0", BEGAN, BEGAN + timedelta(seconds=9), Limits(), tuple(trails), inspected)
    return Evidence(run, tuple(seen.values()))


def diagnosis(endpoints: tuple[Endpoint, ...] = (ENDPOINT,), checks: int = 3, proxy: object = PROXY) -> Diagnosis:
    """A diagnosis that has every status in it."""
    at = str(proxy)
    names = tuple(map(str, endpoints))
    verdicts = []
    for name in names:
        verdicts.append(
            Verdict(
                "proxy-login-required",
                name,
                Finding(
                    Status.PROBLEM,
                    ("tunnel-11",),
                    {"proxy": at, "schemes": ("Basic",), "since": BEGAN, "tries": 2, "share": 0.5, "open": True},
                    at,
                ),
            )
        )
        verdicts.append(
            Verdict(
                "tls-near-expiry", name, Finding(Status.WARNING, ("handshake-13",), {"on": BEGAN}, confidence=Confidence.LIKELY)
            )
        )
        verdicts.append(Verdict("dns-nxdomain", name, Finding(Status.OK, ("lookup-7",))))
        for number in range(checks - 3):
            verdicts.append(Verdict(f"http-check-{number}", name, Finding(Status.UNKNOWN, because=Because.NOT_REACHED)))
    verdicts.append(Verdict("machine-clock", "run", Finding(Status.NOT_APPLICABLE)))
    cause = Cause(
        "proxy-login-required",
        Status.PROBLEM,
        Confidence.CERTAIN,
        Owner.MACHINE,
        at,
        names,
        ("tunnel-11",),
        {"proxy": at},
        ("tls-x",),
    )
    states = tuple(
        EndpointState(endpoint, Outcome.PROBLEM, Stage.TUNNEL, False, ("proxy-login-required",)) for endpoint in endpoints
    )
    return Diagnosis(Outcome.PROBLEM, (cause,), states, tuple(verdicts))
