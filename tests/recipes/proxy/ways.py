"""Recipes of the family proxy: the way behind the proxy breaks off, and the way past it."""

from diag.model.verdict import Status
from tests.netns import House
from tests.recipes.proxy.answers import DENY_ALL, DENY_HOST, LISTEN, SQUID
from tests.recipes.proxy.settings import behind_squid
from tests.recipes.services import (
    HOST,
    PROXY,
    WITH_LOGIN,
    declared,
    hang_up,
    healthy_service,
    name_all,
    odd_proxy,
    private_authority,
    users,
)
from tests.recording.recipe import Look, Recipe, in_lab, near_miss, of, ok, problem


def cuts_everybody(house: House) -> Look:
    """The service itself cuts at the first message, with and without the proxy."""
    house.serve(hang_up, 443, 65536, "reset", port=443)
    name_all(house, HOST)
    house.squid()
    return declared(house, private_authority(), proxy=PROXY)


def hole_beyond(house: House) -> Look:
    """Large packets are lost between a real proxy and the service."""
    authority = healthy_service(house)
    house.squid()
    house.black_hole(towards="server")
    return declared(house, authority, proxy=PROXY)


def cut_at_the_proxy(house: House) -> Look:
    """The proxy agrees and ends the connection; without it the service answers, to clients that do not trust it."""
    healthy_service(house)
    authority = private_authority("Else")
    house.serve(odd_proxy, 3128, "HTTP/1.1 200 Connection established\r\n\r\n", "", port=3128, where="router")
    return declared(house, authority, proxy=PROXY)


def login_wanted(house: House) -> Look:
    """A real proxy wants a Basic login, which nobody can pass."""
    authority = healthy_service(house)
    house.squid(WITH_LOGIN, files=users("somebody", "secret"))
    return declared(house, authority, proxy=PROXY)


def bypassed(house: House, rules: str) -> Look:
    """A healthy service that can be reached without the proxy, too."""
    authority = healthy_service(house)
    house.squid(rules)
    return declared(house, authority, proxy=PROXY)


RECIPES: tuple[Recipe, ...] = (
    *of(
        "proxy-tunnel-cut",
        problem("lab/proxy-tunnel-cut", "The proxy opens the way and then resets it.", in_lab("proxy-tunnel-cut")),
        problem("lab/proxy-tunnel-silent", "The proxy opens the way and nothing comes back.", in_lab("proxy-tunnel-silent")),
        problem(
            "works-without-the-proxy",
            "The proxy opens the way and ends it; without the proxy the service answers.",
            cut_at_the_proxy,
        ),
        ok("proxy-refuses-target/open"),
        near_miss(
            "service-cuts-everybody",
            "The service resets every connection at its first message, behind a real proxy and without it.",
            cuts_everybody,
            says=Status.UNKNOWN,
            needs=("squid",),
        ),
    ),
    *of(
        "tls-large-hello-dropped",
        problem("beyond-the-proxy", "Large packets are lost between a real proxy and the service.", hole_beyond, needs=SQUID),
        near_miss("proxy-tunnel-cut/service-cuts-everybody"),
        near_miss("network-mtu-blackhole/to-the-proxy"),
    ),
    *of(
        "proxy-bypass-missing",
        problem(
            "refused-by-rule",
            "A real proxy bars the service by its name; without the proxy it can be reached.",
            lambda house: bypassed(house, DENY_HOST),
            needs=SQUID,
        ),
        problem(
            "lab/proxy-bypass-missing",
            "The proxy does not get through to the service, which answers directly.",
            in_lab("proxy-bypass-missing"),
        ),
        ok(
            "open",
            "The service can be reached through the proxy and without it.",
            lambda house: bypassed(house, f"{LISTEN}http_access allow all\n"),
            needs=SQUID,
        ),
        near_miss(
            "no-way-past",
            "A real proxy denies this client everything, and a firewall lets nothing past it.",
            lambda house: behind_squid(house, DENY_ALL),
            "proxy-refuses-target",
            says=Status.UNKNOWN,
            needs=SQUID,
        ),
        near_miss("proxy-tunnel-cut/works-without-the-proxy", says=Status.UNKNOWN),
        near_miss(
            "login-wanted",
            "The proxy wants a login; without the proxy the service could be reached.",
            login_wanted,
            "proxy-login-required",
            needs=SQUID,
        ),
    ),
)
