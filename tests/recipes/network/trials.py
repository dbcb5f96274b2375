"""Recipes of looks that are repeated, connections that are left idle, and many at once."""

from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import PRIVATE, SERVER
from tests.recipes.baseline import NAME, URL, healthy, serve
from tests.recording.recipe import Look, Recipe, near_miss, of, ok, problem


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
        says=Status.UNKNOWN,
    ),
)
_EIGHT = f"""table inet eight {{
chain input {{
type filter hook input priority 0
ip daddr {SERVER} tcp dport 443 ct state new ct count over 8 drop
}}
}}
"""

RECIPES: tuple[Recipe, ...] = (*INTERMITTENT, *IDLE_CUT, *SOURCE_PORTS_SCARCE)
