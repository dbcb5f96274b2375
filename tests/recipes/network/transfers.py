"""Recipes of transfers that are timed: limits on the way, at the server and on the client's own line, and what only looks so."""

from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import PRIVATE, SERVER
from tests.recipes.baseline import NAME, URL, Break, serve
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, ok, problem

BIG = 8_000_000
SERVERS = """
server {{
    listen 443 ssl sndbuf={window}; ssl_certificate service.pem; ssl_certificate_key service.key;
    location / {{ root {folder}; {slowly} }}
}}
server {{
    listen {neighbour}:443 ssl; ssl_certificate service.pem; ssl_certificate_key service.key;
    location / {{ root {folder}; }}
}}
"""
NEIGHBOUR = PRIVATE[0]
KNOWN_GOOD = f"{NEIGHBOUR}:443/big"


def _reading(
    path: str = "/big",
    *,
    seconds: float = 2.0,
    slowly: str = "",
    window: str = "512k",
    after: Break | None = None,
    beside: bool = True,
) -> Stage:
    """A service with a large file and a small one, and a neighbour that has them too; the file at `path` is read."""

    def stage(house: House) -> Look:
        folder = house.errand("files", {"big": bytes(BIG), "small": bytes(3000)})
        house.names({NAME: [SERVER]})
        trust = serve(house, servers=SERVERS.format(folder=folder, slowly=slowly, window=window, neighbour=NEIGHBOUR))
        if after:
            after(house)
        controls = (KNOWN_GOOD,) if beside else ()
        return Look(endpoints=(f"{URL}{path}",), trust=trust, transfer=seconds, controls=controls)

    return stage


def _police(house: House) -> object:
    """The router lets 50 kB of the service's packets through in a second, and drops what is more."""
    return house.router.do("nft", "-f", "-", text=_POLICE)


_POLICE = f"""table inet police {{
chain forward {{
type filter hook forward priority 0
ip saddr {SERVER} limit rate over 50 kbytes/second burst 30 kbytes drop
}}
}}
"""


def _narrow_line(house: House) -> object:
    """The client's own line carries 0.4 million bits a second."""
    rate = ("rate", "400kbit", "burst", "8kb", "latency", "400ms")
    return house.router.do("tc", "qdisc", "add", "dev", "to-client", "root", "tbf", *rate)


THROUGHPUT_LOW = of(
    "network-throughput-low",
    problem(
        "dropped-on-the-way",
        "The router drops what is more than 50 kB a second from the service; a host that is known to be good is fast.",
        _reading(after=_police),
    ),
    problem(
        "sent-slowly",
        "The service writes 40 kB a second; a host that is known to be good is fast. This looks like a limit on the way.",
        _reading(slowly="limit_rate 40k;"),
    ),
    problem(
        "nothing-to-compare-with",
        "The service writes 40 kB a second, and nothing is named to compare with.",
        _reading(slowly="limit_rate 40k;", beside=False),
    ),
    problem(
        "the-own-line",
        "The client's own line carries 0.4 million bits a second; a host that is known to be good is as slow.",
        _reading(after=_narrow_line),
    ),
    ok("as-fast-as-the-other", "A healthy service, as fast as a host that is known to be good.", _reading()),
    near_miss(
        "a-short-answer",
        "The service writes 40 kB a second, and all there is to read are 3 kB.",
        _reading("/small", slowly="limit_rate 40k;"),
        says=Status.UNKNOWN,
    ),
    near_miss(
        "far-away-and-one-window",
        "The service is 0.4 seconds away and has one small window's worth under way at a time.",
        _reading(seconds=3.0, window="64k", after=lambda house: house.delay(0.4)),
        "network-high-latency",
    ),
    near_miss(
        "slower-and-not-slow",
        "The service writes 3 MB a second, and nothing is named to compare with.",
        _reading(slowly="limit_rate 3m;", beside=False),
    ),
)

RECIPES: tuple[Recipe, ...] = THROUGHPUT_LOW
