"""Recipes of the family machine that compare: with a way past a bridge, with hosts known to be good, with the public list."""

from datetime import UTC, datetime

from msgspec.structs import replace

from diag.lab.authority import CertificateAuthority, pem
from tests.netns import House
from tests.netns.plan import PUBLIC, SERVER
from tests.netns.rooms import REPOSITORY
from tests.recipes.baseline import NAME, URL, all_of, bare, healthy, serve
from tests.recipes.network.comparisons import second_way
from tests.recording.recipe import Look, Recipe, near_miss, of, ok, problem

OUTSIDE, ELSEWHERE = PUBLIC[0], PUBLIC[1]


def _bridge_of_containers(house: House) -> None:
    """The network that container software sets up: a bridge with the range in which the service lives, and nobody there."""
    second_way(house)
    house.client.ip("link add docker0 type bridge", "addr add 10.77.2.200/24 dev docker0", "link set docker0 up")


def _public_list(house: House, *, known: bool, public: bool = True) -> Look:
    """A service with an authority that the system does not know; the list of public ones is one that was made for this.

    Not `public`: somebody has added a company's root to it.
    """
    house.names({NAME: [SERVER]})
    root = serve(house)
    other = CertificateAuthority(datetime.now(UTC)).root.certificate
    path = root if known else str(house.errand("authorities", {"other.pem": pem(other)}) / "other.pem")
    package = house.errand("public", {"certifi.py": f"def where() -> str:\n    return {path!r}\n"})
    return Look(endpoints=(URL,), environment={"PYTHONPATH": f"{package}:{REPOSITORY}"}, public_roots=path if public else "")


def _with_list(house: House) -> Look:
    look = _public_list(house, known=True)
    (root,) = house.folder.glob("trust-*/root.pem")
    return replace(look, environment={**look.environment, "SSL_CERT_FILE": str(root)})


ROUTE_CAPTURED = of(
    "machine-route-captured",
    problem(
        "a-bridge-of-containers",
        "Container software has given its bridge the range of addresses in which the service lives.",
        healthy(after=_bridge_of_containers),
    ),
    ok("healthy/two-wires"),
    near_miss(
        "the-target-is-down-as-well",
        "A bridge has the range, and nothing of the service answers by any other way either.",
        bare(
            names={NAME: ["10.77.2.77"]},
            after=all_of(_bridge_of_containers, lambda house: house.drop(to="10.77.2.77")),
        ),
        "network-connection-filtered",
    ),
)

OFFLINE = of(
    "machine-offline",
    problem(
        "no-way-to-what-is-known-to-be-good",
        "The client has no way out; a host that is known to be good is given up at once as well.",
        healthy(f"tcp://{OUTSIDE}:443", after=lambda house: house.without_default_route(), controls=(f"{ELSEWHERE}:443",)),
    ),
)

TRUST_STORE_OUTDATED = of(
    "machine-trust-store-outdated",
    problem(
        "the-public-list-knows-it",
        "The service's authority is on the public list (one made for this) and not among the system's.",
        lambda house: _public_list(house, known=True),
    ),
    ok("all-know-it", "A healthy service whose authority is trusted.", lambda house: _with_list(house)),
    near_miss(
        "the-public-list-does-not-know-it",
        "The service's authority is on neither list.",
        lambda house: _public_list(house, known=False),
        "tls-issuer-untrusted",
    ),
    near_miss(
        "somebody-added-it-to-the-public-list",
        "The service's authority is a company's; somebody has added it to the public list, and not to the system's.",
        lambda house: _public_list(house, known=True, public=False),
        "tls-trust-stores-differ",
    ),
)

RECIPES: tuple[Recipe, ...] = (*ROUTE_CAPTURED, *OFFLINE, *TRUST_STORE_OUTDATED)
