"""What is said of this machine, by evidence built by hand: each cause with a problem, an absence and its near misses."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from checks.machine import (
    clock_wrong,
    descriptors_exhausted,
    local_firewall,
    offline,
    ports_exhausted,
    trust_file_broken,
)
from diag.model.address import Address
from diag.model.answer import IcmpError, Trust, VerifyError
from diag.model.machine import Interface, Interfaces, RouteEntry, Routes, TrustSettings, TrustVariable
from diag.model.question import Connect, Handshake, Verify
from diag.model.verdict import Confidence, Status
from tests.checks.evidence import Notes
from tests.checks.replies import (
    CABLE,
    FIVE,
    FOUR,
    HOST,
    LOOPBACK,
    NOW,
    ONLINE,
    RESOLVER,
    SILENCE,
    SIX,
    DnsReply,
    answered,
    certificate,
    denied,
    found,
    hosts,
    resolvers,
    trusted,
)
from tests.checks.table import rows
from tests.checks.verdicts import asks, judged

SERVFAIL = denied("SERVFAIL")
NO_WAY = DnsReply(failure="no_route")
STUB = Address("127.0.0.53", 53)
DOWN = Interfaces((LOOPBACK, Interface("eth0", False, 1500)))
DOCKED = Interfaces((LOOPBACK, Interface("docker0", True, 1500, ("172.17.0.1",))))
INSIDE_ONLY = Routes((RouteEntry("10.0.0.0/24", "", "eth0"),))
NOWHERE = Routes(())
UP = Interfaces((LOOPBACK, CABLE))


def lost(*facts, server=RESOLVER, reply=NO_WAY) -> Notes:
    return Notes().machine(*facts, resolvers(server)).looked_up(failure="lookup_failed").told(reply, server=server)


OFFLINE = {
    "no interface is up": (lost(DOWN, NOWHERE), Status.PROBLEM),
    "no default route": (lost(UP, NOWHERE), Status.PROBLEM),
    "a bridge of containers and a stub that fails": (
        lost(DOCKED, NOWHERE, server=STUB, reply=denied("SERVFAIL")),
        Status.PROBLEM,
    ),
    "a literal, no interface": (Notes(f"tcp://{FOUR}:443").machine(DOWN, NOWHERE).dialled(FOUR, "no_route"), Status.PROBLEM),
    "no way to what is known to be good either": (
        Notes(f"tcp://{FOUR}:443").machine(UP, NOWHERE).dialled(FOUR, "no_route").control("198.51.100.5", "no_route"),
        Status.PROBLEM,
    ),
    "what is known to be good answers": (
        Notes(f"tcp://{FOUR}:443").machine(UP, NOWHERE).dialled(FOUR, "no_route").control("198.51.100.5"),
        Status.OK,
    ),
    "no default route, and a resolver inside answers": (lost(UP, INSIDE_ONLY, reply=denied()), Status.OK),
    "no default route, and a resolver inside is silent": (lost(UP, INSIDE_ONLY, reply=SILENCE), Status.UNKNOWN),
    "a way out, and silence": (lost(*ONLINE, reply=SILENCE), Status.OK),
    "a way out by a VPN's two halves": (
        lost(UP, Routes((RouteEntry("0.0.0.0/1", "10.8.0.1", "tun0"), RouteEntry("128.0.0.0/1", "10.8.0.1", "tun0")))),
        Status.OK,
    ),
    "no way for IPv6 alone": (Notes().machine(*ONLINE).looked_up(SIX).dialled(SIX, "no_route"), Status.OK),
    "this machine alone is wanted": (
        Notes("http://localhost").machine(DOWN, NOWHERE).looked_up("127.0.0.1", name="localhost").dialled("127.0.0.1", port=80),
        Status.UNKNOWN,
    ),
    "a proxy on this machine does the work": (
        Notes(proxy="127.0.0.1:3128").machine(DOWN, NOWHERE).dialled("127.0.0.1", port=3128).fetched("127.0.0.1", answered()),
        Status.OK,
    ),
    "nothing known of this machine": (lost(), Status.UNKNOWN),
}

ZONES = ("api.example.com", "stage.example.net", "auth.example.org")
LONG_AGO = certificate("api.example.com", NOW - timedelta(days=400), NOW - timedelta(days=300))


@dataclass
class Server:
    """One server of a run: how far this computer is ahead of it, and what the chain of it is complained of."""

    ahead: timedelta | None = timedelta()
    errors: tuple[int, ...] = ()
    der: bytes | None = None
    age: int = 0


def clock(*servers: Server) -> Notes:
    notes = Notes(*(f"https://{name}" for name in ZONES[: len(servers)])).machine(*ONLINE)
    for at, (name, server) in enumerate(zip(ZONES, servers, strict=False)):
        here = f"198.51.100.{at + 1}"
        notes.looked_up(here, name=name, at=at).dialled(here, at=at)
        notes.shook(here, trusted(*server.errors, der=server.der or certificate(name)), name=name, at=at)
        written = None if server.ahead is None else NOW - server.ahead - timedelta(seconds=server.age)
        fields = {"age": str(server.age)} if server.age else {}
        notes.fetched(here, answered(written, **fields), name=name, at=at)
    return notes


DAY = timedelta(days=1)
OFF = 350 * DAY
CLOCK = {
    "two servers agree, certificates suffer": (clock(Server(OFF, (10,), LONG_AGO), Server(OFF)), Status.PROBLEM),
    "one server, and its certificate is valid at its time": (clock(Server(OFF, (10,), LONG_AGO)), Status.PROBLEM),
    "two servers agree, nothing suffers": (clock(Server(DAY), Server(DAY + timedelta(seconds=3))), Status.WARNING),
    "one server is off, the other agrees with us": (clock(Server(OFF, (10,), LONG_AGO), Server()), Status.OK),
    "one server alone": (clock(Server(DAY)), Status.UNKNOWN),
    "two servers that disagree with each other": (clock(Server(DAY), Server(2 * DAY)), Status.UNKNOWN),
    "four minutes": (clock(Server(timedelta(minutes=4)), Server(timedelta(minutes=4))), Status.OK),
    "expired, and the time is right": (clock(Server(timedelta(), (10,), LONG_AGO)), Status.OK),
    "expired by the server's time too": (clock(Server(DAY, (10,), LONG_AGO)), Status.UNKNOWN),
    "untrusted besides": (clock(Server(OFF, (10, 18), LONG_AGO)), Status.UNKNOWN),
    "an answer that lay in a cache": (clock(Server(timedelta(), age=86_400), Server(timedelta(), age=7_200)), Status.OK),
    "no server says its time": (clock(Server(None), Server(None)), Status.UNKNOWN),
}


FORBIDDEN = IcmpError(4, 3, 13, CABLE.addresses[0])


def here() -> Notes:
    return Notes().machine(*ONLINE)


LOCAL_FIREWALL = {
    "not permitted": (here().dialled(FOUR, "not_permitted").dialled(FIVE, "not_permitted"), Status.PROBLEM),
    "forbidden by a message of its own": (here().dialled(FOUR, "prohibited", icmp=FORBIDDEN), Status.PROBLEM),
    "forbidden by a message from elsewhere": (
        here().dialled(FOUR, "prohibited", icmp=IcmpError(4, 3, 13, "10.0.0.1")),
        Status.OK,
    ),
    "refused on this machine": (here().dialled("127.0.0.1", "refused", icmp=IcmpError(4, 3, 3, "127.0.0.1")), Status.OK),
    "one address is permitted": (here().dialled(FOUR, "not_permitted").dialled(FIVE), Status.OK),
    "no port left": (here().dialled(FOUR, "address_not_available"), Status.OK),
    "a proxy is not permitted": (
        Notes(proxy="10.0.0.80:3128").machine(*ONLINE).dialled("10.0.0.80", "not_permitted", port=3128),
        Status.PROBLEM,
    ),
    "never dialled": (here(), Status.UNKNOWN),
}
PORTS_EXHAUSTED = {
    "none left": (here().dialled(FOUR, "address_not_available"), Status.PROBLEM),
    "none left for one of two": (here().dialled(FOUR, "address_not_available").dialled(FIVE), Status.WARNING),
    "no address of IPv6": (here().dialled(SIX, "address_not_available").dialled(FOUR), Status.OK),
    "no address at all": (Notes().machine(DOWN).dialled(FOUR, "address_not_available"), Status.OK),
    "all is well": (here().dialled(FOUR), Status.OK),
}
DESCRIPTORS_EXHAUSTED = {
    "connects": (here().dialled(FOUR, "descriptors_exhausted"), Status.PROBLEM),
    "a lookup": (here().told(DnsReply(failure="descriptors_exhausted")), Status.PROBLEM),
    "it connected all the same": (
        Notes(f"tcp://{HOST}:443").dialled(FOUR, "descriptors_exhausted").dialled(FIVE),
        Status.WARNING,
    ),
    "no port left": (here().dialled(FOUR, "address_not_available"), Status.OK),
    "nothing asked": (here(), Status.UNKNOWN),
}


def trusting(state: str, *errors: int, public: tuple[int, ...] | None = None) -> Notes:
    settings = TrustSettings((TrustVariable("SSL_CERT_FILE", "/opt/corp.pem", int(state == "ok"), state),))
    notes = Notes(f"tls://{HOST}").machine(settings).dialled(FOUR).shook(FOUR, trusted(*errors))
    if public is not None:
        opinion = Verify(Handshake(Connect(Address(FOUR, 443)), HOST), trust="certifi")
        notes.saw(opinion, Trust(tuple(VerifyError(code, 0) for code in public)), beside=True)
    return notes


TRUST_FILE_BROKEN = {
    "missing, and a public chain is refused": (trusting("missing", 20, public=()), Status.PROBLEM),
    "missing, and the chain is not public": (trusting("missing", 20, public=(20,)), Status.WARNING),
    "empty, and nobody minds": (trusting("empty"), Status.WARNING),
    **{
        f"missing, and a public chain is refused by number {code}": (trusting("missing", code, public=()), Status.PROBLEM)
        for code in (2, 19, 20, 21)
    },
    "self-signed, which no store would hold": (trusting("missing", 18, public=()), Status.WARNING),
    "expired besides": (trusting("missing", 10), Status.WARNING),
    "in order, and a chain is refused": (trusting("ok", 20, public=()), Status.OK),
    "nothing known": (here().dialled(FOUR), Status.UNKNOWN),
}


@pytest.mark.parametrize(
    ("check", "notes", "status"),
    rows(
        {
            offline.CHECK: OFFLINE,
            clock_wrong.CHECK: CLOCK,
            local_firewall.CHECK: LOCAL_FIREWALL,
            ports_exhausted.CHECK: PORTS_EXHAUSTED,
            descriptors_exhausted.CHECK: DESCRIPTORS_EXHAUSTED,
            trust_file_broken.CHECK: TRUST_FILE_BROKEN,
        }
    ),
)
def test_verdict(check, notes, status):
    assert judged(check, notes).status == status


def test_only_targets_outside_are_hit_by_having_no_network():
    notes = Notes(f"https://{HOST}", "tcp://127.0.0.1:5432").machine(DOWN, NOWHERE, resolvers())
    notes.looked_up(failure="lookup_failed").told(NO_WAY).dialled("127.0.0.1", "refused", port=5432, at=1)
    finding = judged(offline.CHECK, notes)
    assert finding.hits == (f"https://{HOST}:443",)
    assert finding.confidence == Confidence.CERTAIN


def test_a_clock_that_is_off_hits_the_targets_whose_certificates_suffer():
    finding = judged(clock_wrong.CHECK, CLOCK["two servers agree, certificates suffer"][0])
    assert finding.hits == ("https://api.example.com:443",)
    assert (finding.facts["minutes"], finding.facts["direction"]) == (504_000, "ahead")
    assert finding.confidence == Confidence.CERTAIN


def test_the_direction_of_a_clock():
    behind = judged(clock_wrong.CHECK, clock(Server(-DAY), Server(-DAY)))
    assert (behind.facts["minutes"], behind.facts["direction"]) == (1_440, "behind")


def test_a_hosts_line_is_no_answer_from_outside():
    notes = Notes().machine(DOWN, NOWHERE, hosts((FIVE, HOST))).looked_up(FIVE).dialled(FIVE, "no_route")
    assert judged(offline.CHECK, notes).status == Status.PROBLEM
    assert judged(offline.CHECK, lost(*ONLINE, reply=found(FOUR))).status == Status.OK


def test_a_chain_that_a_broken_trust_file_refuses_is_shown_to_the_public_store():
    asked = asks(trust_file_broken.CHECK, trusting("missing", 20))
    assert asked == [Verify(Handshake(Connect(Address(FOUR, 443)), HOST), trust="certifi")]
    assert not asks(trust_file_broken.CHECK, trusting("ok", 20))
