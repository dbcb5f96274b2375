"""A private link as customers have it: a real resolver with a private zone, one without, a firewall, a proxy, and a service.

Every row of the family, and beside it what only looks like it, told by the command itself.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from diag.lab.authority import CertificateAuthority
from tests.netns import House, needs
from tests.netns.plan import PRIVATE, PUBLIC, ROUTER
from tests.real.customer import Screen, run
from tests.recipes.http.authors import ACME
from tests.recipes.proxy.answers import DENY_ALL
from tests.recipes.services import HERE, PROXY, Page, private_authority, serve_pages

pytestmark = needs("nginx", "squid", "dnsmasq")

ZONE = "privatelink.house.test"
ACCOUNT = f"acme.us-east-1.{ZONE}"
CACHE = f"ocsp.{ACCOUNT}"
STAGE = f"stage.{ZONE}"
OUTER = "acme.us-east-1.house.test"
VPCE = "vpce-1-2.vpce-svc-3.us-east-1.vpce.amazonaws.com"
STRANGER = "db.elsewhere.test"
AT_INSIDE, AT_OUTSIDE = "10.77.2.53", PUBLIC[2]
HERE_INSIDE = {
    ACCOUNT: PRIVATE[0],
    CACHE: PRIVATE[0],
    STAGE: PRIVATE[1],
    OUTER: PUBLIC[0],
    STRANGER: PRIVATE[0],
    VPCE: PRIVATE[0],
}
HERE_OUTSIDE = {ACCOUNT: PUBLIC[0], CACHE: PUBLIC[0], STAGE: PUBLIC[1], OUTER: PUBLIC[0]}
URLS = (f"https://{ACCOUNT}", f"http://{CACHE}", f"https://{STAGE}")
NOT_ALLOWED = """add_header X-Acme-Id 1 always; default_type application/json; return 403 '{"code": "4711"}';"""


def zone_file(names: dict[str, str]) -> str:
    """Unbound's words for what a cloud's resolver answers: a private zone, which says whose it is, and a public one."""
    start = "ns-1536.awsdns-00.co.uk. hostmaster.house.test. 1 7200 900 1209600 86400"
    lines = []
    for apex in (ZONE, "house.test", "elsewhere.test", "vpce.amazonaws.com", "test"):
        lines += [f'local-zone: "{apex}." static', f'local-data: "{apex}. 60 IN SOA {start}"']
    lines += [f'local-data: "{name}. 60 IN A {address}"' for name, address in names.items()]
    return "".join(f"    {line}\n" for line in ('module-config: "iterator"', *lines))


@dataclass
class Network:
    """The customer's network, whole: the service answers inside and outside, and both resolvers are there."""

    house: House
    authority: CertificateAuthority

    def ask(self, resolver: str) -> None:
        self.house.resolvers(resolver)

    def split(self, *words: str) -> None:
        """A resolver of the company's own: it asks the cloud's for the private zone, and the public one for all else."""
        servers = (f"--server={AT_OUTSIDE}", *words)
        command = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--no-resolv", "--user=root"]
        bound = ["--bind-interfaces", f"--listen-address={ROUTER}", "--pid-file", "--cache-size=0"]
        self.house.serve([*command, *bound, *servers], port=53, protocol="udp", where="router")
        self.ask(ROUTER)


def network(house: House, names: dict[str, str] | None = None, says: str = HERE) -> Network:
    authority = private_authority()
    leaf = authority.leaf(ACCOUNT, CACHE, STAGE, OUTER)
    serve_pages(house, Page(leaf, says=says), plain=f"server {{ listen 80; location / {{ {says} }} }}")
    house.unbound(zone_file(HERE_INSIDE if names is None else names), at=[AT_INSIDE], where="server")
    house.unbound(zone_file(HERE_OUTSIDE), at=[AT_OUTSIDE], where="server")
    house.resolvers(AT_INSIDE)
    return Network(house, authority)


Stage = Callable[[House], Screen]


def looked_at(
    *urls: str, after: Callable[[Network], object] = id, names: dict[str, str] | None = None, says: str = HERE, **more: str
) -> Stage:
    """What diag says of these endpoints, expected private unless `expects` says otherwise, after something was done."""

    def stage(house: House) -> Screen:
        built = network(house, names, says)
        after(built)
        (house.home / "acme.toml").write_text(ACME)
        options = ["--expect", more.get("expects", "private")] if more.get("expects") != "any" else []
        way = ["--proxy", PROXY] if "proxy" in more else []
        environment = {"NO_PROXY": more["no_proxy"]} if "no_proxy" in more else {}
        if environment:
            way, environment = [], environment | {"HTTPS_PROXY": PROXY}
        return run(house, built.authority, *(urls or URLS), *options, *way, "--profile", "acme.toml", **environment)

    return stage


def behind_squid(built: Network) -> None:
    built.house.squid(DENY_ALL)


CONDITIONAL = f"--server=/{ZONE}/{AT_INSIDE}"
ROWS: dict[str, tuple[Stage, tuple[str, ...]]] = {
    "works": (looked_at(), ()),
    "works with a company's resolver that forwards the zone": (looked_at(after=lambda n: n.split(CONDITIONAL)), ()),
    "the public resolver is asked": (looked_at(after=lambda n: n.ask(AT_OUTSIDE)), ("privatelink-resolves-public",)),
    "a company's resolver does not forward the zone": (
        looked_at(URLS[0], after=lambda n: n.split()),
        ("privatelink-resolves-public",),
    ),
    "public, as nobody minds": (looked_at(URLS[0], expects="any", after=lambda n: n.ask(AT_OUTSIDE)), ()),
    "one record is missing in the private zone": (
        looked_at(names={**HERE_INSIDE, STAGE: PUBLIC[1]}),
        ("privatelink-partial",),
    ),
    "the name has no record": (
        looked_at(URLS[2], names={name: at for name, at in HERE_INSIDE.items() if name != STAGE}),
        ("privatelink-name-missing",),
    ),
    "the whole domain is unknown": (
        looked_at("https://acme.privatelink.nowhere.test"),
        ("dns-name-not-found",),
    ),
    "the endpoint is swallowed": (
        looked_at(URLS[0], after=lambda n: n.house.drop(to=PRIVATE[0])),
        ("privatelink-endpoint-silent",),
    ),
    "the endpoint is rejected": (
        looked_at(URLS[0], after=lambda n: n.house.reject(to=PRIVATE[0])),
        ("network-connection-rejected",),
    ),
    "port 80 is swallowed": (
        looked_at(*URLS[:2], after=lambda n: n.house.drop(to=PRIVATE[0], port=80)),
        ("privatelink-port-silent",),
    ),
    "a proxy that refuses is in the way": (
        looked_at(URLS[0], after=behind_squid, proxy=PROXY),
        ("privatelink-through-proxy",),
    ),
    "the proxy is not asked for it": (looked_at(URLS[0], after=behind_squid, no_proxy=f".{ZONE}"), ()),
    "the cloud's name of the endpoint is used": (looked_at(f"https://{VPCE}"), ("privatelink-name-uncovered",)),
    "another service answers": (looked_at(f"https://{STRANGER}"), ("privatelink-wrong-service",)),
    "a policy denies": (looked_at(URLS[0], says=NOT_ALLOWED), ("privatelink-policy-denied",)),
    "a login is wanted": (looked_at(URLS[0], says="add_header X-Acme-Id 1 always; return 401;"), ()),
    "the public name is used": (
        looked_at(f"https://{OUTER}", expects="any", says=NOT_ALLOWED),
        ("privatelink-public-name-used",),
    ),
    "the public name is denied, and there is no other": (
        looked_at(f"https://{OUTER}", expects="any", says=NOT_ALLOWED, names={OUTER: PUBLIC[0]}),
        ("http-network-policy-denied",),
    ),
    "an over-broad zone": (
        looked_at(URLS[0], expects="public", after=lambda n: n.house.drop(to=PRIVATE[0])),
        ("privatelink-unexpectedly-private",),
    ),
    "a public name in public": (looked_at(f"https://{OUTER}", expects="public"), ()),
}


@pytest.mark.parametrize("row", ROWS)
def test_a_private_link_in_this_state(row: str, house: House) -> None:
    stage, causes = ROWS[row]
    screen = stage(house)
    assert tuple(screen.causes) == causes
    assert screen.code == (1 if causes else 0)
    for cause in screen.document["causes"]:
        if cause["id"].startswith("privatelink-"):
            # The region in the names says whose cloud it is, or the primary server of the private zone.
            assert cause["facts"]["cloud"] == "aws"
            assert not any("not recorded" in text for text in (cause["title"], *cause["remedy"]))


def test_a_resolver_that_strips_private_answers_is_no_fault_of_the_link(house: House) -> None:
    stage = looked_at(URLS[0], after=lambda n: n.split(CONDITIONAL, "--stop-dns-rebind"))
    screen = stage(house)
    assert screen.code == 1
    assert screen.causes[0].startswith("dns-")
    assert not [cause for cause in screen.causes if cause.startswith("privatelink-")]


def test_the_three_looks_of_a_silent_endpoint_are_on_the_screen(house: House) -> None:
    stage, _ = ROWS["the endpoint is swallowed"]
    (cause,) = stage(house).document["causes"]
    first, second, third, *_ = cause["remedy"]
    assert "security group" in first
    assert "pendingAcceptance" in second
    assert "route" in third
