"""By which way a plain request goes, where the secure one may go by another."""

import pytest

from diag.knowledge.plain_route import PlainWay, plain_way
from diag.model.address import Address
from diag.model.answer import Connection
from diag.model.machine import Proxies, ProxyVariable
from diag.model.question import Connect
from diag.model.route import ProxyAddress, Route, RouteReason
from tests.checks.evidence import Notes
from tests.checks.replies import ADDRESS, PROXY_IP

PLACE = "status.example.net"
OWN = ProxyAddress("proxy.corp.example", 3128)
OTHER = ProxyAddress("192.0.2.77", 8080)
TO_OWN = Connect(Address(PROXY_IP, 3128))
TO_OTHER = Connect(Address("192.0.2.77", 8080))


def behind(*variables: tuple[str, ProxyAddress], exceptions: tuple[str, ...] = ()) -> Notes:
    """A client whose way to the service goes by `OWN`, with these variables set."""
    scene = Notes(proxy="proxy.corp.example:3128").lookup(PROXY_IP).connect()
    return scene.machine(Proxies(tuple(ProxyVariable(name, proxy) for name, proxy in variables), exceptions))


def straight(*variables: tuple[str, ProxyAddress]) -> Notes:
    return Notes().lookup(ADDRESS).connect().machine(Proxies(tuple(ProxyVariable(name, proxy) for name, proxy in variables)))


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_a_proxy_for_both_is_used_for_both(variable: str) -> None:
    assert plain_way(behind(("HTTPS_PROXY", OWN), (variable, OWN)).case, PLACE) == PlainWay(True, TO_OWN, OWN)


def test_a_proxy_for_https_alone_is_not_used_in_the_clear() -> None:
    assert plain_way(behind(("HTTPS_PROXY", OWN)).case, PLACE) == PlainWay(True)


def test_an_exception_counts_by_the_host_that_is_asked() -> None:
    both = (("HTTPS_PROXY", OWN), ("http_proxy", OWN))
    assert plain_way(behind(*both, exceptions=(PLACE,)).case, PLACE) == PlainWay(True)
    assert plain_way(behind(*both, exceptions=("else.example",)).case, PLACE) == PlainWay(True, TO_OWN, OWN)


def test_another_proxy_is_dialled_first() -> None:
    scene = straight(("http_proxy", OTHER))
    assert plain_way(scene.case, PLACE) == PlainWay(False, None, OTHER, (TO_OTHER,))
    assert plain_way(scene.also(TO_OTHER, Connection()).case, PLACE) == PlainWay(True, TO_OTHER, OTHER)
    dead = straight(("http_proxy", OTHER)).also(TO_OTHER, Connection("timed_out"))
    way = plain_way(dead.case, PLACE)
    assert (way.known, way.wanted, way.failed) == (False, (), (dead.observations[-1].id,))


def test_nothing_set_is_straight_and_what_cannot_be_spoken_to_is_unknown() -> None:
    assert plain_way(straight().case, PLACE) == PlainWay(True)
    assert plain_way(Notes().lookup(ADDRESS).connect().case, PLACE) == PlainWay(True)
    other = ProxyAddress("192.0.2.77", 1080, "socks5")
    assert plain_way(straight(("all_proxy", other)).case, PLACE) == PlainWay(False)


def test_what_the_user_says_holds_for_all() -> None:
    scene = behind(("http_proxy", OTHER))
    scene.route = Route(RouteReason.OPTION, OWN, "--proxy")
    assert plain_way(scene.case, PLACE) == PlainWay(True, TO_OWN, OWN)
    scene = straight(("http_proxy", OTHER))
    scene.route = Route(RouteReason.EXPECTED)
    assert plain_way(scene.case, PLACE) == PlainWay(True)
