"""Causes met together with their consequences: each way in which a service cannot be reached, and each cause that it may have.

A fault and what it leads to are put together from two parts: how the way ended, and what else was seen that tells why. Of each
pair the one must be folded beneath the other, whatever else is found.
"""

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.knowledge.connect_outcomes import ONE_STEP
from diag.knowledge.handshake_experiments import names
from diag.model.address import NOBODYS, Address, Authority
from diag.model.answer import Connection, DnsReply, HoldEnd, IcmpError, Path, Session, SystemLookup, TunnelReply
from diag.model.endpoint import Expectations, Network
from diag.model.machine import Interfaces, MachineFacts, MisreadLine, Proxies, ProxySetting, ProxyVariable, Resolvers, Routes
from diag.model.question import Connect, EvaluatePac, Handshake, Hold, Lookup, Script, Trace, Tunnel
from diag.model.route import ProxyAddress, Route, RouteReason
from tests.checks.authorities import INTERMEDIATE, PUBLIC_LEAF
from tests.checks.evidence import Notes
from tests.checks.replies import (
    ADDRESS,
    CABLE,
    FIVE,
    FOUR,
    HOST,
    LOOPBACK,
    NO_DATA,
    NOT_FOUND,
    ONLINE,
    PROXY_IP,
    RESOLVER,
    SECOND,
    SILENCE,
    SIX,
    certificate,
    dangling,
    denied,
    found,
    hosts,
    resolvers,
    wire,
)
from tests.checks.test_proxy_scripts import DESKTOP, LIES, NAMES_OURS, OVER, PAC, SERVER

Ending = Callable[[], Notes]
Reason = Callable[[Notes], Notes]
OURS = ProxyAddress("proxy.corp.test", 3128)
OTHER = ProxyAddress("old-proxy.corp.test", 8080)
TARGET = Authority(HOST, 443)
INSIDE = "10.1.2.3"
NEXT = "stage.example.net"
FORBIDDEN = IcmpError(4, 3, 13, "10.0.0.1")
SQUID = "Via: 1.1 proxy (squid/6.6)"


def begun(*facts: MachineFacts) -> Notes:
    return Notes(f"https://{HOST}", f"https://{NEXT}").machine(*(facts or ONLINE), resolvers(), hosts(("127.0.0.1", "localhost")))


def dialled(failure: str, **more: object) -> Notes:
    return begun().looked_up(FOUR).told(found(FOUR), NO_DATA).dialled(FOUR, failure, took=5.0, **more)  # type: ignore[arg-type]


def unresolved(failure: str, reply: DnsReply) -> Notes:
    return begun().looked_up(failure=failure).told(reply)


def all_silent() -> Notes:
    notes = begun().looked_up(FOUR).dialled(FOUR, "timed_out", took=5.0)
    return notes.looked_up(FIVE, name=NEXT, at=1).dialled(FIVE, "timed_out", took=5.0, at=1)


DIRECT: dict[str, Ending] = {
    "network-connection-refused": lambda: dialled("refused"),
    "network-connection-rejected": lambda: dialled("prohibited", icmp=FORBIDDEN),
    "network-connection-filtered": lambda: dialled("timed_out"),
    "network-no-egress": all_silent,
    "dns-name-not-found": lambda: unresolved("name_not_found", NOT_FOUND),
    "dns-no-address": lambda: unresolved("no_data", NO_DATA),
    "dns-server-failure": lambda: unresolved("lookup_failed", denied("SERVFAIL")),
    "dns-query-refused": lambda: unresolved("lookup_failed", denied("REFUSED")),
    "dns-resolver-silent": lambda: unresolved("timed_out", SILENCE),
}
"""How the direct way to a service ends, by the cause that this is called where nothing else explains it."""


def offline() -> Notes:
    return begun(Interfaces((LOOPBACK,)), Routes(())).looked_up(failure="lookup_failed").told(DnsReply(failure="no_route"))


def through(*, login: bool = False, private: bool = False) -> Notes:
    expects = Expectations(network=Network.PRIVATE) if private else None
    return Notes(proxy=str(OURS), login=login, expects=expects).machine(*ONLINE, resolvers())


def refused(status: int, *lines: str) -> Callable[[bool], Notes]:
    return lambda private: through(private=private).lookup(PROXY_IP).connect().tunnel(status, *lines)


PROXIED: dict[str, Callable[[bool], Notes]] = {
    "proxy-unreachable": lambda private: through(private=private).lookup(PROXY_IP).connect(failure="refused"),
    "proxy-name-not-found": lambda private: (
        through(private=private).lookup(failure="name_not_found").told(NOT_FOUND, name=OURS.host)
    ),
    "proxy-not-a-proxy": refused(405, "Server: nginx"),
    "proxy-login-required": refused(407, 'Proxy-Authenticate: Basic realm="x"'),
    "proxy-login-scheme-unsupported": refused(407, "Proxy-Authenticate: Negotiate"),
    "proxy-refuses-target": refused(403, "X-Squid-Error: ERR_ACCESS_DENIED 0", SQUID),
    "proxy-cannot-resolve-target": refused(503, "X-Squid-Error: ERR_DNS_FAIL 0", SQUID),
    "proxy-cannot-reach-target": refused(503, "X-Squid-Error: ERR_CONNECT_FAIL 110", SQUID),
    "proxy-tunnel-cut": lambda private: through(private=private).lookup(PROXY_IP).connect().tunnel().handshake(failure="reset"),
}
"""How the way through a proxy ends, likewise; to a service that is private, or not."""


def opened_by(notes: Notes, proxy: ProxyAddress, address: str = PROXY_IP) -> Notes:
    """A proxy was dialled, and opened the way."""
    way = Connect(Address(address, proxy.port))
    notes.also(Lookup(proxy.host), SystemLookup((address,))).also(way, Connection())
    return notes.also(Tunnel(way, proxy.authority, TARGET), TunnelReply(status=200))


def unused_proxy(notes: Notes) -> Notes:
    return opened_by(notes.machine(Proxies(settings=(ProxySetting("gnome", https=OURS),))), OURS)


def unreadable_proxy(notes: Notes) -> Notes:
    notes.route = Route(RouteReason.VARIABLE, None, "https_proxy")
    return notes.machine(Proxies((ProxyVariable("https_proxy", None, False, flaw="login"),)))


def unused_script(notes: Notes) -> Notes:
    notes.machine(DESKTOP).also(Lookup(PAC.host), SystemLookup((SERVER,))).also(OVER, Connection())
    notes.also(Script(PAC, OVER), LIES).also(EvaluatePac(Script(PAC, OVER), TARGET), NAMES_OURS)
    return opened_by(notes, OURS)


def another_proxy(notes: Notes) -> Notes:
    notes.route = Route(RouteReason.VARIABLE, notes.proxy, "https_proxy")
    notes.machine(Proxies((ProxyVariable("https_proxy", OURS), ProxyVariable("HTTPS_PROXY", OTHER))))
    return opened_by(notes, OTHER, "10.0.0.10")


def straight(notes: Notes) -> Notes:
    way = Connect(Address(ADDRESS, 443))
    notes.also(Lookup(HOST), SystemLookup((ADDRESS,))).also(way, Connection())
    session = Session(finished=True, version="TLSv1.3", bytes_received=3000, chain=(certificate(),))
    return notes.also(Handshake(way, HOST), session)


def straight_inside(notes: Notes) -> Notes:
    return notes.also(Lookup(HOST), SystemLookup((INSIDE,))).also(Connect(Address(INSIDE, 443)), Connection())


WITHOUT: dict[str, Reason] = {
    "proxy-required": unused_proxy,
    "proxy-address-malformed": unreadable_proxy,
    "proxy-pac-ignored": unused_script,
}
"""Why a direct way that ended should not have been gone."""
WRONG: dict[str, tuple[Reason, bool]] = {
    "proxy-variables-disagree": (another_proxy, False),
    "proxy-bypass-missing": (straight, False),
    "privatelink-through-proxy": (straight_inside, True),
}
"""Why a way through a proxy should not have been gone; true: to a private service."""


MISTYPED = MisreadLine(1, "keyword", "nameservers 10.0.1.53", (SECOND,))
FOURTH = Address("10.0.3.53", 53)
LOST: dict[str, tuple[str, DnsReply]] = {
    "dns-no-address": ("no_data", NO_DATA),
    "dns-server-failure": ("lookup_failed", denied("SERVFAIL")),
    "dns-query-refused": ("lookup_failed", denied("REFUSED")),
    "dns-alias-dangling": ("name_not_found", dangling()),
    "dns-resolver-silent": ("timed_out", SILENCE),
    "proxy-name-not-found": ("name_not_found", denied(name=OURS.host)),
}
"""How a name is lost at the resolvers that are asked, likewise; the last is a proxy's."""
UNASKED: dict[str, tuple[Resolvers, Address]] = {
    "machine-resolver-settings-unusable": (replace(resolvers(), misread=(MISTYPED,)), SECOND),
    "machine-resolver-ignored": (replace(resolvers(), beyond=(FOURTH,)), FOURTH),
}
"""Why the resolver that knows the name was not asked, and which one that is."""


def lost(consequence: str, settings: Resolvers, knowing: Address) -> Notes:
    """A name that is lost, though a resolver that programs do not ask knows it."""
    failure, reply = LOST[consequence]
    by_proxy = consequence.startswith("proxy-")
    name = OURS.host if by_proxy else HOST
    notes = Notes(proxy=str(OURS) if by_proxy else "").machine(*ONLINE, settings, hosts())
    notes.looked_up(failure=failure, name=name).told(reply, name=name)
    return notes.also(Lookup(name, knowing, "A"), found(FOUR, name=name)).also(Lookup(name, knowing, "AAAA"), NO_DATA)


def at_proxy(name: str, failure: str, took: float = 0.0005, **more: object) -> Notes:
    """A proxy that is found, and how the connect to it ended."""
    notes = Notes(proxy=f"{name}:3128").machine(*ONLINE, resolvers(), hosts())
    return notes.looked_up(name, name=name).saw(Connect(Address(name, 3128)), Connection(failure, **more), took)  # type: ignore[arg-type]


def first_held_back() -> Notes:
    notes = Notes().machine(*ONLINE, resolvers(RESOLVER, SECOND), hosts()).looked_up(FOUR, took=5.1)
    notes.told(DnsReply(failure="not_permitted")).told(found(FOUR), NO_DATA, server=SECOND)
    return notes.dialled(FOUR, "not_permitted")


def redirected_proxy(host: str = "198.51.100.80") -> Notes:
    notes = at_proxy(host, "refused").dialled(host, "refused", port=80, beside=True, took=0.0002)
    return notes.also(Trace(Address(host, 3128), ONE_STEP), Path((), 1))


def cut_by_what_accepts_all() -> Notes:
    notes = begun().dialled(FOUR).shook(FOUR, Session("reset")).also(IDLE, HoldEnd("cut", 0.02))
    for host in NOBODYS[4]:
        notes.saw(Connect(Address(host, 443), within=2.0), Connection(), 0.003, beside=True)
    return notes


def cut_whoever_is_named() -> Notes:
    notes = begun().dialled(FOUR).shook(FOUR, Session("reset")).also(IDLE, HoldEnd("cut", 0.02))
    for variant in names(Handshake(Connect(Address(FOUR, 443)), HOST)):
        notes.also(variant, Session(finished=True, bytes_received=3000))
    return notes


def guarded(status: int, *lines: str, body: bytes = b"") -> Notes:
    notes = begun().lookup(ADDRESS).connect().handshake([PUBLIC_LEAF, INTERMEDIATE])
    return notes.exchange(status, *lines, body=body)


IDLE = Hold(Connect(Address(FOUR, 443)), 2.0)
CHALLENGE = b"<title>Just a moment...</title> /cdn-cgi/challenge-platform/"
GIVEN_UP = IcmpError(4, 3, 1, CABLE.addresses[0])
APART: dict[tuple[str, str], Ending] = {
    ("machine-local-firewall", "dns-first-resolver-dead"): first_held_back,
    ("machine-outgoing-redirected", "proxy-unreachable"): redirected_proxy,
    ("network-gateway-dead", "proxy-unreachable"): lambda: at_proxy("198.51.100.80", "unreachable", 3.05, icmp=GIVEN_UP),
    ("network-no-common-family", "proxy-unreachable"): lambda: at_proxy(SIX, "no_route"),
    ("network-transparent-proxy", "network-connection-cut"): cut_by_what_accepts_all,
    ("network-connection-cut", "tls-sni-filtered"): cut_whoever_is_named,
    ("http-waf-blocked", "http-server-error"): lambda: guarded(503, "cf-mitigated: challenge"),
    ("http-waf-blocked", "http-redirected-elsewhere"): lambda: guarded(302, "Location: https://x.test/", body=CHALLENGE),
    ("proxy-name-not-found", "dns-no-address"): lambda: (
        through().looked_up(failure="no_data", name=OURS.host).told(DnsReply(wire(OURS.host), "no_data"), name=OURS.host)
    ),
}
"""Pairs that need evidence of their own."""


def together() -> Iterator[tuple[str, str, Notes]]:
    """Each cause and each consequence that it names, with evidence of both."""
    explains = {check.id: check.explains for check in CATALOGUE}
    for cause, tell in WITHOUT.items():
        yield from ((cause, other, tell(end())) for other, end in DIRECT.items() if other in explains[cause])
    for cause, (say, private) in WRONG.items():
        yield from ((cause, other, say(end_of(private))) for other, end_of in PROXIED.items() if other in explains[cause])
    for cause, why in UNASKED.items():
        yield from ((cause, other, lost(other, *why)) for other in LOST)
    yield from ((cause, other, both()) for (cause, other), both in APART.items())
    yield "proxy-address-malformed", "machine-offline", unreadable_proxy(offline())


TOGETHER = {f"{cause}: {other}": (cause, other, notes) for cause, other, notes in together()}


@pytest.mark.parametrize("pair", TOGETHER)
def test_a_consequence_is_folded_beneath_its_cause(pair: str) -> None:
    cause, other, notes = TOGETHER[pair]
    told = judge(notes.evidence, CATALOGUE).causes
    assert other in next(one.explains for one in told if one.id == cause)
