"""Causes met together with what they lead to, where the service is reached, or something answers in its place.

The first part is about one address and how the way to it ended, once for each reason why the address itself is wrong; then come
ways that end now and then, or lose packets, and answers whose reason is known.
"""

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.address import Address, Authority
from diag.model.answer import Connection, DnsReply, HttpReply, IcmpError, Session, SystemLookup, Trust, VerifyError
from diag.model.endpoint import Expectations, Network
from diag.model.machine import Interfaces, Routes
from diag.model.observation import Answer
from diag.model.question import Connect, ConnectBurst, Exchange, Handshake, Lookup, Question
from diag.model.run import Trials
from tests.checks.authorities import DOMAIN_VALIDATED, INTERMEDIATE, certificate, leaf
from tests.checks.dns.test_resolvers import ASKED, got
from tests.checks.evidence import Notes
from tests.checks.network.test_detours import AGAIN, CUT, SAMPLE, crowd, opened
from tests.checks.replies import (
    ADDRESS,
    FOUR,
    HOST,
    LOOPBACK,
    NO_DATA,
    ONLINE,
    PROXY_IP,
    SILENCE,
    denied,
    found,
    hosts,
    resolvers,
    trusted,
)
from tests.checks.test_http import secure
from tests.checks.test_http_more import AZURE, xml
from tests.checks.test_privatelink_more import INSIDE, JSON, NOT_ALLOWED, OUTER, tried
from tests.checks.test_tls import SELF_SIGNED, met
from tests.checks.test_tls_client import met as wanting
from tests.checks.test_tls_more import held

PROXY = "proxy.corp.test"
FORBIDDEN = IcmpError(4, 3, 13, "10.0.0.1")
Ending = Callable[[Notes, str], Notes]


def presented(*chain: bytes, errors: tuple[int, ...] = ()) -> Ending:
    found_wrong = tuple(VerifyError(code, 0) for code in errors)
    session = Session(finished=True, version="TLSv1.3", chain=chain, verify_errors=found_wrong)
    return lambda notes, address: notes.dialled(address).shook(address, session)


def died(failure: str, first: bytes = b"") -> Ending:
    return lambda notes, address: notes.dialled(address).shook(address, Session(failure, first_bytes=first))


ENDINGS: dict[str, Ending] = {
    "network-connection-refused": lambda notes, address: notes.dialled(address, "refused"),
    "network-connection-filtered": lambda notes, address: notes.dialled(address, "timed_out", took=5),
    "network-connection-rejected": lambda notes, address: notes.dialled(address, "prohibited", icmp=FORBIDDEN),
    "tls-self-signed": presented(SELF_SIGNED, errors=(18,)),
    "tls-issuer-untrusted": presented(leaf(HOST, issuer="Corp Root"), errors=(20, 21)),
    "tls-name-mismatch": presented(leaf("portal.test"), INTERMEDIATE),
    "tls-plaintext-answer": died("not_tls", b"HTTP/1.1 400 Bad"),
    "tls-handshake-cut": died("cut"),
    "tls-handshake-silent": died("timed_out"),
}
"""How the way to an address ends, by what that is called where nothing else explains it."""


def invented(notes: Notes, address: str) -> Notes:
    """A name that cannot exist has the same address."""
    return notes.saw(ASKED, found(address, name=ASKED.name), beside=True)


def expecting(network: Network, address: str) -> Notes:
    notes = Notes(expects=Expectations(network=network)).machine(*ONLINE, resolvers())
    return notes.looked_up(address).told(found(address), NO_DATA)


WRONG: dict[str, tuple[Callable[[], Notes], str]] = {
    "dns-nxdomain-rewritten": (
        lambda: invented(Notes().machine(*ONLINE, resolvers(), hosts()).looked_up(FOUR).told(found(FOUR), NO_DATA), FOUR),
        FOUR,
    ),
    "dns-name-sinkholed": (lambda: got("0.0.0.0").told(found("0.0.0.0"), found("::")), "0.0.0.0"),
    "privatelink-unexpectedly-private": (lambda: expecting(Network.PUBLIC, INSIDE), INSIDE),
    "privatelink-resolves-public": (lambda: expecting(Network.PRIVATE, FOUR), FOUR),
}
"""Why an address is not the service's, and that address."""


def proxy_at(address: str) -> Notes:
    notes = Notes(proxy=f"{PROXY}:3128").machine(*ONLINE, resolvers(), hosts()).lookup(address)
    return notes.told(found(address, name=PROXY), NO_DATA, name=PROXY).connect(address, "refused")


def without_a_network(**more: str) -> Notes:
    return Notes(**more).machine(Interfaces((LOOPBACK,)), Routes(()), resolvers())  # type: ignore[arg-type]


OWN = Address("127.0.0.53", 53)
DEAD_WAYS: dict[str, Callable[[], Notes]] = {
    "dns-nxdomain-rewritten: proxy-unreachable": lambda: invented(proxy_at(PROXY_IP), PROXY_IP),
    "dns-name-sinkholed: proxy-unreachable": lambda: proxy_at("0.0.0.0"),
    "machine-offline: proxy-unreachable": lambda: (
        without_a_network(proxy=f"{PROXY}:3128").lookup(PROXY_IP).connect(failure="no_route")
    ),
    "machine-offline: dns-query-refused": lambda: (
        Notes(f"https://{HOST}", "https://stage.example.net")
        .machine(Interfaces((LOOPBACK,)), Routes(()), resolvers(OWN))
        .looked_up(failure="lookup_failed")
        .told(denied("REFUSED"), server=OWN)
        .looked_up(FOUR, name="stage.example.net", at=1)
        .dialled(FOUR, "no_route", at=1)
    ),
}


def by_turns(url: str, *bad: tuple[Question, Answer]) -> Notes:
    """Six looks, of which every other one comes to what is `bad` and the rest go well."""
    notes = Notes(url, trials=Trials(repeat=6)).machine(*ONLINE, resolvers())
    for question, answer in bad:
        notes.saw(question, answer)
    for attempt in range(1, 6):
        way = Connect(Address(FOUR, notes.endpoint.port), attempt=attempt)
        replies = [(Lookup(HOST, resolvers().servers[0], record, attempt=attempt), reply) for record, reply in REPLIES]
        resolved = [(Lookup(HOST, attempt=attempt), SystemLookup((FOUR,))), *replies, (way, Connection())]
        arrived: tuple[Question, Answer] = (
            (Handshake(way, HOST), trusted())
            if notes.endpoint.speaks_tls
            else (Exchange(way, notes.endpoint.authority), HttpReply(status=200))
        )
        again = [(at_attempt(question, attempt), answer) for question, answer in bad]
        notes.repeated(0, *([*resolved, arrived] if attempt % 2 else again))
    return notes


REPLIES = (("A", found(FOUR)), ("AAAA", NO_DATA))
"""What the resolver says where all is well."""


def at_attempt(question: Question, attempt: int) -> Question:
    """The same question of a later look, with all that it goes over."""
    match question:
        case Handshake() | Exchange():
            return replace(question, over=at_attempt(question.over, attempt))  # type: ignore[arg-type]
        case Connect() | Lookup():
            return replace(question, attempt=attempt)
    raise AssertionError(question)


WAY, PLAIN = Connect(Address(FOUR, 443)), Connect(Address(FOUR, 80))
RESOLVED = (Lookup(HOST), SystemLookup((FOUR,)))
UNRESOLVED = (Lookup(HOST), SystemLookup(failure="lookup_failed"))


def unanswered(reply: DnsReply) -> tuple[tuple[Question, Answer], ...]:
    return UNRESOLVED, *((Lookup(HOST, resolvers().servers[0], record), reply) for record, _ in REPLIES)


TLS, HTTP = f"tls://{HOST}", f"http://{HOST}"
MUTE = (Exchange(PLAIN, Authority(HOST, 80)), HttpReply("timed_out"))
AT_TIMES: dict[str, Callable[[], Notes]] = {
    "network-intermittent: network-connection-refused": lambda: by_turns(TLS, RESOLVED, (WAY, Connection("refused"))),
    "network-intermittent: network-connection-rejected": lambda: by_turns(
        TLS, RESOLVED, (WAY, Connection("prohibited", icmp=FORBIDDEN))
    ),
    "network-intermittent: tls-handshake-cut": lambda: by_turns(
        TLS, RESOLVED, (WAY, Connection()), (Handshake(WAY, HOST), Session("cut"))
    ),
    "network-intermittent: tls-handshake-silent": lambda: by_turns(
        TLS, RESOLVED, (WAY, Connection()), (Handshake(WAY, HOST), Session("timed_out"))
    ),
    "network-intermittent: http-no-answer": lambda: by_turns(HTTP, RESOLVED, (PLAIN, Connection()), MUTE),
    "network-intermittent: dns-server-failure": lambda: by_turns(TLS, *unanswered(denied("SERVFAIL"))),
    "network-packet-loss: dns-resolver-silent": lambda: by_turns(TLS, *unanswered(SILENCE)),
    "network-packet-loss: tls-handshake-silent": lambda: (
        Notes()
        .machine(*ONLINE)
        .looked_up(FOUR)
        .dialled(FOUR, took=1.04, tcp=AGAIN)
        .shook(FOUR, Session("timed_out"))
        .saw(SAMPLE, crowd(4, 2), beside=True)
    ),
    "network-packet-loss: http-no-answer": lambda: (
        Notes(HTTP)
        .machine(*ONLINE)
        .looked_up(FOUR)
        .dialled(FOUR, port=80, took=1.04, tcp=AGAIN)
        .saw(*MUTE)
        .saw(ConnectBurst(Address(FOUR, 80), 10), crowd(4, 2), beside=True)
    ),
}


def taken(notes: Notes) -> Notes:
    """The addresses of nobody accept as well."""
    for host in ("192.0.2.1", "203.0.113.1"):
        notes.also(Connect(Address(host, notes.endpoint.port), within=2.0), Connection())
    return notes


def begun(url: str) -> Notes:
    return Notes(url).machine(*ONLINE).lookup(FOUR).connect(FOUR)


def behind_proxy(status: int, *lines: str, body: bytes, expected: tuple[int, ...] = ()) -> Notes:
    expects = Expectations(network=Network.PRIVATE, status=expected)
    notes = Notes(proxy=f"{PROXY}:3128", expects=expects).lookup(PROXY_IP).connect().tunnel()
    notes.handshake([leaf(HOST, policy=DOMAIN_VALIDATED)]).exchange(status, *lines, body=body)
    return notes.also(Lookup(HOST), SystemLookup((INSIDE,))).also(Connect(Address(INSIDE, 443)), Connection())


def over_link(status: int, *lines: str, body: bytes, expected: tuple[int, ...] = ()) -> Notes:
    notes = Notes(expects=Expectations(network=Network.PRIVATE, status=expected)).lookup(INSIDE).connect(INSIDE)
    return notes.handshake([leaf(HOST, policy=DOMAIN_VALIDATED)]).exchange(status, *lines, body=body)


def by_public_name(status: int, *lines: str, body: bytes, expected: tuple[int, ...] = ()) -> Notes:
    notes = Notes(f"https://{OUTER}", expects=Expectations(status=expected)).lookup(ADDRESS).connect()
    return tried(notes.handshake([leaf(OUTER, policy=DOMAIN_VALIDATED)]).exchange(status, *lines, body=body))


FIREWALL = xml("AuthorizationFailure")
PRINTER = certificate("printer", "printer", "printer")
ANSWERED: dict[str, Callable[[], Notes]] = {
    "network-transparent-proxy: tls-handshake-cut": lambda: opened(CUT, Connection(), Connection()),
    "network-transparent-proxy: http-no-answer": lambda: taken(begun(HTTP).exchange(0, failure="timed_out")),
    "network-transparent-proxy: http-answer-malformed": lambda: taken(begun(HTTP).exchange(0, failure="malformed")),
    "network-transparent-proxy: tls-upgrade-unanswered": lambda: taken(
        begun(f"smtp://{HOST}").upgrade("timed_out", step="greeting")
    ),
    "privatelink-through-proxy: http-network-policy-denied": lambda: behind_proxy(403, JSON, body=NOT_ALLOWED),
    "privatelink-through-proxy: http-storage-denied": lambda: behind_proxy(403, *AZURE, body=FIREWALL),
    "privatelink-through-proxy: http-status-unexpected": lambda: behind_proxy(403, JSON, body=NOT_ALLOWED, expected=(200,)),
    "privatelink-policy-denied: http-storage-denied": lambda: over_link(403, *AZURE, body=FIREWALL),
    "privatelink-policy-denied: http-status-unexpected": lambda: over_link(403, *AZURE, body=FIREWALL, expected=(200,)),
    "privatelink-public-name-used: http-storage-denied": lambda: by_public_name(403, *AZURE, body=FIREWALL),
    "privatelink-public-name-used: http-status-unexpected": lambda: by_public_name(403, JSON, body=NOT_ALLOWED, expected=(200,)),
    "privatelink-wrong-service: tls-self-signed": lambda: (
        Notes(expects=Expectations(network=Network.PRIVATE)).lookup(INSIDE).connect(INSIDE).handshake([PRINTER], (18, 0))
    ),
    "http-waf-blocked: http-rate-limited": lambda: secure(429, "Server: cloudflare", "cf-mitigated: challenge"),
    "http-network-policy-denied: http-status-unexpected": lambda: secure(403, JSON, body=NOT_ALLOWED, status=(200,)),
    "tls-self-signed: tls-certificate-unfit": lambda: met([SELF_SIGNED], (18, 0), (26, 0)),
    "tls-certificate-unfit: tls-trust-stores-differ": lambda: held(met([leaf(), INTERMEDIATE], (26, 0)), Trust(path=3)),
    "tls-client-certificate-required: tls-handshake-cut": lambda: wanting(False, failure="cut"),
}


def ended(say: Callable[[], Notes], end: Ending, address: str) -> Callable[[], Notes]:
    return lambda: end(say(), address)


def together() -> Iterator[tuple[str, Callable[[], Notes]]]:
    """Each cause with each consequence that it names, and evidence of both."""
    explains = {check.id: check.explains for check in CATALOGUE}
    for cause, (say, address) in WRONG.items():
        for other, end in ENDINGS.items():
            if other in explains[cause]:
                yield f"{cause}: {other}", ended(say, end, address)
    yield from {**DEAD_WAYS, **AT_TIMES, **ANSWERED}.items()


TOGETHER = dict(together())


@pytest.mark.parametrize("pair", TOGETHER)
def test_what_a_cause_leads_to_is_folded_beneath_it(pair: str) -> None:
    cause, other = pair.split(": ")
    told = judge(TOGETHER[pair]().evidence, CATALOGUE).causes
    assert other in next((one.explains for one in told if one.id == cause), ()), [(one.id, one.explains) for one in told]
