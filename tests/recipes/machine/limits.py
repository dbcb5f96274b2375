"""What the client itself forbids, or has run out of, and files of certificates that are none."""

from collections.abc import Callable

from tests.house import House
from tests.house.plan import PRIVATE, SERVER, SERVER6
from tests.recipes.ground import NAME, URL, healthy, near_miss, of, ok, problem
from tests.recording.recipe import Recipe

SECOND = PRIVATE[0]
BOTH = {NAME: [SERVER, SERVER6]}
FEW = 8
"""How many ports the client has where they are scarce; enough for the questions to its resolver."""


def _all_ports_used(towards: str) -> Callable[[House], object]:
    """The client has few ports, and all are used for connections to one door."""

    def act(house: House) -> None:
        house.few_ports(FEW)
        house.serve(_keep_open, towards, FEW, where="client", says="all open")

    return act


def _keep_open(address: str, number: int) -> None:
    import socket
    import time

    kept = [socket.create_connection((address, 443)) for _ in range(number)]
    print("all open", len(kept), flush=True)
    time.sleep(600)


LOCAL_FIREWALL = of(
    "machine-local-firewall",
    problem(
        "rule-rejects",
        "A rule on the client itself answers connects to the port with ICMP.",
        healthy(after=lambda house: house.refuse_locally("reject", port=443)),
    ),
    problem(
        "rule-prohibits",
        "A routing rule on the client itself forbids the port.",
        healthy(after=lambda house: house.refuse_locally(port=443)),
    ),
    problem(
        "both-families", "The same for IPv4 and IPv6.", healthy(names=BOTH, after=lambda house: house.refuse_locally(port=443))
    ),
    ok("nothing-forbidden", "A healthy service.", healthy(names=BOTH)),
    near_miss(
        "forbidden-elsewhere",
        "The router forbids the port.",
        healthy(after=lambda house: house.reject(port=443)),
        "network-connection-rejected",
    ),
    near_miss(
        "forbidden-elsewhere-over-ipv6",
        "The router forbids the port, for which the client's system says that it is not permitted.",
        healthy(names={NAME: [SERVER6]}, after=lambda house: house.reject(port=443)),
        "network-connection-rejected",
    ),
    near_miss(
        "another-port",
        "A routing rule on the client forbids another port.",
        healthy(after=lambda house: house.refuse_locally(port=8443)),
    ),
    near_miss(
        "no-ports",
        "The client has no port left to connect from.",
        healthy(after=_all_ports_used(SERVER)),
        "machine-ports-exhausted",
    ),
)

PORTS = of(
    "machine-ports-exhausted",
    problem(
        "all-used", "All ports of the client are used for connections to the service.", healthy(after=_all_ports_used(SERVER))
    ),
    problem(
        "for-one-of-two-addresses",
        "All ports are used for connections to one address of the service, the other is reached.",
        healthy(names={NAME: [SERVER, SECOND]}, after=_all_ports_used(SECOND)),
    ),
    ok("enough", "A healthy service, and few ports.", healthy(after=lambda house: house.few_ports(FEW))),
    near_miss(
        "used-elsewhere",
        "All ports are used for connections to another address, which does no harm.",
        healthy(after=_all_ports_used(SECOND)),
    ),
    near_miss(
        "six-switched-off",
        "IPv6 is switched off on the client, for which the system says the same.",
        healthy(names=BOTH, after=lambda house: house.client.do("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")),
    ),
    near_miss(
        "forbidden",
        "A routing rule on the client forbids the port.",
        healthy(after=lambda house: house.refuse_locally(port=443)),
        "machine-local-firewall",
    ),
)

MANY = [f"https://{NAME}:{port}" for port in range(7001, 7025)]

DESCRIPTORS = of(
    "machine-descriptors-exhausted",
    problem("none-left", "diag may open hardly any file.", healthy(*MANY, files=16)),
    ok("enough", "A healthy service.", healthy()),
    near_miss("just-enough", "diag may open few files, and gives back what it holds.", healthy(URL, f"http://{NAME}", files=40)),
    near_miss(
        "no-ports",
        "The client has no port left to connect from.",
        healthy(after=_all_ports_used(SERVER)),
        "machine-ports-exhausted",
    ),
)

RECIPES: tuple[Recipe, ...] = (*LOCAL_FIREWALL, *PORTS, *DESCRIPTORS)
