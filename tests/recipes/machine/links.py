"""Recipes of machine-link-interrupted: a link of the client that goes down and comes up again while diag looks."""

from tests.netns import Answers, House
from tests.netns.plan import PUBLIC, ROUTER
from tests.recipes.baseline import healthy
from tests.recipes.services import HOST, declared, healthy_service
from tests.recording.recipe import Look, Recipe, near_miss, of, ok, problem


def interrupt(device: str, gateway: str, after: float, seconds: float) -> None:
    """Take a link down for so many seconds, so long after the first datagram has left; no gateway: no route comes back."""
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
    subprocess.run(["ip", "link", "set", device, "down"], check=True)
    time.sleep(seconds)
    subprocess.run(["ip", "link", "set", device, "up"], check=True)
    if gateway:
        subprocess.run(["ip", "route", "replace", "default", "via", gateway], check=True)


def interrupted(house: House, after: float, seconds: float, device: str = "to-router", gateway: str = ROUTER) -> object:
    return house.serve(interrupt, device, gateway, after, seconds, where="client", says="ready")


def while_asking(house: House) -> Look:
    """A resolver a fifth of a second away; the link is down while its answers are waited for."""
    authority = healthy_service(house)
    house.resolver(Answers({HOST: [PUBLIC[0]]}), at=[PUBLIC[2]], where="server")
    house.resolvers(PUBLIC[2])
    house.delay(0.2)
    interrupted(house, 0.15, 2.5)
    return declared(house, authority)


def another_link(house: House) -> object:
    """A link that leads nowhere, as those of containers, goes down and comes up; the service's port is swallowed."""
    house.client.ip("link add other type veth peer name end", "link set other up", "link set end up")
    house.drop(port=443)
    return interrupted(house, 0.1, 0.3, "end", "")


RECIPES: tuple[Recipe, ...] = of(
    "machine-link-interrupted",
    problem(
        "between-looks",
        "Of four looks at a healthy service, those fail in the middle of which the client's link is down for a moment.",
        healthy(after=lambda house: interrupted(house, 0.5, 1.2), repeat=4, every=1.0),
    ),
    problem("while-asking", "The link is down while a resolver's answers are waited for.", while_asking),
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
