"""A proxy that lets each computer have few connections at once: what it keeps out for diag's own crowd is asked again, alone."""

from collections.abc import Callable

import pytest

from tests.netns import House, needs
from tests.netns.plan import PUBLIC
from tests.real.customer import run
from tests.recipes.services import PROXY, healthy_service, odd_proxy, serve_plain

pytestmark = needs("nginx", "squid")
NAMES = tuple(f"s{number}.house.test" for number in range(4))
BARRED = NAMES[2]
FEW = "http_port 3128\nacl many maxconn 1\n{rules}http_access deny many\nhttp_access allow all\n"
"""A squid that denies whoever has more than one connection open."""


def denies(house: House) -> None:
    house.squid(FEW.format(rules=""))


def hangs_up(house: House) -> None:
    house.squid("http_port 3128\nclient_ip_max_connections 1\nhttp_access allow all\n")


def leaves_waiting(house: House) -> None:
    """As HAProxy does beyond its `maxconn`: the system accepts, and nobody answers until another has gone."""
    house.serve(odd_proxy, 3128, "HTTP/1.1 200 OK\r\n\r\n", f"{PUBLIC[0]}:443", 1, port=3128, where="router")


@pytest.mark.parametrize("few", [denies, hangs_up, leaves_waiting])
def test_a_proxy_that_allows_one_connection_is_no_fault(house: House, few: Callable[[House], None]) -> None:
    authority = healthy_service(house, *NAMES)
    serve_plain(house)
    few(house)
    house.reject(port=443)
    house.reject(port=80)
    plain = [f"http://{name}" for name in NAMES[:2]] if few is denies else []
    screen = run(house, authority, f"tls://{NAMES[0]}:443", *NAMES[1:], *plain, HTTPS_PROXY=PROXY, http_proxy=PROXY)
    assert (screen.code, screen.causes) == (0, [])


def test_what_is_refused_alone_as_well_is_refused(house: House) -> None:
    authority = healthy_service(house, *NAMES)
    house.squid(FEW.format(rules=f"acl barred dstdomain {BARRED}\nhttp_access deny barred\n"))
    house.reject(port=443)
    screen = run(house, authority, *NAMES, HTTPS_PROXY=PROXY)
    (cause,) = screen.document["causes"]
    assert (cause["id"], cause["endpoints"]) == ("proxy-refuses-target", [f"https://{BARRED}:443"])
