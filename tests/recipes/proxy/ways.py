"""Recipes of the family proxy: the way behind the proxy breaks off, and the way past it."""

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
from tests.recording.recipe import Kind, Look, Recipe, in_lab


def cuts_everybody(house: House) -> Look:
    """The service itself cuts at the first message, with and without the proxy."""
    house.serve(hang_up, 443, 65536, "reset", port=443)
    name_all(house, HOST)
    house.squid()
    return declared(house, private_authority(), proxy=PROXY)


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
    Recipe(
        check="proxy-tunnel-cut",
        name="reset",
        kind=Kind.PROBLEM,
        staged="The proxy opens the way and then resets it.",
        stage=in_lab("proxy-tunnel-cut"),
        causes=("proxy-tunnel-cut",),
    ),
    Recipe(
        check="proxy-tunnel-cut",
        name="silent",
        kind=Kind.PROBLEM,
        staged="The proxy opens the way and nothing comes back.",
        stage=in_lab("proxy-tunnel-silent"),
        causes=("proxy-tunnel-cut",),
    ),
    Recipe(
        check="proxy-tunnel-cut",
        name="works-without-the-proxy",
        kind=Kind.PROBLEM,
        staged="The proxy opens the way and ends it; without the proxy the service answers.",
        stage=cut_at_the_proxy,
        causes=("proxy-tunnel-cut",),
        needs=("nginx",),
    ),
    Recipe(
        check="proxy-tunnel-cut",
        name="open",
        kind=Kind.OK,
        staged="A real proxy lets everything through.",
        stage=behind_squid,
        needs=SQUID,
    ),
    Recipe(
        check="proxy-tunnel-cut",
        name="service-cuts-everybody",
        kind=Kind.NEAR_MISS,
        staged="The service resets every connection at its first message, behind a real proxy and without it.",
        stage=cuts_everybody,
        needs=("squid",),
    ),
    Recipe(
        check="proxy-bypass-missing",
        name="refused-by-rule",
        kind=Kind.PROBLEM,
        staged="A real proxy bars the service by its name; without the proxy it can be reached.",
        stage=lambda house: bypassed(house, DENY_HOST),
        causes=("proxy-bypass-missing",),
        needs=SQUID,
    ),
    Recipe(
        check="proxy-bypass-missing",
        name="dead-behind-the-proxy",
        kind=Kind.PROBLEM,
        staged="The proxy does not get through to the service, which answers directly.",
        stage=in_lab("proxy-bypass-missing"),
        causes=("proxy-bypass-missing",),
    ),
    Recipe(
        check="proxy-bypass-missing",
        name="open",
        kind=Kind.OK,
        staged="The service can be reached through the proxy and without it.",
        stage=lambda house: bypassed(house, f"{LISTEN}http_access allow all\n"),
        needs=SQUID,
    ),
    Recipe(
        check="proxy-bypass-missing",
        name="no-way-past",
        kind=Kind.NEAR_MISS,
        staged="A real proxy denies this client everything, and a firewall lets nothing past it.",
        stage=lambda house: behind_squid(house, DENY_ALL),
        causes=("proxy-refuses-target",),
        needs=SQUID,
    ),
    Recipe(
        check="proxy-bypass-missing",
        name="something-else-answers",
        kind=Kind.NEAR_MISS,
        staged="The proxy breaks off; without it something answers with a certificate that this client does not trust.",
        stage=cut_at_the_proxy,
        causes=("proxy-tunnel-cut",),
        needs=("nginx",),
    ),
    Recipe(
        check="proxy-bypass-missing",
        name="login-wanted",
        kind=Kind.NEAR_MISS,
        staged="The proxy wants a login; without the proxy the service could be reached.",
        stage=login_wanted,
        causes=("proxy-login-required",),
        needs=SQUID,
    ),
)
