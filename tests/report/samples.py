"""A made-up run with everything in it that a report has to show: two causes, an open end, a fault, experiments."""

from datetime import UTC, datetime, timedelta

from diag.model.address import Address, Authority
from diag.model.answer import Connection, Header, HttpReply, IcmpError, Session, SystemLookup, TunnelReply, VerifyError
from diag.model.check import AnyCheck, EndpointCheck, Sentences
from diag.model.diagnosis import Cause, Diagnosis, EndpointState, Outcome
from diag.model.endpoint import Endpoint
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.machine import Proxies, ProxyVariable, Resolvers
from diag.model.observation import Fault, FaultKind, Observation
from diag.model.question import Connect, Exchange, Handshake, Inspect, Lookup, Question, Topic, Tunnel
from diag.model.route import ProxyAddress, Route, RouteReason
from diag.model.run import Evidence, Limits, Run, Trail
from diag.model.verdict import (
    RUN,
    Because,
    Confidence,
    Facts,
    Finding,
    Owner,
    Status,
    Verdict,
    not_applicable,
    ok,
    problem,
    unknown,
)

BEGAN = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)
PROXY = ProxyAddress("proxy.corp.test", 3128)
THROUGH = Route(RouteReason.VARIABLE, PROXY, "HTTPS_PROXY")
DIRECT = Route(RouteReason.NOTHING_SET)


def never(_: EndpointView) -> Finding:
    """A judgement that no report may ask for: reports show what was judged."""
    raise AssertionError("a report judges nothing")


def check(name: str, title: str, *, owner: Owner = Owner.MACHINE, seen: str = "Seen.", means: str = "It means.") -> EndpointCheck:
    sentences = Sentences(title=title, seen=seen, means=means, remedy=("Set the login for {proxy}.", "Run diag again."))
    return EndpointCheck(id=name, owner=owner, article="An article.", sentences=sentences, judge=never)


CATALOGUE: dict[str, AnyCheck] = {
    one.id: one
    for one in (
        check(
            "proxy-login-required",
            "The proxy {proxy} wants a login, and none was given",
            seen="The proxy {proxy} answered 407 and offers {schemes}.",
            means="Your proxy lets only people through that it knows. Nothing behind it can be reached until it knows you.",
        ),
        check("tls-certificate-expires-soon", "The certificate of {host} ends on {until}", owner=Owner.SERVICE),
    )
}


def seen(
    name: str, question: Question, after: float, took: float, answer: object = None, fault: Fault | None = None
) -> Observation:
    return Observation(name, question, BEGAN + timedelta(seconds=after), took, answer, fault)  # type: ignore[arg-type]


def lookup(number: int, name: str, *addresses: str, failure: str = "") -> Observation:
    return seen(f"lookup-{number}", Lookup(name), 0.001 * number, 0.012, SystemLookup(addresses, failure))


CONNECT_PROXY = Connect(Address("10.1.2.3", 3128))
TUNNEL = Tunnel(CONNECT_PROXY, Authority("proxy.corp.test", 3128), Authority("api.example.com", 443))
CONNECT_B = Connect(Address("198.51.100.7", 443))
TLS_B = Handshake(CONNECT_B, "b.example.com")
CONNECT_C = Connect(Address("198.51.100.9", 443))

API = Endpoint("api.example.com", 443)
SOON = Endpoint("b.example.com", 443)
OPEN = Endpoint("c.example.com", 443)

OBSERVATIONS = (
    seen(
        "inspect-1",
        Inspect(Topic.PROXIES),
        0.0,
        0.0004,
        Proxies((ProxyVariable("HTTPS_PROXY", PROXY),), ("localhost",), "NO_PROXY"),
    ),
    seen("inspect-2", Inspect(Topic.RESOLVERS), 0.0, 0.0002, Resolvers((Address("10.0.0.53", 53),))),
    lookup(1, "proxy.corp.test", "10.1.2.3"),
    seen("connect-1", CONNECT_PROXY, 0.02, 0.004, Connection()),
    seen(
        "tunnel-1",
        TUNNEL,
        0.03,
        0.006,
        TunnelReply("tunnel_refused", 407, "Proxy Authentication Required", (Header("proxy-authenticate", "Basic"),)),
    ),
    lookup(2, "b.example.com", "198.51.100.7"),
    seen("connect-2", CONNECT_B, 0.02, 0.011, Connection()),
    seen("handshake-1", TLS_B, 0.04, 0.02, Session(finished=True, version="TLSv1.3")),
    seen("exchange-1", Exchange(TLS_B, SOON.authority), 0.07, 0.03, HttpReply(status=403, reason="Forbidden")),
    lookup(3, "c.example.com", "198.51.100.9"),
    seen("connect-3", CONNECT_C, 0.02, 5.0, Connection("unreachable", icmp=IcmpError(4, 3, 1, "10.9.9.9"))),
    seen("handshake-2", Handshake(CONNECT_C, "c.example.com"), 5.1, 0.0, fault=Fault(FaultKind.DEADLINE)),
)
TRAILS = (
    Trail(API, THROUGH, ("lookup-1", "connect-1", "tunnel-1")),
    Trail(SOON, DIRECT, ("lookup-2", "connect-2", "handshake-1", "exchange-1")),
    Trail(OPEN, DIRECT, ("lookup-3", "connect-3"), ("handshake-2",)),
)
EVIDENCE = Evidence(
    Run("0.1.0", BEGAN, BEGAN + timedelta(seconds=5.21), Limits(), TRAILS, ("inspect-1", "inspect-2")),
    OBSERVATIONS,
)
LOGIN = Cause(
    id="proxy-login-required",
    status=Status.PROBLEM,
    confidence=Confidence.CERTAIN,
    owner=Owner.MACHINE,
    about="proxy.corp.test:3128",
    endpoints=(str(API),),
    cites=("tunnel-1",),
    facts={"proxy": "proxy.corp.test:3128", "schemes": ("Basic", "NTLM")},
    explains=("proxy-cannot-reach-target",),
)
ENDS = Cause(
    id="tls-certificate-expires-soon",
    status=Status.WARNING,
    confidence=Confidence.LIKELY,
    owner=Owner.SERVICE,
    about="ab" * 32,
    endpoints=(str(SOON),),
    cites=("handshake-1",),
    facts={"host": "b.example.com", "until": datetime(2026, 11, 20, 12, 0, tzinfo=UTC)},
)
VERDICTS = (
    Verdict("proxy-login-required", str(API), problem(OBSERVATIONS[4], about="proxy.corp.test:3128")),
    Verdict("proxy-login-required", str(SOON), not_applicable()),
    Verdict("tls-certificate-expires-soon", str(OPEN), unknown(Because.NOT_REACHED)),
    Verdict("dns-name-not-found", str(OPEN), ok(OBSERVATIONS[9])),
    Verdict("machine-offline", RUN, unknown(Because.UNDECIDED)),
)
STATES = (
    EndpointState(API, Outcome.PROBLEM, Stage.TUNNEL, False, ("proxy-login-required",)),
    EndpointState(SOON, Outcome.WARNING, Stage.EXCHANGE, True, ("tls-certificate-expires-soon",)),
    EndpointState(OPEN, Outcome.UNKNOWN, Stage.CONNECT, False),
)
DIAGNOSIS = Diagnosis(Outcome.PROBLEM, (LOGIN, ENDS), STATES, VERDICTS)
UNDECIDED = Diagnosis(Outcome.UNKNOWN, (), STATES[2:], VERDICTS[2:])
WELL = Diagnosis(Outcome.OK, (), (EndpointState(SOON, Outcome.OK, Stage.EXCHANGE, True),), VERDICTS[3:4])

REFUSED_CERTIFICATE = Session(finished=True, version="TLSv1.2", verify_errors=(VerifyError(20, 0), VerifyError(21, 0)))


def with_facts(facts: Facts, *, endpoints: tuple[str, ...] = LOGIN.endpoints, name: str = LOGIN.id) -> Diagnosis:
    """The same diagnosis, its first cause with other facts."""
    other = Cause(name, LOGIN.status, LOGIN.confidence, LOGIN.owner, LOGIN.about, endpoints, LOGIN.cites, facts)
    return Diagnosis(Outcome.PROBLEM, (other,), STATES, VERDICTS)


def many(number: int, causes: int = 1) -> tuple[Diagnosis, Evidence]:
    """A run over many endpoints with long names, each hit by every cause."""
    endpoints = [Endpoint(f"endpoint-{n}.{'long-label.' * 4}example.com", 443) for n in range(number)]
    names = tuple(map(str, endpoints))
    found = tuple(_shared_cause(n, names) for n in range(causes))
    states = tuple(EndpointState(e, Outcome.PROBLEM, Stage.TUNNEL, False, tuple(c.id for c in found)) for e in endpoints)
    trails = tuple(Trail(endpoint, THROUGH) for endpoint in endpoints)
    return Diagnosis(Outcome.PROBLEM, found, states, ()), Evidence(Run("0.1.0", BEGAN, BEGAN, Limits(), trails), ())


def _shared_cause(number: int, endpoints: tuple[str, ...]) -> Cause:
    return Cause(
        id=f"proxy-login-required-{number}" if number else "proxy-login-required",
        status=Status.PROBLEM,
        confidence=Confidence.CERTAIN,
        owner=Owner.NETWORK,
        about="",
        endpoints=endpoints,
        cites=tuple(f"tunnel-{n}" for n in range(len(endpoints))),
        facts={"proxy": f"proxy-{number}.corp.test:3128", "schemes": tuple(f"Scheme-{n}" for n in range(100))},
    )
