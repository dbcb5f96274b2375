"""Questions and answers in words: every kind has its own, experiments say what they change, refusals say why."""

import typing
import unicodedata

import dns.message
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.model.address import Address, Authority
from diag.model.answer import (
    ConnectBurstEnd,
    Connection,
    Dialled,
    DnsReply,
    HoldEnd,
    Hop,
    HttpReply,
    IcmpError,
    PacReply,
    PacResult,
    Path,
    Session,
    SystemLookup,
    Transferred,
    Trust,
    TunnelReply,
    UpgradeReply,
    VerifyError,
)
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
from diag.model.observation import Answer, Fault, FaultKind, Observation
from diag.model.question import (
    Connect,
    ConnectBurst,
    EvaluatePac,
    Exchange,
    Handshake,
    Hold,
    Inspect,
    Lookup,
    Question,
    Script,
    Topic,
    Trace,
    Transfer,
    Tunnel,
    Upgrade,
    Verify,
)
from diag.model.route import ProxyAddress, Route, RouteReason, ScriptWay
from diag.model.script import Flaw, ScriptAddress
from diag.report.wording.asking import asked
from diag.report.wording.narration import came_back, route_words, went_well
from tests.report import samples

CONNECT = Connect(Address("192.0.2.1", 443))
API = Authority("api.example.com", 443)
TLS = Handshake(CONNECT, "api.example.com")
PAC = ScriptAddress("http", "pac.corp.test", 80, "/proxy.pac")
QUESTIONS: list[tuple[Question, str]] = [
    (Inspect(Topic.RESOLVERS), "resolvers"),
    (Lookup("api.example.com"), "look up api.example.com (as the system does)"),
    (
        Lookup("api.example.com", Address("192.0.2.53", 53), "A", "tcp", True),
        "ask the resolver 192.0.2.53:53 for api.example.com A (over TCP, without validation)",
    ),
    (CONNECT, "connect to 192.0.2.1:443"),
    (
        Connect(Address("192.0.2.1", 443), 1100, "192.0.2.9"),
        "connect to 192.0.2.1:443 (from 192.0.2.9, in segments of 1100 bytes)",
    ),
    (
        Tunnel(CONNECT, Authority("proxy.corp.test", 3128), API, "basic"),
        "ask the proxy proxy.corp.test:3128 for api.example.com:443 (with the login)",
    ),
    (TLS, "set up TLS as api.example.com"),
    (Upgrade(CONNECT, "postgres"), "ask for TLS in PostgreSQL"),
    (Upgrade(CONNECT, "smtp", insist=True), "ask for TLS in SMTP (though it is not offered)"),
    (
        Handshake(CONNECT, "", ("TLSv1.2",), "small", "wide", trust="certifi"),
        "set up TLS without a name (only TLSv1.2, small hello, every cipher, trusting the public trust store (certifi))",
    ),
    (Exchange(TLS, API, "/x"), "GET https://api.example.com:443/x"),
    (Exchange(CONNECT, API, "http://a.example/", "HEAD"), "HEAD http://a.example/"),
    (Connect(Address("192.0.2.1", 443), interface="eth1"), "connect to 192.0.2.1:443 (through eth1)"),
    (ConnectBurst(Address("192.0.2.1", 443), 20), "connect to 192.0.2.1:443 20 times at once"),
    (Trace(Address("192.0.2.1", 443)), "trace the path to 192.0.2.1:443"),
    (Hold(TLS, 60.0), "leave the connection without traffic for 60 s"),
    (Transfer(TLS, API, "/big", 5.0), "read https://api.example.com:443/big for 5 s"),
    (
        Verify(TLS, (Exchange(TLS, API),), "system", strict=True),
        "check the certificates with the system's trust store (1 fetched certificate added, strict rules)",
    ),
    (Script(PAC, CONNECT), "fetch the proxy script http://pac.corp.test/proxy.pac"),
    (
        EvaluatePac(Script(PAC, CONNECT), API, lookups=(Lookup("api.example.com"),)),
        "ask the proxy script http://pac.corp.test/proxy.pac for the route to api.example.com:443 (1 lookup known)",
    ),
]


def a_record() -> bytes:
    answer = dns.message.make_response(dns.message.make_query("api.example.com", "A"))
    answer.answer.append(dns.rrset.from_text("api.example.com.", 60, "IN", "CNAME", "edge.example.net."))
    answer.answer.append(dns.rrset.from_text("edge.example.net.", 60, "IN", "A", "192.0.2.7"))
    return answer.to_wire()


ANSWERS: list[tuple[Answer, str]] = [
    (SystemLookup(("192.0.2.1", "2001:db8::1")), "192.0.2.1, 2001:db8::1"),
    (SystemLookup(failure="name_not_found"), "the name does not exist"),
    (DnsReply(a_record()), "alias of edge.example.net: 192.0.2.7"),
    (DnsReply(b"\x00"), "an unreadable answer"),
    (DnsReply(failure="timed_out"), "no reply came in time"),
    (Connection(), "connected"),
    (
        Connection("prohibited", icmp=IcmpError(4, 3, 13, "192.0.2.254")),
        "a firewall or router forbids it (reported by 192.0.2.254)",
    ),
    (TunnelReply(status=200, reason="OK"), "the tunnel is open: 200 OK"),
    (TunnelReply("tunnel_refused", 403, "Forbidden"), "the proxy did not connect: 403 Forbidden"),
    (UpgradeReply(), "the server starts TLS"),
    (
        UpgradeReply("upgrade_refused", refusal="refused", code=454),
        "the server did not start TLS (encryption): it offers TLS, but refused when asked (454)",
    ),
    (UpgradeReply("refused", "connect"), "the connection was refused (at the connect before it)"),
    (Session(finished=True, version="TLSv1.3"), "TLSv1.3 is up"),
    (
        Session(finished=True, version="TLSv1.2", verify_errors=(VerifyError(20, 0), VerifyError(999, 0))),
        "TLSv1.2 is up, but the certificate is refused: its issuer is not trusted here, OpenSSL refuses it with code 999",
    ),
    (Session("timed_out", "connect"), "no reply came in time (at the connect before it)"),
    (HttpReply(status=403, reason="Forbidden"), "answered: 403 Forbidden"),
    (HttpReply("malformed"), "the reply breaks the rules of its protocol"),
    (ConnectBurstEnd((Dialled("", 0.1), Dialled("", 0.1))), "2 of 2 connected"),
    (ConnectBurstEnd((Dialled("", 0.1), Dialled("timed_out", 5.0))), "1 of 2 connected; the others: no reply came in time"),
    (Path(), "nothing answers, not even the first hop"),
    (
        Path((Hop(1, "192.0.2.254", 0.1), Hop(3, "192.0.2.9", 0.1))),
        "after 192.0.2.254 (hop 1) → 192.0.2.9 (hop 3), nothing answers",
    ),
    (Path((Hop(1, "192.0.2.254", 0.1),), 2), "192.0.2.254 (hop 1) → the host itself (hop 2)"),
    (HoldEnd(lived=60.0), "still alive after 60 s"),
    (HoldEnd("reset", 12.5), "the connection was reset after 12.5 s"),
    (Transferred(status=200, size=81679, seconds=2.0007), "200: 81679 bytes in 2 s"),
    (Transferred("reset", status=200, size=10, seconds=0.5), "200: 10 bytes in 0.5 s, then the connection was reset"),
    (Transferred("timed_out"), "no reply came in time"),
    (Trust(path=3), "accepted"),
    (Trust((VerifyError(10, 1),)), "refused: it has expired"),
    (
        System("Linux", "6.1", "x86_64", "3.11", "3.0", "4.0", "debian 12", "container"),
        "debian 12 x86_64, Linux 6.1, in a container; Python 3.11, 3.0",
    ),
    (Interfaces((Interface("lo", True, loopback=True), Interface("eth0", True), Interface("eth1", False))), "up: eth0"),
    (
        Routes((RouteEntry("0.0.0.0/0", "192.0.2.254"), RouteEntry("192.0.2.0/24")), False),
        "2 routes, default by 192.0.2.254",
    ),
    (Resolvers((Address("192.0.2.53", 53),)), "192.0.2.53:53"),
    (HostsFile("/etc/hosts"), "it has no line about these names"),
    (HostsFile("/etc/hosts", (HostsLine("192.0.2.1", ("api.example.com",), 3),)), "192.0.2.1 for api.example.com"),
    (HostsFile("/etc/hosts", readable=False), "cannot be read"),
    (Proxies(), "no proxy is set"),
    (
        Proxies((ProxyVariable("HTTPS_PROXY", samples.PROXY), ProxyVariable("http_proxy", readable=False)), ("a", "b")),
        "HTTPS_PROXY = proxy.corp.test:3128, http_proxy = nothing readable; direct for a, b",
    ),
    (PacReply(status=200, encoding="utf-8", size=120), "120 bytes of utf-8"),
    (PacReply(Flaw.STATUS, status=404), "its server does not have it (status 404)"),
    (PacReply(Flaw.PAGE, status=200, encoding="utf-8", size=9), "it is a web page instead of a script (status 200, 9 bytes of"),
    (PacReply("timed_out"), "no reply came in time"),
    (PacReply(status=302, moved=PAC), "answered: 302, moved to http://pac.corp.test/proxy.pac"),
    (PacResult(text="DIRECT", ways=(ScriptWay(),)), "direct"),
    (PacResult(ways=(ScriptWay(samples.PROXY), ScriptWay())), "the http proxy proxy.corp.test:3128, else direct"),
    (PacResult(wants=("a.test", "b.test")), "it first needs the address of a.test, b.test"),
    (PacResult(Flaw.THREW, error="TypeError", line=7), "it fails with an error: TypeError in line 7"),
    (PacResult(Flaw.NONSENSE, text="PORXY a"), "it returns a text that names no route: PORXY a"),
    (TrustSettings(), "the system's own trust store; no variable is set"),
    (
        TrustSettings((TrustVariable("SSL_CERT_FILE", "/x", state="missing"),)),
        "the system's own trust store; SSL_CERT_FILE = /x (missing)",
    ),
]


@pytest.mark.parametrize(("question", "words"), QUESTIONS)
def test_a_question_in_words(question: Question, words: str) -> None:
    assert asked(question) == words


@pytest.mark.parametrize(("answer", "words"), ANSWERS)
def test_an_answer_in_words(answer: Answer, words: str) -> None:
    assert came_back(samples.seen("x-1", CONNECT, 0, 0, answer)).startswith(words)


def test_every_kind_of_question_and_answer_is_here() -> None:
    assert {type(question) for question, _ in QUESTIONS} == set(typing.get_args(Question))
    assert {type(answer) for answer, _ in ANSWERS} == set(typing.get_args(Answer))


def test_a_fault_says_that_it_is_no_answer() -> None:
    broken = samples.seen("x-1", CONNECT, 0, 0, fault=Fault(FaultKind.BROKEN, "TypeError at probe.py:7"))
    assert came_back(broken) == "no answer: a fault in diag itself, not in your network (TypeError at probe.py:7)"
    assert not went_well(broken)


@pytest.mark.parametrize(
    ("answer", "well"),
    [
        (Connection(), True),
        (Connection("refused"), False),
        (Session(finished=True), True),
        (Session(finished=True, verify_errors=(VerifyError(20, 0),)), False),
        (Resolvers(()), True),
    ],
)
def test_what_went_well(answer: Answer, well: bool) -> None:
    assert went_well(samples.seen("x-1", CONNECT, 0, 0, answer)) is well


@pytest.mark.parametrize(
    ("route", "words"),
    [
        (None, "no route was chosen before the run ended"),
        (samples.DIRECT, "direct (no proxy is set)"),
        (samples.THROUGH, "through the proxy proxy.corp.test:3128 (an environment variable says so: HTTPS_PROXY)"),
        (Route(RouteReason.OPTION, ProxyAddress("p", 1), "--proxy"), "through the proxy p:1 (the command line says so: --proxy)"),
        (
            Route(RouteReason.SCRIPT, samples.PROXY, "--pac", script=PAC),
            "through the proxy proxy.corp.test:3128 (the proxy script says so: --pac; the script: http://pac.corp.test/proxy.pac)",
        ),
        (
            Route(RouteReason.NOTHING_DETECTED, source="--pac"),
            "direct (no proxy script was found by DNS; DHCP was not asked: --pac)",
        ),
    ],
)
def test_the_way_in_words(route: Route | None, words: str) -> None:
    assert route_words(route) == words


@given(hostile=st.text(max_size=100))
def test_strangers_words_stay_on_the_line(hostile: str) -> None:
    answers = (
        TunnelReply("tunnel_refused", 407, hostile),
        SystemLookup((hostile,)),
        HttpReply(hostile),
        Interfaces((Interface(hostile, True),)),
    )
    seen: list[Observation] = [samples.seen("x-1", CONNECT, 0, 0, answer) for answer in answers]
    words = " ".join((*map(came_back, seen), asked(Lookup(hostile)), asked(Exchange(TLS, Authority(hostile, 1), hostile))))
    assert not {unicodedata.category(character) for character in words} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
