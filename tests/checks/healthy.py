"""Healthy networks of every shape, built by hand: the ways that packets take, and what services say on them."""

from collections.abc import Callable

from msgspec.structs import replace

from diag.model.address import Address
from diag.model.answer import HoldEnd, TcpInfo, Trust
from diag.model.endpoint import Expectations, Network
from diag.model.machine import Interface, Interfaces, RouteEntry, Routes
from diag.model.question import Verify
from diag.model.route import Route, RouteReason
from diag.model.run import Evidence
from tests.checks import authorities, test_proxy_scripts
from tests.checks.authorities import CORP_LEAF, CORP_ROOT, INTERMEDIATE, PUBLIC_LEAF, ROOT, leaf
from tests.checks.evidence import Notes
from tests.checks.network.test_trials import crowd, idle, loaded, repeated
from tests.checks.replies import (
    ADDRESS,
    CABLE,
    FIVE,
    FOUR,
    HOST,
    LOOPBACK,
    NO_DATA,
    NOT_FOUND,
    NOW,
    ONLINE,
    PROXY_IP,
    RESOLVER,
    SECOND,
    SILENCE,
    SIX,
    answered,
    certificate,
    date_line,
    denied,
    found,
    hosts,
    resolvers,
    trusted,
)


def here(*servers: Address, search: tuple[str, ...] = ()) -> Notes:
    return Notes().machine(*ONLINE, resolvers(*servers, search=search), hosts(("127.0.0.1", "localhost")))


def served(notes: Notes, address: str = FOUR, *, port: int = 443, name: str = HOST, at: int = 0) -> Notes:
    """The service answers, all the way up."""
    notes.dialled(address, port=port, at=at).shook(address, trusted(der=certificate(name)), name=name, port=port, at=at)
    return notes.fetched(address, answered(), name=name, port=port, at=at)


def proxied(*facts: object) -> Notes:
    return Notes(proxy="proxy.example.net:3128").machine(*ONLINE, resolvers(), *facts)  # type: ignore[arg-type]


WAYS: dict[str, Notes] = {
    "plain": served(here().looked_up(FOUR).told(found(FOUR), NO_DATA)),
    "both families": served(here().looked_up(SIX, FOUR).told(found(FOUR), found(SIX)).dialled(SIX)),
    "AAAA on a machine of IPv4 alone": served(
        here().looked_up(FOUR, SIX).told(found(FOUR), found(SIX)).dialled(SIX, "no_route", took=0.0001)
    ),
    "IPv6 alone": served(
        Notes()
        .machine(
            Interfaces((LOOPBACK, replace(CABLE, addresses=("2001:db8::9",)))),
            Routes((RouteEntry("::/0", "fe80::1", "eth0"),)),
            resolvers(Address("2001:db8::53", 53)),
        )
        .looked_up(SIX, FOUR)
        .told(found(FOUR), found(SIX), server=Address("2001:db8::53", 53))
        .dialled(FOUR, "no_route", took=0.0001),
        SIX,
    ),
    "a search domain": served(
        Notes("https://api")
        .machine(*ONLINE, resolvers(search=("example.com",)))
        .looked_up(FOUR, name="api")
        .told(denied(name="api"), name="api"),
        name="api",
    ),
    "a resolver that lacks inside names": served(
        here(RESOLVER, SECOND).looked_up(FOUR).told(found(FOUR), NO_DATA).told(NOT_FOUND, server=SECOND)
    ),
    "a second resolver that is down": served(
        here(RESOLVER, SECOND).looked_up(FOUR).told(found(FOUR), NO_DATA).told(SILENCE, server=SECOND)
    ),
    "addresses that go round": served(
        here(RESOLVER, SECOND).looked_up(FOUR).told(found(FOUR), NO_DATA).told(found(FIVE), NO_DATA, server=SECOND)
    ),
    "split horizon": served(
        here(RESOLVER, SECOND).looked_up("10.1.2.3").told(found("10.1.2.3"), NO_DATA).told(found(FOUR), NO_DATA, server=SECOND),
        "10.1.2.3",
    ),
    "AAAA that fails, and nobody minds": served(here().looked_up(FOUR).told(found(FOUR), denied("SERVFAIL"))),
    "a hosts line that resolvers share": served(
        Notes().machine(*ONLINE, resolvers(), hosts((FOUR, HOST))).looked_up(FOUR).told(found(FOUR), NO_DATA)
    ),
    "a hosts line for a name of this network alone": served(
        Notes().machine(*ONLINE, resolvers(), hosts((FOUR, HOST))).looked_up(FOUR).told(NOT_FOUND)
    ),
    "the hosts file alone, all resolvers gone": served(
        Notes().machine(*ONLINE, resolvers(), hosts((FOUR, HOST))).looked_up(FOUR).told(SILENCE)
    ),
    "resolvers that only the system can ask": served(here().looked_up(FOUR).told(SILENCE)),
    "a literal": served(Notes(f"https://{FOUR}").machine(*ONLINE, resolvers()), name=FOUR),
    "this machine": Notes("http://localhost")
    .machine(*ONLINE, hosts(("127.0.0.1", "localhost")))
    .looked_up("127.0.0.1", name="localhost")
    .dialled("127.0.0.1", port=80),
    "this machine with no network": Notes("tcp://127.0.0.1:5432")
    .machine(Interfaces((LOOPBACK,)), Routes(()))
    .dialled("127.0.0.1", port=5432),
    "a proxy does the work": proxied()
    .looked_up("10.0.0.80", name="proxy.example.net")
    .told(found("10.0.0.80", name="proxy.example.net"), name="proxy.example.net")
    .dialled("10.0.0.80", port=3128),
    "a proxy by its address, and no DNS here": Notes(proxy="10.0.0.80:3128")
    .machine(*ONLINE, resolvers())
    .dialled("10.0.0.80", port=3128),
    "an inside network without a way out": served(
        Notes()
        .machine(Interfaces((LOOPBACK, CABLE)), Routes((RouteEntry("10.0.0.0/8", "", "eth0"),)), resolvers())
        .looked_up("10.1.2.3")
        .told(found("10.1.2.3"), NO_DATA),
        "10.1.2.3",
    ),
    "resolvers named by the user": served(Notes().machine(*ONLINE, resolvers(source="option")).told(found(FOUR), NO_DATA)),
    "three looks": repeated(True, True, True),
    "an idle connection that lives": idle(HoldEnd("", 60.0)),
    "an idle connection that the server ends": idle(HoldEnd("cut", 20.0)),
    "many at once": loaded(crowd(0)),
    "two ways out": served(
        Notes().machine(
            Interfaces((LOOPBACK, CABLE, Interface("wlan0", True, 1500, ("10.0.9.7",)))),
            Routes((RouteEntry("0.0.0.0/0", "10.0.0.1", "eth0", 100), RouteEntry("0.0.0.0/0", "10.0.9.1", "wlan0", 600))),
        )
    ),
    "a bridge of containers": served(
        Notes().machine(
            Interfaces((LOOPBACK, CABLE, Interface("docker0", True, 1500, ("172.17.0.1",)))),
            Routes((RouteEntry("0.0.0.0/0", "10.0.0.1", "eth0"), RouteEntry("172.17.0.0/16", "", "docker0"))),
        ),
        "172.17.0.9",
    ),
    "a service that gives another address each time": served(
        here(search=("corp.example",)).looked_up(FOUR).told(found(FIVE), NO_DATA)
    ),
    "a host that is known to be good": served(here().looked_up(FOUR).told(found(FOUR), NO_DATA)).control(FIVE),
    "a host that is thought to be good": served(here().looked_up(FOUR).told(found(FOUR), NO_DATA)).control(FIVE, "timed_out"),
    "a single late connection": served(
        here().looked_up(FOUR).told(found(FOUR), NO_DATA).dialled(FOUR, took=1.04, tcp=TcpInfo(1, total_retransmits=1))
    ),
    "two targets of one address": served(
        served(
            Notes(f"https://{HOST}", "https://stage.example.com")
            .machine(*ONLINE)
            .looked_up(FOUR)
            .looked_up(FOUR, name="stage.example.com", at=1)
        ),
        name="stage.example.com",
        at=1,
    ),
}


PROXY = "proxy.corp.test:3128"
OLD_ROOT = authorities.certificate(
    "Example Root", "Older Root", ca=True, end=NOW.replace(year=2021), start=NOW.replace(year=2015)
)
OWN = authorities.certificate(HOST, HOST, HOST)


def direct(url: str = f"https://{HOST}", chain: tuple[bytes, ...] = (PUBLIC_LEAF, INTERMEDIATE), **expects: object) -> Notes:
    scene = Notes(url, expects=Expectations(**expects)).lookup(ADDRESS, "2001:db8::10").connect().connect("2001:db8::10")  # type: ignore[arg-type]
    return scene.handshake(chain) if scene.endpoint.speaks_tls else scene


def verified(scene: Notes) -> Notes:
    """The scene after its chain was held against the public list, and against its own with the strict rules."""
    question = scene.handshake_question
    scene.also(Verify(question, trust="certifi"), Trust(path=3))
    return scene.also(Verify(question, trust=question.trust, strict=True), Trust(path=3))


SERVICES: dict[str, Callable[[], Notes]] = {
    "the plainest": lambda: direct().exchange(200, date_line()),
    **{
        f"answers {status}": lambda status=status: direct().exchange(status, date_line(), "Server: nginx")
        for status in (204, 301, 400, 401, 403, 404, 405)
    },
    "TLS alone": lambda: direct("tls://api.example.com:8883"),
    "a database that goes over to TLS": lambda: (
        Notes("postgres://api.example.com").lookup(ADDRESS).connect().upgrade().handshake([PUBLIC_LEAF, INTERMEDIATE])
    ),
    "a mail server behind a proxy": lambda: (
        Notes("smtp://api.example.com", proxy=PROXY).lookup(PROXY_IP).connect().tunnel().upgrade().handshake([PUBLIC_LEAF])
    ),
    "TCP alone": lambda: direct("tcp://api.example.com:5432"),
    "plain HTTP": lambda: direct("http://api.example.com").exchange(404, "Server: Apache"),
    "an expired root sent along": lambda: direct(chain=(PUBLIC_LEAF, INTERMEDIATE, OLD_ROOT)).exchange(),
    "its own root sent along": lambda: direct(chain=(PUBLIC_LEAF, INTERMEDIATE, ROOT)).exchange(),
    "a chain out of order": lambda: direct(chain=(PUBLIC_LEAF, ROOT, INTERMEDIATE)).exchange(),
    "a private authority, declared": lambda: direct(chain=(CORP_LEAF,), trust="corp-ca.pem").exchange(401),
    "a private authority, trusted by the system": lambda: direct(chain=(CORP_LEAF, CORP_ROOT)).exchange(200, "Via: 1.1 gateway"),
    "a self-signed certificate, declared": lambda: direct(chain=(OWN,), trust="own.pem").exchange(),
    "many names": lambda: direct(
        chain=(leaf(*(f"{n}.example.net" for n in range(200)), "*.example.com"), INTERMEDIATE)
    ).exchange(),
    "behind a content network": lambda: direct().exchange(403, "Server: cloudflare", "CF-RAY: 8c"),
    "an object store without credentials": lambda: direct().exchange(
        403, "Content-Type: application/xml", "x-amz-request-id: 7", body=b"<Error><Code>AccessDenied</Code>"
    ),
    "a denial of its own, passed on by a content network": lambda: direct().exchange(
        403, "Content-Type: application/json", "Via: 1.1 varnish", body=b'{"code": "390100"}'
    ),
    "an inspected network, whose gateway passes on": lambda: direct(chain=(CORP_LEAF, CORP_ROOT)).exchange(
        403, "Server: nginx", "Via: 1.1 gateway (squid/6.6)"
    ),
    "through a proxy": lambda: Notes(proxy=PROXY).lookup(PROXY_IP).connect().tunnel().handshake([PUBLIC_LEAF]).exchange(404),
    "through a proxy, with a login": lambda: (
        Notes(proxy=PROXY, login=True).lookup(PROXY_IP).connect().tunnel(200, login="basic").handshake([PUBLIC_LEAF]).exchange()
    ),
    "through a proxy spoken to over TLS": lambda: (
        Notes(proxy=PROXY, proxy_scheme="https")
        .lookup(PROXY_IP)
        .connect()
        .proxy_handshake(chain=(leaf("proxy.corp.test", issuer="Corp Root"),))
        .tunnel()
        .handshake([PUBLIC_LEAF, INTERMEDIATE])
        .exchange()
    ),
    "plain HTTP through a proxy": lambda: (
        Notes("http://api.example.com", proxy=PROXY).lookup(PROXY_IP).connect().exchange(404, "Via: 1.1 proxy (squid/6.6)")
    ),
    "a script set on the desktop that nobody needs": lambda: test_proxy_scripts.on_desktop(reached=True),
    "a script that says direct": lambda: test_proxy_scripts.obeyed(
        reached=True, why=RouteReason.SCRIPT, steered=test_proxy_scripts.DIRECT
    ),
    "a script that is looked for, and is not there": lambda: test_proxy_scripts.scene(
        True, Route(RouteReason.NOTHING_DETECTED, None, "--pac")
    ),
    "private, as it should be": lambda: (
        Notes(expects=Expectations(network=Network.PRIVATE))
        .lookup("10.4.5.6")
        .connect("10.4.5.6")
        .handshake([PUBLIC_LEAF, INTERMEDIATE])
        .exchange(403)
    ),
    "accepted by every list, strictly too": lambda: verified(direct().exchange()),
    "public, as it should be": lambda: direct(network=Network.PUBLIC).exchange(403),
}


HEALTHY: dict[str, Evidence] = {
    **{name: notes.evidence for name, notes in WAYS.items()},
    **{name: made().evidence for name, made in SERVICES.items()},
}
"""All of them, by what is particular about each."""
