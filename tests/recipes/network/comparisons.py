"""Recipes of the family network that compare: with another wire, with hosts known to be good, with addresses that nobody has."""

from tests.netns import House
from tests.netns.plan import PRIVATE, PUBLIC, SERVER
from tests.recipes.baseline import NAME, all_of, bare, healthy
from tests.recording.recipe import Recipe, near_miss, of, ok, problem

OUTSIDE, ELSEWHERE = PUBLIC[0], PUBLIC[1]
SPARE, SPARE_ROUTER = "10.77.3.2", "10.77.3.1"
IN_POD = {"KUBERNETES_SERVICE_HOST": "10.96.0.1"}
PUBLIC_NAMES = {NAME: [OUTSIDE]}


def second_way(house: House) -> None:
    """Another wire from the client to the router, with a default route of its own that is the less preferred one."""
    house.router.ip(f"link add to-spare index 31 type veth peer name spare index 41 netns {house.client.name}")
    house.router.ip(f"addr add {SPARE_ROUTER}/24 dev to-spare", "link set to-spare up")
    house.client.ip(f"addr add {SPARE}/24 dev spare", "link set spare up")
    house.client.ip(f"route add default via {SPARE_ROUTER} metric 600")


def _resetting_sidecar(house: House) -> None:
    house.serve(_reset_at_first_message, 15001, where="client", says="listening")
    house.lead_astray(at=15001)


def _sidecar_for_http(house: House) -> None:
    house.serve(_answer_in_http, 15001, where="client", says="listening")
    house.lead_astray(at=15001)


def _answer_in_http(port: int) -> None:
    import socket

    with socket.create_server(("0.0.0.0", port), backlog=16) as door:
        print("listening", flush=True)
        while True:
            guest, _ = door.accept()
            with guest:
                guest.recv(65536)
                guest.sendall(b"HTTP/1.1 400 Bad Request\r\nserver: envoy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")


def _reset_at_first_message(port: int) -> None:
    import socket
    import struct

    with socket.create_server(("0.0.0.0", port), backlog=16) as door:
        print("listening", flush=True)
        while True:
            guest, _ = door.accept()
            guest.recv(65536)
            guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            guest.close()


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


PREFERRED_ROUTE_DEAD = of(
    "network-preferred-route-dead",
    problem(
        "the-other-wire-works",
        "Two wires lead out; the preferred one swallows everything, the other one works.",
        healthy(after=all_of(second_way, lambda house: house.drop(port=443))),
    ),
    problem(
        "its-router-has-no-way-on",
        "Two wires lead out; the router on the preferred one says that it has no way to the service, the other one works.",
        healthy(after=all_of(second_way, lambda house: house.reject("host-unreachable", port=443))),
    ),
    ok("healthy/two-wires"),
    near_miss(
        "the-target-is-swallowed-by-either",
        "Two wires lead out; what goes to the service is swallowed behind both.",
        healthy(after=all_of(second_way, lambda house: house.server.do("nft", "-f", "-", text=_SWALLOW))),
        "network-connection-filtered",
    ),
    near_miss(
        "its-router-forbids",
        "Two wires lead out; the router on the preferred one forbids what goes to the service.",
        healthy(after=all_of(second_way, lambda house: house.reject(port=443))),
        "network-connection-rejected",
    ),
    near_miss(
        "one-wire",
        "One wire leads out, and swallows what goes to the service.",
        healthy(after=lambda house: house.drop(port=443)),
        "network-connection-filtered",
    ),
)
_SWALLOW = "table inet swallow {\nchain input {\ntype filter hook input priority 0\ntcp dport 443 drop\n}\n}\n"

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
    problem(
        "a-sign-in-page-for-a-database",
        "Something at the router accepts every connection and speaks plain HTTP; a database is looked for.",
        healthy(f"postgres://{NAME}", names=PUBLIC_NAMES, after=_greet_all_with_a_page),
    ),
    problem(
        "sidecar-refuses-a-private-host",
        "In a pod, the client leads all that goes out to its sidecar, which resets what it is not to let through.",
        healthy(after=_resetting_sidecar, environment=IN_POD),
    ),
    problem(
        "sidecar-answers-in-http",
        "In a pod, the client leads all that goes out to its sidecar, which takes what it hears for HTTP.",
        healthy(names=PUBLIC_NAMES, after=_sidecar_for_http, environment=IN_POD),
    ),
    near_miss(
        "private-host-resets-itself",
        "In a pod without a sidecar, the private host itself resets each connection at the first message.",
        bare(after=lambda house: house.serve(_reset_at_first_message, 443, says="listening"), environment=IN_POD),
        "tls-handshake-cut",
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
    problem(
        "nothing-is-acknowledged",
        "The router lets connections open, and swallows all that is sent on them.",
        healthy(after=lambda house: house.black_hole(towards="server", mtu=60)),
    ),
    ok("healthy/one-service"),
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

RECIPES: tuple[Recipe, ...] = (*PREFERRED_ROUTE_DEAD, *TRANSPARENT_PROXY, *PACKET_LOSS, *NO_EGRESS)
