"""Recipes of machine, dns and network that compare: with hosts known to be good, other ways, other names, other moments."""

from datetime import UTC, datetime

from msgspec.structs import replace

from diag.lab.authority import Authority, pem
from tests.house import House
from tests.house.names import Answers
from tests.house.plan import PRIVATE, PUBLIC, ROUTER, SERVER, SILENT
from tests.house.rooms import REPOSITORY
from tests.recipes.ground import NAME, URL, Break, all_of, bare, healthy, near_miss, of, ok, problem, serve
from tests.recording.recipe import Look, Recipe

OUTSIDE, ELSEWHERE, NOWHERE = PUBLIC[0], PUBLIC[1], "198.51.100.99"
SPARE, SPARE_ROUTER, SPARE_NET = "10.77.3.2", "10.77.3.1", "10.77.3.0/24"
PUBLIC_NAMES = {NAME: [OUTSIDE]}


def _second_way(house: House) -> None:
    """Another wire from the client to the router, with a default route of its own that is the less preferred one."""
    house.router.ip(f"link add to-spare index 31 type veth peer name spare index 41 netns {house.client.name}")
    house.router.ip(f"addr add {SPARE_ROUTER}/24 dev to-spare", "link set to-spare up")
    house.client.ip(f"addr add {SPARE}/24 dev spare", "link set spare up")
    house.client.ip(f"route add default via {SPARE_ROUTER} metric 600")


def _bridge_of_containers(house: House) -> None:
    """The network that container software sets up: a bridge with the range in which the service lives, and nobody there."""
    _second_way(house)
    house.client.ip("link add docker0 type bridge", "addr add 10.77.2.200/24 dev docker0", "link set docker0 up")


def _accept_for_all(house: House) -> None:
    house.serve(_accept_and_wait, port=9000, where="router")
    house.capture_all(at=9000)


def _accept_and_wait() -> None:
    import socket

    door = socket.create_server(("::", 9000), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
    kept = []
    while True:
        kept.append(door.accept())


def _greet_all_with_a_page(house: House) -> None:
    house.nginx("server { listen 9000; location / { return 302 http://portal.test/; } }", port=9000, where="router")
    house.capture_all(at=9000)


def _silent_service(house: House) -> None:
    house.serve(_accept_and_say_nothing, port=443)


def _accept_and_say_nothing() -> None:
    import socket

    door = socket.create_server(("::", 443), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
    kept = []
    while True:
        kept.append(door.accept())


def _search(house: House, *domains: str, ndots: int = 5) -> None:
    """The client appends these domains to names."""
    lines = f"nameserver {ROUTER}\nsearch {' '.join(domains)}\noptions timeout:1 attempts:1 ndots:{ndots}\n"
    house.client.write("resolv.conf", lines)


def _forgetful(old: str, new: str) -> None:
    """A resolver that gives programs what it remembers, and who asks with EDNS (RFC 6891) what it has found since."""
    import socket
    import struct

    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.bind(("0.0.0.0", 53))
    while True:
        query, guest = door.recvfrom(4096)
        known = query[12:].lower().startswith(b"\x07service\x05house\x04test\0")
        additional = struct.unpack("!H", query[10:12])[0]
        end = query.index(b"\0", 12) + 5
        wants_four = known and query[end - 4 : end - 2] == b"\0\1"
        head = query[:2] + (b"\x85\x80" if known else b"\x85\x83") + struct.pack("!HHHH", 1, int(wants_four), 0, 0)
        record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton(new if additional else old)
        door.sendto(head + query[12:end] + (record if wants_four else b""), guest)


def _remembers(old: str, new: str) -> Break:
    def stage(house: House) -> None:
        house.serve(_forgetful, old, new, port=53, protocol="udp", where="server")
        house.resolvers(SERVER)

    return stage


PREFERRED_ROUTE_DEAD = of(
    "network-preferred-route-dead",
    problem(
        "the-other-wire-works",
        "Two wires lead out; the preferred one swallows everything, the other one works.",
        healthy(after=all_of(_second_way, lambda house: house.drop(port=443))),
    ),
    ok("both-work", "Two wires lead out, and both work.", healthy(after=_second_way)),
    near_miss(
        "the-target-is-swallowed-by-either",
        "Two wires lead out; what goes to the service is swallowed behind both.",
        healthy(after=all_of(_second_way, lambda house: house.server.do("nft", "-f", "-", text=_SWALLOW))),
        "network-connection-filtered",
    ),
    near_miss(
        "one-wire",
        "One wire leads out, and swallows what goes to the service.",
        healthy(after=lambda house: house.drop(port=443)),
        "network-connection-filtered",
    ),
)
_SWALLOW = "table inet swallow {\nchain input {\ntype filter hook input priority 0\ntcp dport 443 drop\n}\n}\n"

ROUTE_CAPTURED = of(
    "machine-route-captured",
    problem(
        "a-bridge-of-containers",
        "Container software has given its bridge the range of addresses in which the service lives.",
        healthy(after=_bridge_of_containers),
    ),
    ok("no-such-route", "Two wires lead out, and the service is reached.", healthy(after=_second_way)),
    near_miss(
        "the-target-is-down-as-well",
        "A bridge has the range, and nothing of the service answers by any other way either.",
        bare(
            names={NAME: ["10.77.2.77"]},
            after=all_of(_bridge_of_containers, lambda house: house.drop(to="10.77.2.77")),
        ),
        "network-connection-filtered",
    ),
)

TRANSPARENT_PROXY = of(
    "network-transparent-proxy",
    problem(
        "accepts-and-waits",
        "Something at the router accepts every connection and says nothing.",
        healthy(names=PUBLIC_NAMES, after=_accept_for_all),
    ),
    problem(
        "a-sign-in-page",
        "Something at the router accepts every connection and speaks plain HTTP, as a guest network does.",
        healthy(names=PUBLIC_NAMES, after=_greet_all_with_a_page),
    ),
    ok("service-works", "A healthy service at a public address.", healthy(names=PUBLIC_NAMES)),
    near_miss(
        "the-service-is-silent",
        "The service itself accepts and says nothing; nobody accepts for others.",
        bare(names=PUBLIC_NAMES, after=_silent_service),
        "tls-handshake-silent",
    ),
)

PACKET_LOSS = of(
    "network-packet-loss",
    problem(
        "every-second-is-lost",
        "The router swallows every second packet that opens a connection.",
        healthy(names={NAME: [SERVER, PRIVATE[0]]}, after=lambda house: house.drop_every(2, port=443), timeout=5.0),
    ),
    ok("none-is-lost", "A healthy service.", healthy()),
    near_miss(
        "far-away",
        "A service that is half a second away.",
        healthy(after=lambda house: house.delay(0.5), timeout=5.0),
        "network-high-latency",
    ),
)

NO_EGRESS = of(
    "network-no-egress",
    problem(
        "nor-what-is-known-to-be-good",
        "The router swallows everything to the outside; a host that is known to be good is silent as well.",
        healthy(names=PUBLIC_NAMES, after=lambda house: house.drop(), controls=(f"{ELSEWHERE}:443",)),
    ),
    near_miss(
        "what-is-known-to-be-good-answers",
        "The router swallows what goes to the service; a host that is known to be good answers.",
        healthy(names=PUBLIC_NAMES, after=lambda house: house.drop(to=OUTSIDE), controls=(f"{ELSEWHERE}:443",)),
        "network-connection-filtered",
    ),
)

RESOLVER_SILENT = of(
    "dns-resolver-silent",
    problem(
        "what-is-known-to-be-good-answers",
        "The resolver is silent; a host that is known to be good answers by its address.",
        healthy(after=lambda house: house.resolvers(SILENT), controls=(f"{SERVER}:443",)),
    ),
    problem(
        "nor-does-what-is-known-to-be-good",
        "Nothing gets out: neither the resolver outside nor a host that is known to be good answers.",
        healthy(
            after=all_of(
                lambda house: house.resolvers(PUBLIC[2]),
                lambda house: house.drop(),
                lambda house: house.drop(protocol="udp"),
            ),
            controls=(f"{OUTSIDE}:443",),
        ),
    ),
)

OFFLINE = of(
    "machine-offline",
    problem(
        "no-way-to-what-is-known-to-be-good",
        "The client has no way out; a host that is known to be good is given up at once as well.",
        healthy(f"tcp://{OUTSIDE}:443", after=lambda house: house.without_default_route(), controls=(f"{ELSEWHERE}:443",)),
    ),
)

SEARCH_DOMAIN_CAPTURED = of(
    "dns-search-domain-captured",
    problem(
        "a-catch-all-below-it",
        "The search domain answers for everything below it, and nobody listens there.",
        healthy(
            names=Answers({NAME: [OUTSIDE], f"{NAME}.corp.test": [NOWHERE]}),
            after=lambda house: _search(house, "corp.test"),
        ),
    ),
    ok(
        "it-knows-nothing",
        "The search domain does not know the name.",
        healthy(names=PUBLIC_NAMES, after=lambda house: _search(house, "corp.test")),
    ),
    near_miss(
        "the-name-exists-below-it-alone",
        "The name is meant to be completed by the search domain, and works.",
        healthy(
            "https://service.house.test",
            names=Answers({f"{NAME}.corp.test": [SERVER]}),
            after=lambda house: _search(house, "corp.test"),
        ),
    ),
)

CACHE_STALE = of(
    "dns-cache-stale",
    problem(
        "an-old-address-is-remembered",
        "Programs are given an old address at which nobody answers; asked afresh, the resolver has a new one that works.",
        healthy(after=_remembers(NOWHERE, SERVER)),
    ),
    ok("nothing-is-remembered", "The system and the resolver agree.", healthy()),
    near_miss(
        "the-answers-take-turns",
        "The system is given another address than a fresh question, and both work.",
        healthy(after=_remembers(OUTSIDE, SERVER)),
    ),
    near_miss(
        "neither-address-works",
        "The system is given another address than a fresh question, and neither works.",
        bare(after=_remembers(NOWHERE, "198.51.100.98")),
        "network-connection-rejected",
    ),
)


def _refuse_every_third(house: House) -> object:
    """A balancer one of whose three members is out of order: every third connection is refused."""
    return house.router.do("nft", "-f", "-", text=_EVERY_THIRD)


_EVERY_THIRD = """table inet member {
chain forward {
type filter hook forward priority 0
iifname "to-client" tcp dport 443 tcp flags & (syn|ack) == syn numgen inc mod 3 == 2 reject with tcp reset
}
}
"""


def _forget_idle(house: House) -> object:
    """The router forgets a connection that is idle for a second, and swallows what still comes of it."""
    forget = "net.netfilter.nf_conntrack_tcp_timeout_established=1"
    house.router.do("nft", "-f", "-", text=_TRACKED)
    return house.router.do("sysctl", "-qw", forget, "net.netfilter.nf_conntrack_tcp_loose=0")


_TRACKED = """table inet tracked {
chain forward {
type filter hook forward priority 0
ct state invalid drop
}
}
"""
_IMPATIENT = """
server {
    listen 443 ssl; listen 80; client_header_timeout 1s; keepalive_timeout 1s;
    ssl_certificate service.pem; ssl_certificate_key service.key;
    location / { return 200 "here\\n"; }
}
"""


def _idle_at_an_impatient_server(house: House) -> Look:
    house.names({NAME: [SERVER]})
    return Look(endpoints=(URL,), trust=serve(house, servers=_IMPATIENT), idle=3.0)


def _public_list(house: House, *, known: bool) -> Look:
    """A service with an authority that the system does not know; the list of public ones is one that was made for this."""
    house.names({NAME: [SERVER]})
    root = serve(house)
    other = Authority(datetime.now(UTC)).root.certificate
    path = root if known else str(house.errand("authorities", {"other.pem": pem(other)}) / "other.pem")
    package = house.errand("public", {"certifi.py": f"def where() -> str:\n    return {path!r}\n"})
    return Look(endpoints=(URL,), environment={"PYTHONPATH": f"{package}:{REPOSITORY}"})


INTERMITTENT = of(
    "network-intermittent",
    problem(
        "every-third-is-refused",
        "Every third connection is refused, as by a balancer with a member that is out of order.",
        healthy(after=_refuse_every_third, repeat=9, every=0.05),
    ),
    ok("none-fails", "A healthy service, looked at five times.", healthy(repeat=5)),
    near_miss(
        "all-fail",
        "The router swallows what goes to the service, each of three times.",
        healthy(after=lambda house: house.drop(port=443), repeat=3, timeout=1.0),
        "network-connection-filtered",
    ),
)

IDLE_CUT = of(
    "network-idle-cut",
    problem(
        "forgotten-after-a-second",
        "The router forgets idle connections after a second and swallows what still comes.",
        healthy(after=_forget_idle, idle=3.0),
    ),
    ok("nothing-forgets", "A healthy service and an idle connection of two seconds.", healthy(idle=2.0)),
    near_miss(
        "the-server-ends-it",
        "The server itself ends connections that are idle for a second, in good order.",
        _idle_at_an_impatient_server,
    ),
)

SOURCE_PORTS_SCARCE = of(
    "network-source-ports-scarce",
    problem(
        "eight-at-a-time",
        "The router lets eight connections pass at a time and swallows what would open more.",
        healthy(after=lambda house: house.limit_connections(8), load=20),
    ),
    problem(
        "to-a-host-known-to-be-good-as-well",
        "The router lets eight connections pass at a time; a host that is known to be good suffers the same.",
        healthy(after=lambda house: house.limit_connections(8), load=20, controls=(f"{PRIVATE[0]}:443",)),
    ),
    ok("no-limit", "A healthy service, and twenty connections at once.", healthy(load=20)),
    near_miss(
        "the-host-has-the-limit",
        "The service takes eight connections at a time; a host that is known to be good takes all.",
        healthy(
            after=lambda house: house.server.do("nft", "-f", "-", text=_EIGHT),
            load=20,
            controls=(f"{PRIVATE[0]}:443",),
        ),
    ),
)
_EIGHT = f"""table inet eight {{
chain input {{
type filter hook input priority 0
ip daddr {SERVER} tcp dport 443 ct state new ct count over 8 drop
}}
}}
"""

TRUST_STORE_OUTDATED = of(
    "machine-trust-store-outdated",
    problem(
        "the-public-list-knows-it",
        "The service's authority is on the public list (one made for this) and not among the system's.",
        lambda house: _public_list(house, known=True),
    ),
    ok("all-know-it", "A healthy service whose authority is trusted.", lambda house: _with_list(house)),
    near_miss(
        "the-public-list-does-not-know-it",
        "The service's authority is on neither list.",
        lambda house: _public_list(house, known=False),
        "tls-issuer-untrusted",
    ),
)


def _with_list(house: House) -> Look:
    look = _public_list(house, known=True)
    (root,) = house.folder.glob("trust-*/root.pem")
    return replace(look, environment={**look.environment, "SSL_CERT_FILE": str(root)})


RECIPES: tuple[Recipe, ...] = (
    *PREFERRED_ROUTE_DEAD,
    *ROUTE_CAPTURED,
    *TRANSPARENT_PROXY,
    *PACKET_LOSS,
    *NO_EGRESS,
    *RESOLVER_SILENT,
    *OFFLINE,
    *SEARCH_DOMAIN_CAPTURED,
    *CACHE_STALE,
    *INTERMITTENT,
    *IDLE_CUT,
    *SOURCE_PORTS_SCARCE,
    *TRUST_STORE_OUTDATED,
)
"""Of these families, what compares."""
