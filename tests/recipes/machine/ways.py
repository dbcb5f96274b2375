"""Ways that the client does not have: routes of its own that refuse, and addresses of a family that it is without."""

from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import EMPTY, ROUTER, SERVER, SERVER6, SILENT
from tests.recipes.baseline import NAME, Break, all_of, bare, healthy
from tests.recipes.network.ways import address_without_six
from tests.recipes.services import HOST, OPEN, declared, healthy_service
from tests.recording.recipe import Look, Recipe, near_miss, of, ok, problem

BOTH = {NAME: [SERVER, SERVER6]}
SIX_ONLY = {NAME: [SERVER6]}
FAR = "10.77.2.0/24"
"""The server's network."""


def _refuses(kind: str, *networks: str) -> Break:
    """The client has a route that refuses these networks."""
    return lambda house: house.client.ip(*(f"route add {kind} {network}" for network in networks))


def _beyond(house: House) -> None:
    """A narrower way within a network that is refused."""
    house.client.ip(f"route add blackhole {FAR}", f"route add {SERVER} via {ROUTER}")


def _by_rule(house: House) -> None:
    """A rule leads to another table, and that refuses: an ordinary user sees the main table alone."""
    house.client.ip(f"route add blackhole {SERVER} table 77", "rule add pref 10 table 77")


def _without_six(house: House) -> None:
    house.client.do("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")


def _without_six_to_the_proxy(house: House) -> Look:
    """A proxy whose name has an address of IPv6 alone."""
    authority = healthy_service(house)
    house.names({HOST: ["198.51.100.10"], "proxy.house.test": ["fd77:1::1"]})
    house.squid(OPEN)
    house.reject(port=443)
    _without_six(house)
    return declared(house, authority, proxy="http://proxy.house.test:3128")


def _no_way_for_six(house: House) -> None:
    """The client's network has IPv6, and no way out for it."""
    house.client.do("ip", "-6", "route", "del", "default")


def _no_way_for_four(house: House) -> None:
    """The client has IPv6 alone, its resolver included."""
    house.resolvers("fd77:1::1")
    house.client.do("ip", "-4", "addr", "flush", "dev", "to-router")


def _unplugged(house: House) -> object:
    return house.unplugged()


REFUSES = of(
    "machine-route-refuses",
    problem("swallows", "A route of the client swallows packets to the service.", healthy(after=_refuses("blackhole", SERVER))),
    problem(
        "says-unreachable",
        "A route of the client calls the service's network unreachable.",
        healthy(after=_refuses("unreachable", FAR)),
    ),
    problem("prohibits", "A route of the client prohibits the service's network.", healthy(after=_refuses("prohibit", FAR))),
    problem(
        "both-families",
        "Routes of the client refuse the service's addresses of both families, each in its own way.",
        healthy(names=BOTH, after=_refuses("unreachable", FAR, f"{SERVER6}/128")),
    ),
    problem(
        "in-another-table", "A rule of the client leads to a table that swallows packets to the service.", healthy(after=_by_rule)
    ),
    ok("healthy/both-families"),
    ok(
        "for-another-network",
        "A route of the client swallows packets to elsewhere.",
        healthy(after=_refuses("blackhole", f"{SILENT}/32")),
    ),
    near_miss(
        "narrower-way", "A route of the client swallows a network; a narrower one leads to the service.", healthy(after=_beyond)
    ),
    near_miss(
        "one-of-two-families",
        "A route of the client refuses the service's IPv6 address, and IPv4 works.",
        healthy(names=BOTH, after=_refuses("unreachable", f"{SERVER6}/128")),
    ),
    near_miss(
        "other-family-filtered",
        "A route of the client refuses the service's IPv6 address, and IPv4 is swallowed on the way.",
        bare(names=BOTH, after=all_of(_refuses("unreachable", f"{SERVER6}/128"), lambda house: house.drop(port=443))),
        "network-connection-filtered",
    ),
    near_miss(
        "rejected-elsewhere",
        "The router calls the service unreachable.",
        healthy(after=lambda house: house.reject("host-unreachable", port=443)),
        "network-connection-rejected",
    ),
    near_miss(
        "prohibited-by-a-rule",
        "A routing rule of the client forbids the port.",
        healthy(after=lambda house: house.refuse_locally(port=443)),
        "machine-local-firewall",
    ),
    near_miss(
        "nobody-there",
        "Nobody has the address; a router says so after a while.",
        bare(f"tcp://{EMPTY}:443", timeout=5.0),
        "network-connection-rejected",
    ),
)

FAMILY = of(
    "network-no-common-family",
    problem(
        "six-switched-off",
        "The service has IPv6 alone, which is switched off on the client.",
        healthy(names=SIX_ONLY, after=_without_six),
    ),
    problem(
        "no-way-out-for-six",
        "The service has IPv6 alone; the client's network has it, and no way out.",
        healthy(names=SIX_ONLY, after=_no_way_for_six),
    ),
    problem(
        "way-without-address",
        "The service has IPv6 alone; the client has a default route for it, and no address.",
        healthy(names=SIX_ONLY, after=address_without_six),
    ),
    problem("no-four", "The service has IPv4 alone, and the client has IPv6 alone.", healthy(after=_no_way_for_four)),
    problem(
        "by-address",
        "The endpoint is an address of IPv6, which is switched off on the client.",
        bare(f"tcp://[{SERVER6}]:443", after=_without_six),
    ),
    problem(
        "of-the-proxy",
        "The proxy has an address of IPv6 alone, which is switched off on the client.",
        _without_six_to_the_proxy,
        needs=("nginx", "squid"),
    ),
    ok("six-works", "A healthy service with IPv6 alone.", healthy(names=SIX_ONLY)),
    near_miss(
        "four-as-well", "The service has both, and IPv6 is switched off on the client.", healthy(names=BOTH, after=_without_six)
    ),
    near_miss(
        "six-swallowed",
        "The service has IPv6 alone, which is swallowed on the way.",
        bare(names=SIX_ONLY, after=lambda house: house.drop(port=443)),
        "network-connection-filtered",
    ),
    near_miss(
        "six-refused-by-a-route",
        "The service has IPv6 alone, and a route of the client refuses all of it.",
        bare(names=SIX_ONLY, after=_refuses("unreachable", "fd77:2::/64")),
        "machine-route-refuses",
    ),
    near_miss(
        "no-network",
        "The service has IPv6 alone, and the client's cable is unplugged.",
        bare(f"tcp://[{SERVER6}]:443", after=_unplugged),
        "machine-offline",
        says=Status.UNKNOWN,
    ),
)

RECIPES: tuple[Recipe, ...] = (*REFUSES, *FAMILY)
