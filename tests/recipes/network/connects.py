"""What connects meet with: a host that refuses, somebody else who does, or nobody; staged with real packets."""

from tests.netns import House
from tests.netns.plan import CLIENT, CLIENT6, EMPTY, PRIVATE, ROUTER, ROUTER6, SERVER, SERVER6, SILENT, UNROUTED
from tests.recipes.baseline import NAME, OTHER, OTHER_URL, URL, all_of, bare, healthy, serve
from tests.recording.recipe import Look, Recipe, in_lab, near_miss, of, ok, problem

SECOND, THIRD = PRIVATE[0], PRIVATE[1]
OTHER_PORT = f"{URL}:7443"
BOTH = {NAME: [SERVER, SERVER6]}


def _far(house: House) -> object:
    """A tenth of a second there and back; what the router itself answers stays quick."""
    return house.delay(0.1)


def reset_everybody(house: House) -> object:
    return house.serve(_accept_and_reset, port=443)


def _accept_and_reset() -> None:
    import socket
    import struct

    door = socket.create_server(("0.0.0.0", 443), backlog=16)
    while True:
        guest, _ = door.accept()
        guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        guest.close()


def _firewall_of_the_host(house: House) -> object:
    """The server's own firewall rejects what comes to port 443, and says so."""
    rule = "tcp dport 443 reject with icmpx admin-prohibited"
    text = f"table inet own {{\nchain input {{\ntype filter hook input priority 0\n{rule}\n}}\n}}\n"
    return house.server.do("nft", "-f", "-", text=text)


def _wide_mask(house: House) -> None:
    """The client takes the server's network for a part of its own."""
    house.client.ip(
        f"addr delete {CLIENT}/24 dev to-router", f"addr add {CLIENT}/16 dev to-router", f"route add default via {ROUTER}"
    )


def without_six(house: House) -> None:
    """The client as it is where there is no IPv6: no address of it but the loopback's and a link-local one, no way."""
    house.client.ip(f"route delete default via {ROUTER6}", f"addr delete {CLIENT6}/64 dev to-router")


def _at_an_address(house: House) -> Look:
    return Look(endpoints=(f"https://{SERVER}", f"https://[{SERVER6}]"), trust=serve(house, SERVER, SERVER6))


REFUSED = of(
    "network-connection-refused",
    problem("nobody-listens", "The service is up, and no program listens on the port that is asked for.", healthy(OTHER_PORT)),
    problem(
        "nobody-listens-at-all",
        "The host is up without any service; the name has two addresses of it.",
        bare(names={NAME: [SERVER, SECOND]}),
    ),
    problem(
        "lab/network-connection-refused",
        "Nobody listens at the port, on this very machine.",
        in_lab("network-connection-refused"),
    ),
    problem("over-ipv6", "The name has an IPv6 address alone, at which nobody listens.", bare(names={NAME: [SERVER6]})),
    problem(
        "from-much-nearer",
        "The host is far away; a firewall at the router resets connects to one port in its name.",
        healthy(OTHER_PORT, after=all_of(_far, lambda house: house.reset(port=7443))),
    ),
    problem("from-afar", "The host is far away and refuses itself.", healthy(OTHER_PORT, after=_far)),
    problem("a-literal", "The endpoint is an address, and nobody listens there.", bare(f"tcp://{SERVER}:7443")),
    ok("healthy/one-service"),
    ok("a-literal-works", "The endpoint is an address, for which the service has a certificate.", _at_an_address),
    near_miss("network-connection-cut/with-a-reset"),
    near_miss(
        "router-says-port-unreachable",
        "The router answers connects with ICMP port unreachable, in its own name.",
        healthy(after=lambda house: house.reject("port-unreachable", port=443)),
        "network-connection-rejected",
    ),
    near_miss("network-address-dead/one-refuses"),
)

FILTERED = of(
    "network-connection-filtered",
    problem(
        "mask-too-wide",
        "The client's subnet mask is too wide, so that it looks for the server in its own network.",
        healthy(after=_wide_mask, timeout=5.0),
    ),
    problem(
        "port-swallowed",
        "The router swallows what goes to port 443; port 80 answers.",
        healthy(after=lambda house: house.drop(port=443)),
    ),
    problem(
        "host-swallowed", "The router swallows all that goes to the host.", healthy(after=lambda house: house.drop(to=SERVER))
    ),
    problem(
        "over-ipv6",
        "The name has an IPv6 address alone, and the router swallows what goes to its port 443.",
        healthy(names={NAME: [SERVER6]}, after=lambda house: house.drop(port=443)),
    ),
    problem("nobody-there", "The name's address belongs to nobody, and nobody says so.", bare(names={NAME: [SILENT]})),
    problem(
        "queue-full",
        "The host's program is overwhelmed: its queue is full, so its kernel is silent.",
        bare(after=lambda house: house.crowded(port=443)),
    ),
    problem(
        "own-rule-swallows",
        "A rule on the client itself swallows what goes to the port, which looks the same.",
        healthy(after=lambda house: house.refuse_locally("drop", port=443)),
    ),
    problem("lab/network-connection-filtered", "One of two services is met with silence.", in_lab("network-connection-filtered")),
    ok("healthy/one-service"),
    near_miss("far-away", "A service that is slow to reach, and works.", healthy(after=_far)),
    near_miss("network-connection-rejected/forbidden"),
    near_miss("network-address-dead/one-silent"),
    near_miss(
        "six-silent",
        "The IPv6 address is silent, the other works.",
        healthy(names=BOTH, after=lambda house: house.ipv6_broken()),
        "network-ipv6-broken",
    ),
)

REJECTED = of(
    "network-connection-rejected",
    problem(
        "forbidden",
        "The router answers with ICMP administratively prohibited.",
        healthy(after=lambda house: house.reject(port=443)),
    ),
    problem(
        "by-the-host-itself",
        "The server's own firewall answers with ICMP administratively prohibited.",
        healthy(after=_firewall_of_the_host),
    ),
    problem(
        "forbidden-network",
        "The router answers with ICMP network prohibited.",
        healthy(after=lambda house: house.reject("net-prohibited", port=443)),
    ),
    problem(
        "forbidden-over-ipv6",
        "The same over IPv6, where the client's system says EACCES.",
        healthy(names={NAME: [SERVER6]}, after=lambda house: house.reject(port=443)),
    ),
    problem(
        "host-unreachable",
        "The router says that it cannot reach the host.",
        healthy(after=lambda house: house.reject("host-unreachable", to=SERVER)),
    ),
    problem("network-unknown", "The router knows no way to the name's address.", bare(names={NAME: [UNROUTED]})),
    problem(
        "nobody-on-the-far-wire",
        "The router looks for the address on its wire and finds nobody.",
        bare(names={NAME: [EMPTY]}, timeout=5.0),
    ),
    ok("healthy/both-families"),
    near_miss(
        "own-rule-rejects",
        "A rule on the client itself answers with ICMP.",
        healthy(after=lambda house: house.refuse_locally("reject", port=443)),
        "machine-local-firewall",
    ),
    near_miss(
        "own-rule-prohibits",
        "A routing rule on the client itself forbids the port, over both families.",
        healthy(names=BOTH, after=lambda house: house.refuse_locally(port=443)),
        "machine-local-firewall",
    ),
    near_miss("refused", "The host itself refuses.", bare(), "network-connection-refused"),
    near_miss("network-connection-filtered/port-swallowed"),
    near_miss(
        "gateway-gone",
        "The client's gateway is an address at which nobody is.",
        healthy(f"https://{SERVER}", after=lambda house: house.client.ip("route replace default via 10.77.1.77"), timeout=5.0),
        "network-gateway-dead",
    ),
)

ADDRESS_DEAD = of(
    "network-address-dead",
    problem(
        "one-refuses",
        "One of two addresses refuses.",
        healthy(names={NAME: [SERVER, SECOND]}, after=lambda house: house.reset(to=SECOND, port=443)),
    ),
    problem(
        "ipv4-leads-nowhere",
        "The router swallows IPv4; one of two services has no other address.",
        healthy(URL, OTHER_URL, names={NAME: [SERVER], OTHER: BOTH[NAME]}, after=lambda house: house.drop(to="10.77.2.0/24")),
        "network-address-dead",
        "network-address-dead",
    ),
    problem(
        "one-silent",
        "One of three addresses is silent.",
        healthy(names={NAME: [SECOND, SERVER, THIRD]}, after=lambda house: house.drop(to=SECOND)),
    ),
    problem(
        "four-silent-and-six-works",
        "The router swallows what goes to the IPv4 address; the IPv6 one works.",
        healthy(names=BOTH, after=lambda house: house.drop(to=SERVER)),
    ),
    problem(
        "one-rejected",
        "The router forbids one of two addresses.",
        healthy(names={NAME: [SECOND, SERVER]}, after=lambda house: house.reject(to=SECOND)),
    ),
    problem(
        "one-of-each-family",
        "One IPv4 address and the IPv6 one are silent.",
        healthy(
            names={NAME: [SERVER, SECOND, SERVER6]},
            after=all_of(lambda house: house.drop(to=SERVER6), lambda house: house.drop(to=SECOND)),
        ),
    ),
    ok("all-work", "All three addresses work.", healthy(names={NAME: [SERVER, SECOND, SERVER6]})),
    near_miss(
        "six-alone",
        "The IPv6 address alone is dead.",
        healthy(names=BOTH, after=lambda house: house.drop(to=SERVER6)),
        "network-ipv6-broken",
    ),
    near_miss("no-six-here", "The name has an IPv6 address, and the client has no IPv6.", healthy(names=BOTH, after=without_six)),
    near_miss(
        "all-dead",
        "Both addresses are silent.",
        healthy(names={NAME: [SERVER, SECOND]}, after=lambda house: house.drop(port=443)),
        "network-connection-filtered",
    ),
)

RECIPES: tuple[Recipe, ...] = (*REFUSED, *FILTERED, *REJECTED, *ADDRESS_DEAD)
