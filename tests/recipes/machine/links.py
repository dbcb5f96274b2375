"""Recipes of machine-link-interrupted: a link of the client that goes down and comes up again while diag looks."""

from tests.netns import Answers, House
from tests.netns.plan import PUBLIC, ROUTER
from tests.recipes.baseline import healthy
from tests.recipes.services import HOST, declared, healthy_service
from tests.recording.recipe import Look, Recipe, near_miss, of, ok, problem


def interrupt(after: float, seconds: float, take: str, *give_back: str) -> None:
    """Take something away with ip(8), so long after the first datagram has left, and give it back so many seconds later."""
    import subprocess
    import time
    from pathlib import Path

    def sent() -> int:
        lines = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Udp:")]
        return int(lines[1][lines[0].index("OutDatagrams")])

    before = sent()
    print("ready", flush=True)
    while sent() == before:
        time.sleep(0.001)
    time.sleep(after)
    subprocess.run(["ip", *take.split()], check=True)
    time.sleep(seconds)
    for line in give_back:
        subprocess.run(["ip", *line.split()], check=True)


LINK = ("link set to-router down", "link set to-router up", f"route replace default via {ROUTER}")
ROUTE = (f"route delete default via {ROUTER}", f"route replace default via {ROUTER}")


def interrupted(house: House, after: float, seconds: float, *lines: str) -> object:
    return house.serve(interrupt, after, seconds, *lines, where="client", says="ready")


def _far_resolver(house: House) -> Look:
    """A healthy service, and a resolver a fifth of a second away."""
    authority = healthy_service(house)
    house.resolver(Answers({HOST: [PUBLIC[0]]}), at=[PUBLIC[2]], where="server")
    house.resolvers(PUBLIC[2])
    house.delay(0.2)
    return declared(house, authority)


def while_asking(house: House) -> Look:
    """The link is down while the resolver's answers are waited for."""
    look = _far_resolver(house)
    interrupted(house, 0.15, 2.5, *LINK)
    return look


def route_away(house: House) -> Look:
    """The link stays up, and the route away is missing when the service is to be dialled."""
    look = _far_resolver(house)
    interrupted(house, 0.1, 1.0, *ROUTE)
    return look


def another_link(house: House) -> object:
    """A link that leads nowhere, as those of containers, goes down and comes up; the service's port is swallowed."""
    house.client.ip("link add other type veth peer name end", "link set other up", "link set end up")
    house.drop(port=443)
    return interrupted(house, 0.1, 0.3, "link set end down", "link set end up")


RECIPES: tuple[Recipe, ...] = of(
    "machine-link-interrupted",
    problem(
        "between-looks",
        "Of four looks at a healthy service, those fail in the middle of which the client's link is down for a moment.",
        healthy(after=lambda house: interrupted(house, 0.5, 1.2, *LINK), repeat=4, every=1.0),
    ),
    problem("while-asking", "The link is down while a resolver's answers are waited for.", while_asking),
    problem(
        "route-away", "The link stays up, and the client has no route for a second, as when a VPN is set up anew.", route_away
    ),
    ok(
        "steady",
        "The link stays up, and the router swallows what goes to the service.",
        healthy(after=lambda house: house.drop(port=443)),
        "network-connection-filtered",
    ),
    near_miss(
        "another-link",
        "A link that leads nowhere is down for a moment, while the router swallows what goes to the service.",
        healthy(after=another_link),
        "network-connection-filtered",
    ),
)
