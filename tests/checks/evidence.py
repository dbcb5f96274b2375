"""Evidence built by hand: a run with its trails, in a few lines, with real bytes on the wire where a check reads them.

`Notes` takes down what was seen. What is given whole (`saw`, `looked_up`, `dialled` ...) stands for itself; a step of a walk
(`lookup`, `connect`, `handshake` ...) is the question that follows from the endpoint and from the step before.
"""

from collections.abc import Iterable
from datetime import timedelta

from msgspec.structs import replace

from diag.model.address import Address, Authority, literal
from diag.model.answer import Connection, DnsReply, HttpReply, Session, SystemLookup, TunnelReply, UpgradeReply, VerifyError
from diag.model.endpoint import Expectations, parse_endpoint
from diag.model.endpoint_view import EndpointView
from diag.model.fingerprint import Fingerprint, Service
from diag.model.machine import (
    HostsFile,
    Interfaces,
    MachineFacts,
    Proxies,
    Resolvers,
    Routes,
    System,
    TrustSettings,
)
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
from diag.model.run import Control, Evidence, Limits, Repetition, Run, Trail, Trials
from tests.checks.replies import ADDRESS, HOST, NOW, PROXY_IP, RESOLVER, SILENCE, headers

TOOK = 0.02
"""Seconds that a look takes, unless told otherwise."""
TOPICS: dict[type[MachineFacts], Topic] = {
    HostsFile: Topic.HOSTS,
    Interfaces: Topic.INTERFACES,
    Proxies: Topic.PROXIES,
    Resolvers: Topic.RESOLVERS,
    Routes: Topic.ROUTES,
    System: Topic.SYSTEM,
    TrustSettings: Topic.TRUST,
}


class Notes:
    """A run in the making: endpoints first, then what was seen. Everything lands on the walk of `at`, unless told otherwise."""

    def __init__(
        self,
        *urls: str,
        proxy: str = "",
        proxy_scheme: str = "http",
        login: bool = False,
        expects: Expectations | None = None,
        limits: Limits | None = None,
        trials: Trials | None = None,
        controls: Iterable[str] = (),
        known: tuple[Fingerprint, ...] = (),
    ) -> None:
        self.endpoints = [parse_endpoint(url, expects=expects) for url in urls or (f"https://{HOST}",)]
        self.endpoint = self.endpoints[0]
        host, _, port = proxy.rpartition(":")
        self.proxy = ProxyAddress(host, int(port), proxy_scheme, login) if proxy else None
        self.route = Route(RouteReason.VARIABLE, self.proxy, "HTTPS_PROXY") if self.proxy else Route(RouteReason.NOTHING_SET)
        self.limits = limits or Limits()
        self.trials = trials or Trials()
        self.controls = [Control(parse_endpoint(control).authority) for control in controls]
        self.known = known
        self.observations: list[Observation] = []
        self.inspected: list[str] = []
        self.wire: Carrier | None = None
        self._walks: list[list[str]] = [[] for _ in self.endpoints]
        self._followed: list[list[str]] = [[] for _ in self.endpoints]
        self._again: list[list[list[str]]] = [[] for _ in self.endpoints]

    def machine(self, *facts: MachineFacts) -> "Notes":
        """What this machine says of itself."""
        for answer in facts:
            self.inspected.append(self._note(Inspect(TOPICS[type(answer)]), answer, 0.001).id)
        return self

    def saw(
        self,
        question: Question,
        answer: Answer | Fault,
        took: float = TOOK,
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
        seen = self._note(Connect(Address(host, port)), Connection(failure, **more), TOOK)  # type: ignore[arg-type]
        self.controls.append(Control(Authority(host, port), (seen.id,), target))
        return self

    def repeated(self, at: int, *seen: tuple[Question, Answer], took: float = TOOK) -> "Notes":
        """One more walk to endpoint `at`."""
        self._again[at].append([self._note(question, answer, took).id for question, answer in seen])
        return self

    def also(self, question: Question, answer: Answer | None) -> "Notes":
        """One observation of a follow-up question; None: the end of the run came first."""
        return self.saw(question, Fault(FaultKind.DEADLINE) if answer is None else answer, beside=True)

    def _note(self, question: Question, answer: Answer | Fault, took: float, after: float = 0) -> Observation:
        seen = next((one for one in self.observations if one.question == question), None)
        if seen is None:
            number = 1 + sum(kind(known.question) == kind(question) for known in self.observations)
            good, fault = (None, answer) if isinstance(answer, Fault) else (answer, None)
            seen = Observation(f"{kind(question)}-{number}", question, NOW + timedelta(seconds=after), took, good, fault)
            self.observations.append(seen)
        return seen

    def _step(self, question: Question, answer: Answer) -> "Notes":
        """One step of the walk, on which the next one stands."""
        if isinstance(question, Connect | Tunnel | Upgrade | Handshake):
            self.wire = question
        return self.saw(question, answer)

    def looked_up(self, *addresses: str, failure: str = "", name: str = HOST, at: int = 0, took: float = TOOK) -> "Notes":
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
        took: float = TOOK,
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
        took: float = TOOK,
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

    def lookup(self, *addresses: str, failure: str = "") -> "Notes":
        host = self.proxy.host if self.proxy else self.endpoint.host
        return self._step(Lookup(host), SystemLookup(addresses, failure))

    def connect(self, address: str = "", failure: str = "") -> "Notes":
        first = address or (PROXY_IP if self.proxy else ADDRESS)
        port = self.proxy.port if self.proxy else self.endpoint.port
        return self._step(Connect(Address(first, port)), Connection(failure))

    def proxy_handshake(self, **answer: object) -> "Notes":
        assert isinstance(self.wire, Connect)
        assert self.proxy
        return self._step(Handshake(self.wire, self.proxy.host), _session(answer))

    def tunnel(self, status: int = 200, *lines: str, login: str = "none", failure: str = "", first: bytes = b"") -> "Notes":
        assert isinstance(self.wire, Connect | Handshake)
        assert self.proxy
        failure = failure or ("" if 200 <= status < 300 else "tunnel_refused")
        question = Tunnel(self.wire, self.proxy.authority, self.endpoint.authority, "basic" if login == "basic" else "none")
        answer = TunnelReply(failure, status, "", headers(*lines), first)
        wire = self.wire
        self._step(question, answer)
        if failure:
            self.wire = wire
        return self

    def look_for_target(self, *addresses: str, failure: str = "") -> "Notes":
        """The lookup of the endpoint's own name that a client makes before it asks its SOCKS proxy."""
        return self._step(Lookup(self.endpoint.host), SystemLookup(addresses, failure))

    def socks(self, refusal: str = "", *, target: str = "", failure: str = "", **answer: object) -> "Notes":
        """What a SOCKS proxy answers; `target` is what it was asked for, where that is not the endpoint's own name."""
        assert isinstance(self.wire, Connect)
        assert self.proxy
        login: LoginScheme = "password" if self.proxy.login else "none"
        asked = Authority(target, self.endpoint.port) if target else self.endpoint.authority
        failure = failure or ("tunnel_refused" if refusal else "")
        given = {"step": "request", **answer, "failure": failure, "refusal": refusal}
        wire = self.wire
        self._step(Tunnel(wire, self.proxy.authority, asked, login, self.proxy.protocol), TunnelReply(**given))  # type: ignore[arg-type]
        if failure:
            self.wire = wire
        return self

    def upgrade(self, failure: str = "", **answer: object) -> "Notes":
        """What the server says to the wish to go over to TLS."""
        assert isinstance(self.wire, Connect | Tunnel)
        assert self.endpoint.upgrade
        return self._step(Upgrade(self.wire, self.endpoint.upgrade), UpgradeReply(failure, **answer))  # type: ignore[arg-type]

    def handshake(self, chain: Iterable[bytes] = (), *errors: tuple[int, int], **answer: object) -> "Notes":
        assert isinstance(self.wire, Connect | Tunnel | Upgrade)
        name = "" if literal(self.endpoint.host) else self.endpoint.host
        expects = self.endpoint.expects
        question = Handshake(self.wire, name, trust=expects.trust or "system", client=expects.certificate)
        given = {"chain": tuple(chain), "verify_errors": tuple(VerifyError(*error) for error in errors), **answer}
        return self._step(question, _session(given))

    def exchange(self, status: int = 200, *lines: str, login: LoginScheme = "none", **answer: object) -> "Notes":
        assert self.wire
        assert not isinstance(self.wire, Upgrade)
        target = self.endpoint.path
        if self.proxy and self.endpoint.scheme == "http":
            target = f"http://{self.endpoint.authority}{self.endpoint.path}"
        reply = HttpReply(status=status, headers=headers(*lines), **answer)  # type: ignore[arg-type]
        question = Exchange(self.wire, self.endpoint.authority, target)
        if login != "none" and self.proxy:
            question = replace(question, proxy=self.proxy.authority, login=login)
        return self._step(question, reply)

    @property
    def handshake_question(self) -> Handshake:
        return next(s.question for s in reversed(self.observations) if isinstance(s.question, Handshake))

    @property
    def trails(self) -> tuple[Trail, ...]:
        """Each endpoint with the ids of what was seen of it."""
        return tuple(
            Trail(endpoint, self.route, tuple(walk), tuple(followed), tuple(Repetition(tuple(ids)) for ids in again))
            for endpoint, walk, followed, again in zip(self.endpoints, self._walks, self._followed, self._again, strict=True)
        )

    @property
    def evidence(self) -> Evidence:
        """The whole, as it would be judged."""
        return evidence_of(self)

    @property
    def case(self) -> EndpointView:
        evidence = self.evidence
        return EndpointView(evidence, evidence.run.trails[0])


def _session(given: dict[str, object]) -> Session:
    failure = given.get("failure", "")
    return Session(**{"finished": not failure, "version": "" if failure else "TLSv1.3", **given})  # type: ignore[arg-type]


def evidence_of(first: Notes, *beside: Notes) -> Evidence:
    """One run over all of them, of the first one's machine and limits. Ids are made unique, so that each keeps its own."""
    observations = list(first.observations)
    trails = list(first.trails)
    for number, notes in enumerate(beside, 1):
        observations += [replace(seen, id=f"{seen.id}{number:03}") for seen in notes.observations]
        for trail in notes.trails:
            walk, followed = (tuple(f"{one}{number:03}" for one in ids) for ids in (trail.walk, trail.followed))
            trails.append(replace(trail, walk=walk, followed=followed))
    run = Run(
        "0.0.0",
        NOW,
        NOW + timedelta(seconds=10),
        first.limits,
        tuple(trails),
        tuple(first.inspected),
        trials=first.trials,
        controls=tuple(first.controls),
        service=Service("acme", fingerprints=tuple(one for notes in (first, *beside) for one in notes.known)),
    )
    return Evidence(run, tuple(observations))
