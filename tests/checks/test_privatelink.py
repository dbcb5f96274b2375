"""The family of private endpoints, over real DNS messages."""

from collections.abc import Callable

import pytest

from checks.privatelink import resolves_public
from diag.model.address import Address
from diag.model.answer import SystemLookup
from diag.model.check import AnyCheck
from diag.model.endpoint import Expectations, Network
from diag.model.machine import Interface, Interfaces
from diag.model.question import Lookup
from diag.model.verdict import Confidence, Status
from tests.checks.layers import PROXY_IP, Scene, asks, found, told

HOST = "acme.privatelink.example.com"
RESOLVER = Address("10.0.0.2", 53)
PRIVATE = Expectations(network=Network.PRIVATE)


def named(*addresses: str, reply: tuple[str, ...] | None = None, url: str = f"https://{HOST}") -> Scene:
    """A name that should be private, as the system and one resolver resolve it."""
    scene = Scene(url, expects=PRIVATE).lookup(*addresses, failure="" if addresses else "name_not_found")
    if reply is not None:
        scene._note(Lookup(HOST, RESOLVER, "A"), told(HOST, *reply), walk=True)
    return scene


def proxied(*addresses: str) -> Scene:
    scene = Scene(f"https://{HOST}", proxy="proxy.corp.test:3128", expects=PRIVATE).lookup(PROXY_IP).connect().tunnel()
    return scene.also(Lookup(HOST), SystemLookup(addresses)) if addresses else scene


CASES: list[tuple[AnyCheck, str, Callable[[], Scene], Status]] = [
    (resolves_public.CHECK, "public everywhere", lambda: named("203.0.113.4", reply=("203.0.113.4",)), Status.PROBLEM),
    (resolves_public.CHECK, "public, behind a proxy", lambda: proxied("203.0.113.4"), Status.PROBLEM),
    (resolves_public.CHECK, "public by NAT64", lambda: named("64:ff9b::cb00:7104"), Status.PROBLEM),
    (resolves_public.CHECK, "private", lambda: named("10.1.2.3", reply=("10.1.2.3",)), Status.OK),
    (resolves_public.CHECK, "shared space", lambda: named("100.64.3.4"), Status.OK),
    (resolves_public.CHECK, "unique local", lambda: named("fd12::3"), Status.OK),
    (resolves_public.CHECK, "private, and a cloud's IPv6", lambda: named("2600:1f18::1", "10.1.2.3"), Status.OK),
    (resolves_public.CHECK, "private by NAT64", lambda: named("64:ff9b::a01:203"), Status.OK),
    (resolves_public.CHECK, "a cloud's IPv6 alone", lambda: named("2600:1f18::1"), Status.UNKNOWN),
    (resolves_public.CHECK, "resolvers disagree", lambda: named("203.0.113.4", reply=("10.1.2.3",)), Status.UNKNOWN),
    (resolves_public.CHECK, "sinkholed", lambda: named("0.0.0.0"), Status.OK),
    (resolves_public.CHECK, "not found", lambda: named(), Status.UNKNOWN),
    (resolves_public.CHECK, "behind a proxy, not asked", lambda: proxied(), Status.UNKNOWN),
    (resolves_public.CHECK, "an address", lambda: Scene("https://203.0.113.4", expects=PRIVATE), Status.NOT_APPLICABLE),
    (resolves_public.CHECK, "may be public", lambda: Scene(f"https://{HOST}").lookup("203.0.113.4"), Status.NOT_APPLICABLE),
]


@pytest.mark.parametrize(
    ("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[f"{c[0].id}: {c[1]}" for c in CASES]
)
def test_each_cause_is_found_where_it_is_and_nowhere_else(check: AnyCheck, scene: Callable[[], Scene], status: Status) -> None:
    assert found(check, scene()).status is status


def test_a_public_answer_names_who_gave_it() -> None:
    finding = found(resolves_public.CHECK, named("203.0.113.4", reply=("203.0.113.4",)))
    assert finding.facts == {"host": HOST, "addresses": ("203.0.113.4",), "resolvers": ("system", "10.0.0.2:53")}
    assert finding.confidence is Confidence.CERTAIN
    assert found(resolves_public.CHECK, named("203.0.113.4")).confidence is Confidence.LIKELY


def test_public_space_that_this_computer_itself_lives_in_decides_nothing() -> None:
    scene = named("198.51.77.4", reply=("198.51.77.4",))
    scene.machine(Interfaces((Interface("eth0", True, addresses=("198.51.100.9",)),)))
    assert found(resolves_public.CHECK, scene).status is Status.UNKNOWN
    elsewhere = named("203.0.113.4").machine(Interfaces((Interface("eth0", True, addresses=("198.51.100.9", "10.0.0.5")),)))
    assert found(resolves_public.CHECK, elsewhere).status is Status.PROBLEM


def test_the_own_name_is_looked_up_only_where_the_walk_left_it_to_a_proxy() -> None:
    assert asks(resolves_public.CHECK, proxied()) == [Lookup(HOST)]
    assert asks(resolves_public.CHECK, named("203.0.113.4")) == []
