"""What befalls packets on the way: no IPv6, nothing out, no gateway, connections cut, large packets lost, long ways."""

from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import CLIENT6, PRIVATE, PUBLIC, ROUTER6, SERVER, SERVER6
from tests.recipes.baseline import NAME, OTHER, OTHER_URL, URL, bare, healthy, serve
from tests.recipes.network.connects import BOTH, reset_everybody
from tests.recording.recipe import Look, Recipe, in_lab, near_miss, of, ok, problem

SECOND = PRIVATE[0]
OUTSIDE = {NAME: [PUBLIC[0]], OTHER: [PUBLIC[3]]}
INSIDE = "inside.house.test"


def _nothing_out(house: House) -> None:
    house.drop(to="198.51.100.0/24")
    house.drop(to="203.0.113.0/24")


def _gateway_of_nobody(house: House) -> None:
    house.client.ip("route replace default via 10.77.1.77")


def address_without_six(house: House) -> None:
    """A way for IPv6, and no address to go it with."""
    house.client.ip(f"addr delete {CLIENT6}/64 dev to-router")


def _six_gateway_of_nobody(house: House) -> None:
    house.client.ip("route replace default via fd77:1::77 dev to-router")


def _four_gateway_of_nobody(house: House) -> None:
    """The resolver is asked over IPv6."""
    _gateway_of_nobody(house)
    house.resolvers(ROUTER6)


def _part_politely(house: House) -> object:
    return house.serve(_accept_and_end, port=443)


def _accept_and_end() -> None:
    import socket

    door = socket.create_server(("0.0.0.0", 443), backlog=16)
    while True:
        guest, _ = door.accept()
        guest.close()


def _cut_once_greeted(house: House) -> object:
    return house.serve(_read_and_end, port=443)


def _read_and_end() -> None:
    import contextlib
    import socket
    import threading

    def attend(guest: socket.socket) -> None:
        with guest, contextlib.suppress(OSError):
            guest.recv(65536)

    door = socket.create_server(("0.0.0.0", 443), backlog=16)
    while True:
        threading.Thread(target=attend, args=(door.accept()[0],), daemon=True).start()


def _silent_server(house: House) -> object:
    return house.serve(_accept_and_say_nothing, port=443)


def _accept_and_say_nothing() -> None:
    import socket

    door = socket.create_server(("0.0.0.0", 443), backlog=16)
    guests = []
    while True:
        guests.append(door.accept()[0])


def _long_chain(house: House) -> Look:
    """A certificate for many names, so that the server's part of the handshake fills whole packets."""
    house.names({NAME: [SERVER]})
    trust = serve(house, NAME, *(f"service-{number}.house.test" for number in range(40)))
    house.black_hole(towards="client")
    return Look(endpoints=(URL,), trust=trust)


def _narrow_and_told(house: House) -> None:
    house.narrow(towards="server")
    house.narrow(towards="client")


def _six_hole(house: House) -> Look:
    """The same certificate, at addresses of both families; large packets of IPv6 get lost on their way to the client."""
    look = _long_chain(house)
    house.mend()
    house.names(BOTH)
    house.black_hole(towards="client", over="ipv6")
    return look


SIX_BROKEN = of(
    "network-ipv6-broken",
    problem("swallowed", "The router swallows all IPv6.", healthy(names=BOTH, after=lambda house: house.ipv6_broken())),
    problem(
        "rejected", "The router forbids all IPv6.", healthy(names=BOTH, after=lambda house: house.ipv6_broken("admin-prohibited"))
    ),
    problem(
        "way-without-address",
        "The client has a default route for IPv6 and no address.",
        healthy(names=BOTH, after=address_without_six),
    ),
    problem(
        "internal-address",
        "The client's IPv6 address is an internal one, and what it sends to the internet is swallowed.",
        healthy(names={NAME: [SERVER, PUBLIC[4]]}, after=lambda house: house.drop(to=PUBLIC[4])),
    ),
    problem(
        "one-host-alone",
        "The IPv6 address of one service is silent, that of another works.",
        healthy(
            URL,
            OTHER_URL,
            names={NAME: [SERVER, PUBLIC[4]], OTHER: [SECOND, SERVER6]},
            after=lambda house: house.drop(to=PUBLIC[4]),
        ),
    ),
    problem(
        "gateway-of-nobody",
        "The default route for IPv6 leads to an address at which nobody is; IPv4 works.",
        healthy(names=BOTH, after=_six_gateway_of_nobody, timeout=5.0),
    ),
    problem("lab/network-ipv6-broken", "The IPv6 address is dead, on this very machine.", in_lab("network-ipv6-broken")),
    ok("healthy/both-families"),
    near_miss("network-address-dead/no-six-here"),
    near_miss(
        "six-switched-off",
        "IPv6 is switched off on the client.",
        healthy(names=BOTH, after=lambda house: house.client.do("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")),
    ),
    near_miss(
        "four-dead",
        "The IPv4 address is silent, the IPv6 one works.",
        healthy(names=BOTH, after=lambda house: house.drop(to=SERVER)),
        "network-address-dead",
    ),
    near_miss(
        "both-dead",
        "Both addresses are silent.",
        healthy(names=BOTH, after=lambda house: house.drop(port=443)),
        "network-connection-filtered",
    ),
)

NO_EGRESS = of(
    "network-no-egress",
    problem(
        "two-outside",
        "Both services are outside, and nothing comes back from there.",
        healthy(URL, OTHER_URL, names=OUTSIDE, after=_nothing_out),
    ),
    problem(
        "inside-works",
        "The same, and a service inside works.",
        healthy(URL, OTHER_URL, f"http://{INSIDE}", names={**OUTSIDE, INSIDE: [SERVER]}, after=_nothing_out),
    ),
    ok("outside-works", "Two services outside work.", healthy(URL, OTHER_URL, names=OUTSIDE)),
    near_miss(
        "one-of-two-silent",
        "Of two services outside one is silent.",
        healthy(URL, OTHER_URL, names=OUTSIDE, after=lambda house: house.drop(to=PUBLIC[0])),
        "network-connection-filtered",
    ),
    near_miss(
        "one-alone",
        "There is one service, outside and silent.",
        healthy(names=OUTSIDE, after=_nothing_out),
        "network-connection-filtered",
        says=Status.UNKNOWN,
    ),
    near_miss(
        "two-inside",
        "Two services inside are silent.",
        healthy(URL, OTHER_URL, names={NAME: [SERVER], OTHER: [SECOND]}, after=lambda house: house.drop(port=443)),
        "network-connection-filtered",
        says=Status.UNKNOWN,
    ),
    near_miss(
        "forbidden",
        "The router forbids both services outside.",
        healthy(URL, OTHER_URL, names=OUTSIDE, after=lambda house: house.reject(port=443)),
        "network-connection-rejected",
    ),
)

GATEWAY_DEAD = of(
    "network-gateway-dead",
    problem(
        "nobody-at-the-gateway",
        "The default route leads to an address at which nobody is.",
        healthy(after=_gateway_of_nobody, timeout=5.0),
    ),
    problem(
        "with-a-literal",
        "The same, and the endpoint is an address.",
        bare(f"tcp://{SERVER}:443", after=_gateway_of_nobody, timeout=5.0),
    ),
    problem(
        "the-resolver-is-beyond-it",
        "The default route leads to an address at which nobody is, and so does the way to the resolver.",
        healthy(after=_gateway_of_nobody, timeout=5.0, resolvers=("198.51.100.53",)),
    ),
    problem(
        "of-ipv4-alone",
        "The default route for IPv4 leads to an address at which nobody is; IPv6 works: a warning.",
        healthy(names=BOTH, after=_four_gateway_of_nobody, timeout=5.0),
    ),
    ok("healthy/one-service"),
    near_miss("network-ipv6-broken/gateway-of-nobody", says=Status.WARNING),
    near_miss(
        "no-way-at-all",
        "There is no default route.",
        healthy(after=lambda house: house.without_default_route()),
        "machine-offline",
        says=Status.UNKNOWN,
    ),
    near_miss(
        "nobody-in-the-own-network",
        "The service's address is in the client's own network, and nobody is there.",
        bare("tcp://10.77.1.50:443", timeout=4.0),
        "network-connection-filtered",
        says=Status.UNKNOWN,
    ),
    near_miss("network-connection-rejected/nobody-on-the-far-wire"),
    near_miss(
        "silence-beyond",
        "The gateway works, and swallows what goes to the service.",
        healthy(after=lambda house: house.drop(port=443)),
        "network-connection-filtered",
    ),
)

CUT = of(
    "network-connection-cut",
    problem("with-a-reset", "The host accepts and resets at once.", bare(after=reset_everybody)),
    problem("in-good-order", "The host accepts and ends at once.", bare(after=_part_politely)),
    problem(
        "a-mere-connection",
        "The host accepts and resets at once, and no more than a connection is wanted of it.",
        bare(f"tcp://{SERVER}:443", after=reset_everybody),
    ),
    problem(
        "lab/network-connection-cut",
        "Connections are reset before any byte, on this very machine.",
        in_lab("network-connection-cut"),
    ),
    problem(
        "lab/connection-closed-at-once",
        "Connections end before any byte, on this very machine.",
        in_lab("connection-closed-at-once"),
    ),
    ok("healthy/one-service"),
    near_miss(
        "cut-once-greeted",
        "The host reads the greeting and ends the connection.",
        bare(after=_cut_once_greeted),
        "tls-handshake-cut",
    ),
    near_miss("silent", "The host accepts and says nothing.", bare(after=_silent_server), "tls-handshake-silent"),
    near_miss("network-connection-rejected/refused", says=Status.UNKNOWN),
)

BLACK_HOLE = of(
    "network-mtu-blackhole",
    problem("towards-the-client", "Packets of more than 1280 octets get lost on their way to the client.", _long_chain),
    problem(
        "towards-the-server",
        "Packets of more than 1280 octets get lost on their way to the server.",
        healthy(after=lambda house: house.black_hole(towards="server")),
    ),
    problem(
        "middling-towards-the-client",
        "Packets of more than 400 octets get lost on their way to the client: fewer than every network has to carry.",
        healthy(after=lambda house: house.black_hole(towards="client", mtu=400)),
    ),
    problem("over-ipv6", "Packets of more than 1280 octets get lost on their way to the client, those of IPv6 alone.", _six_hole),
    ok("healthy/one-service"),
    near_miss(
        "narrow-over-ipv6-and-told",
        "The service has addresses of both families; the way is narrow, and the router says so.",
        healthy(names=BOTH, after=_narrow_and_told),
    ),
    near_miss(
        "narrow-and-told",
        "The way is narrow in both directions, and the router says so.",
        healthy(after=_narrow_and_told),
    ),
    near_miss("network-connection-cut/silent"),
    near_miss(
        "name-filtered",
        "A filter swallows greetings that bear the name.",
        healthy(after=lambda house: house.swallow_name(NAME)),
        "tls-sni-filtered",
    ),
)

LATENCY = of(
    "network-high-latency",
    problem("four-tenths", "The service is 0.4 seconds away, there and back.", healthy(after=lambda house: house.delay(0.4))),
    problem(
        "over-a-second",
        "The service is 1.2 seconds away, so the first packet goes out twice before it is answered.",
        healthy(after=lambda house: house.delay(1.2), timeout=6.0, deadline=30.0),
    ),
    ok("healthy/one-service"),
    ok("two-tenths", "The service is 0.2 seconds away.", healthy(after=lambda house: house.delay(0.2))),
    near_miss(
        "first-packet-lost",
        "The service is near, and every second connect loses its first packet.",
        healthy(names={NAME: [SERVER, SECOND]}, after=lambda house: house.drop_every(2)),
        "network-packet-loss",
    ),
)

RECIPES: tuple[Recipe, ...] = (*SIX_BROKEN, *NO_EGRESS, *GATEWAY_DEAD, *CUT, *BLACK_HOLE, *LATENCY)
