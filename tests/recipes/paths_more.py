"""Recipes of machine, dns and network that compare: with hosts known to be good, other ways, other names, other moments."""

from tests.house import House
from tests.house.names import Answers
from tests.house.plan import PRIVATE, PUBLIC, ROUTER, SERVER
from tests.recipes.ground import NAME, Break, all_of, bare, healthy, near_miss, of, ok, problem
from tests.recording.recipe import Recipe

OUTSIDE, ELSEWHERE, NOWHERE = PUBLIC[0], PUBLIC[1], "198.51.100.99"
SPARE, SPARE_ROUTER, SPARE_NET = "10.77.3.2", "10.77.3.1", "10.77.3.0/24"
PUBLIC_NAMES = {NAME: [OUTSIDE]}


def _second_way(house: House) -> None:
    """Another wire from the client to the router, with a default route of its own that is the less preferred one."""
    house.router.ip(f"link add to-spare type veth peer name spare netns {house.client.name}")
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

RECIPES: tuple[Recipe, ...] = (
    *PREFERRED_ROUTE_DEAD,
    *ROUTE_CAPTURED,
    *TRANSPARENT_PROXY,
    *PACKET_LOSS,
    *NO_EGRESS,
    *SEARCH_DOMAIN_CAPTURED,
    *CACHE_STALE,
)
"""Of these families, what compares."""
