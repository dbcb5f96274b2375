"""Evidence of the upper layers, built by hand: a walk with real certificates and real header lines, in a few words."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import dns.message
import dns.rcode
import dns.rrset
from msgspec.structs import replace

from diag.engine.judge import judge
from diag.model.address import Address, Authority, literal
from diag.model.answer import (
    Connection,
    DnsReply,
    Header,
    HttpReply,
    Session,
    SystemLookup,
    TunnelReply,
    UpgradeReply,
    VerifyError,
)
from diag.model.check import AnyCheck, EndpointCheck
from diag.model.endpoint import Expectations, parse_endpoint
from diag.model.endpoint_view import EndpointView
from diag.model.fingerprint import Fingerprint, Service
from diag.model.machine import HostsFile, Interfaces, MachineFacts, Proxies, Resolvers, System, TrustSettings
from diag.model.observation import Answer, Fault, FaultKind, Observation
from diag.model.question import (
    Carrier,
    Connect,
    Exchange,
    Handshake,
    Inspect,
    LoginScheme,
    Lookup,
    Question,
    Topic,
    Tunnel,
    Upgrade,
    kind,
)
from diag.model.route import ProxyAddress, Route, RouteReason
from diag.model.run import Control, Evidence, Limits, Run, Trail
from diag.model.verdict import Finding

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOST = "api.example.com"
ADDRESS = "203.0.113.10"
PROXY_IP = "10.0.0.9"
TOPICS: dict[type[MachineFacts], Topic] = {
    System: Topic.SYSTEM,
    HostsFile: Topic.HOSTS,
    Interfaces: Topic.INTERFACES,
    Proxies: Topic.PROXIES,
    Resolvers: Topic.RESOLVERS,
    TrustSettings: Topic.TRUST,
}


def headers(*lines: str) -> tuple[Header, ...]:
    """Header lines as they stand on the wire, names in lower case as the probe writes them."""
    return tuple(Header(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines))


def date_line(moment: datetime = NOW) -> str:
    return f"Date: {format_datetime(moment, usegmt=True)}"


class Scene:
    """One endpoint's evidence in the making. Each step stands on the one before; `also` adds what was asked afterwards."""

    def __init__(
        self,
        url: str = f"https://{HOST}",
        *,
        proxy: str = "",
        proxy_scheme: str = "http",
        login: bool = False,
        expects: Expectations | None = None,
        limits: Limits | None = None,
        controls: Iterable[str] = (),
        known: tuple[Fingerprint, ...] = (),
    ) -> None:
        self.endpoint = parse_endpoint(url, expects=expects)
        host, _, port = proxy.rpartition(":")
        self.proxy = ProxyAddress(host, int(port), proxy_scheme, login) if proxy else None
        self.route = Route(RouteReason.VARIABLE, self.proxy, "HTTPS_PROXY") if self.proxy else Route(RouteReason.NOTHING_SET)
        self.limits = limits or Limits()
        self.controls = tuple(Control(parse_endpoint(control).authority) for control in controls)
        self.known = known
        self.observations: list[Observation] = []
        self.walk: list[str] = []
        self.followed: list[str] = []
        self.inspected: list[str] = []
        self.wire: Carrier | None = None

    def _note(self, question: Question, answer: Answer | None, *, walk: bool) -> "Scene":
        number = sum(kind(seen.question) == kind(question) for seen in self.observations) + 1
        fault = Fault(FaultKind.DEADLINE) if answer is None else None
        seen = Observation(f"{kind(question)}-{number}", question, NOW, 0.0, answer, fault)
        self.observations.append(seen)
        (self.walk if walk else self.followed).append(seen.id)
        if walk and isinstance(question, Connect | Tunnel | Upgrade | Handshake):
            self.wire = question
        return self

    def lookup(self, *addresses: str, failure: str = "") -> "Scene":
        host = self.proxy.host if self.proxy else self.endpoint.host
        return self._note(Lookup(host), SystemLookup(addresses, failure), walk=True)

    def connect(self, address: str = "", failure: str = "") -> "Scene":
        first = address or (PROXY_IP if self.proxy else ADDRESS)
        port = self.proxy.port if self.proxy else self.endpoint.port
        return self._note(Connect(Address(first, port)), Connection(failure), walk=True)

    def proxy_handshake(self, **answer: object) -> "Scene":
        assert isinstance(self.wire, Connect)
        assert self.proxy
        return self._note(Handshake(self.wire, self.proxy.host), _session(answer), walk=True)

    def tunnel(self, status: int = 200, *lines: str, login: str = "none", failure: str = "", first: bytes = b"") -> "Scene":
        assert isinstance(self.wire, Connect | Handshake)
        assert self.proxy
        failure = failure or ("" if 200 <= status < 300 else "tunnel_refused")
        question = Tunnel(self.wire, self.proxy.authority, self.endpoint.authority, "basic" if login == "basic" else "none")
        answer = TunnelReply(failure, status, "", headers(*lines), first)
        wire = self.wire
        self._note(question, answer, walk=True)
        if failure:
            self.wire = wire
        return self

    def look_for_target(self, *addresses: str, failure: str = "") -> "Scene":
        """The lookup of the endpoint's own name that a client makes before it asks its SOCKS proxy."""
        return self._note(Lookup(self.endpoint.host), SystemLookup(addresses, failure), walk=True)

    def socks(self, refusal: str = "", *, target: str = "", failure: str = "", **answer: object) -> "Scene":
        """What a SOCKS proxy answers; `target` is what it was asked for, where that is not the endpoint's own name."""
        assert isinstance(self.wire, Connect)
        assert self.proxy
        login: LoginScheme = "password" if self.proxy.login else "none"
        asked = Authority(target, self.endpoint.port) if target else self.endpoint.authority
        failure = failure or ("tunnel_refused" if refusal else "")
        given = {"step": "request", **answer, "failure": failure, "refusal": refusal}
        wire = self.wire
        self._note(Tunnel(wire, self.proxy.authority, asked, login, self.proxy.protocol), TunnelReply(**given), walk=True)  # type: ignore[arg-type]
        if failure:
            self.wire = wire
        return self

    def upgrade(self, failure: str = "", **answer: object) -> "Scene":
        """What the server says to the wish to go over to TLS."""
        assert isinstance(self.wire, Connect | Tunnel)
        assert self.endpoint.upgrade
        return self._note(Upgrade(self.wire, self.endpoint.upgrade), UpgradeReply(failure, **answer), walk=True)  # type: ignore[arg-type]

    def handshake(self, chain: Iterable[bytes] = (), *errors: tuple[int, int], **answer: object) -> "Scene":
        assert isinstance(self.wire, Connect | Tunnel | Upgrade)
        name = "" if literal(self.endpoint.host) else self.endpoint.host
        expects = self.endpoint.expects
        question = Handshake(self.wire, name, trust=expects.trust or "system", client=expects.certificate)
        given = {"chain": tuple(chain), "verify_errors": tuple(VerifyError(*error) for error in errors), **answer}
        return self._note(question, _session(given), walk=True)

    def exchange(self, status: int = 200, *lines: str, login: LoginScheme = "none", **answer: object) -> "Scene":
        assert self.wire
        target = self.endpoint.path
        if self.proxy and self.endpoint.scheme == "http":
            target = f"http://{self.endpoint.authority}{self.endpoint.path}"
        reply = HttpReply(status=status, headers=headers(*lines), **answer)  # type: ignore[arg-type]
        question = Exchange(self.wire, self.endpoint.authority, target)
        if login != "none" and self.proxy:
            question = replace(question, proxy=self.proxy.authority, login=login)
        return self._note(question, reply, walk=True)

    def machine(self, *facts: MachineFacts) -> "Scene":
        """What this computer says of itself."""
        for answer in facts:
            self._note(Inspect(TOPICS[type(answer)]), answer, walk=False)
            self.inspected.append(self.followed.pop())
        return self

    def also(self, question: Question, answer: Answer | None) -> "Scene":
        return self._note(question, answer, walk=False)

    @property
    def handshake_question(self) -> Handshake:
        return next(s.question for s in reversed(self.observations) if isinstance(s.question, Handshake))

    @property
    def evidence(self) -> Evidence:
        return evidence_of(self)

    @property
    def case(self) -> EndpointView:
        evidence = self.evidence
        return EndpointView(evidence, evidence.run.trails[0])


def _session(given: dict[str, object]) -> Session:
    failure = given.get("failure", "")
    return Session(**{"finished": not failure, "version": "" if failure else "TLSv1.3", **given})  # type: ignore[arg-type]


def evidence_of(*scenes: Scene) -> Evidence:
    """One run over several scenes. Ids are made unique, so that each scene keeps its own."""
    observations: list[Observation] = []
    trails: list[Trail] = []
    for number, scene in enumerate(scenes):

        def name(plain: str, number: int = number) -> str:
            return plain if number == 0 else f"{plain}{number:03}"

        for seen in scene.observations:
            observations.append(
                Observation(name(seen.id), seen.question, seen.began, seen.took, seen.answer, seen.fault, seen.needed)
            )
        trails.append(Trail(scene.endpoint, scene.route, tuple(map(name, scene.walk)), tuple(map(name, scene.followed))))
    machine = tuple(scenes[0].inspected) if scenes else ()
    limits = scenes[0].limits if scenes else Limits()
    controls = scenes[0].controls if scenes else ()
    service = Service("acme", fingerprints=tuple(one for scene in scenes for one in scene.known))
    run = Run("0", NOW, NOW + timedelta(seconds=3), limits, tuple(trails), machine, controls=controls, service=service)
    return Evidence(run, tuple(observations))


def found(check: AnyCheck, scene: Scene, *beside: Scene) -> Finding:
    """What the check says of the first scene, or of the run, asked through the engine."""
    return judge(evidence_of(scene, *beside), (check,)).verdicts[0].finding


def asks(check: AnyCheck, scene: Scene) -> list[Question]:
    """What the check wants to know besides."""
    assert isinstance(check, EndpointCheck)
    return list(check.questions(scene.case)) if check.applies(scene.case) else []


def told(host: str, *addresses: str, rcode: str = "NOERROR", zone: str = "") -> DnsReply:
    """A resolver's answer as it stands on the wire."""
    answer = dns.message.make_response(dns.message.make_query(host, "A"))
    answer.set_rcode(dns.rcode.from_text(rcode))
    if addresses:
        answer.answer.append(dns.rrset.from_text(f"{host}.", 60, "IN", "A", *addresses))
    if zone:
        answer.authority.append(dns.rrset.from_text(f"{zone}.", 60, "IN", "SOA", "ns.example.com. admin.example.com. 1 2 3 4 5"))
    return DnsReply(answer.to_wire())
