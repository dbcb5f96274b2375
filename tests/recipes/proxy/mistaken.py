"""Recipes of the family proxy: variables that look odd, of which some name no proxy and others do."""

from tests.netns import House
from tests.netns.plan import PUBLIC, ROUTER
from tests.recipes.proxy.answers import DENY_ALL
from tests.recipes.services import HOST, OPEN, PROXY, declared, healthy_service, name_all, serve_plain
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, problem

SQUID = ("nginx", "squid")
SCRIPTS = f"http://{ROUTER}:8080/proxy.pac"


def named(value: str, rules: str = OPEN, *, blocked: bool = False, **more: str) -> Stage:
    """A healthy service, a real proxy, and this value in HTTPS_PROXY; `blocked`: only the proxy is let out."""

    def stage(house: House) -> Look:
        authority = healthy_service(house)
        house.squid(rules)
        if blocked:
            house.drop(port=443)
        return declared(house, authority, environment={"HTTPS_PROXY": value, **more})

    return stage


def script_served(house: House) -> Look:
    """A web server hands out the script that the variable names."""
    authority = healthy_service(house)
    script = "return 200 'function FindProxyForURL(url, host) {}';"
    house.nginx(f"server {{ listen 8080; location / {{ {script} }} }}", port=8080, where="router")
    return declared(house, authority, environment={"HTTPS_PROXY": SCRIPTS})


def plain_and_open(house: House) -> Look:
    """Plain HTTP, a proxy named in capitals alone, which most programs do not read for that, and an open way."""
    name_all(house, HOST, at=PUBLIC[0])
    serve_plain(house)
    house.squid()
    return Look(endpoints=(f"http://{HOST}",), environment={"HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY})


RECIPES: tuple[Recipe, ...] = (
    *of(
        "proxy-address-malformed",
        problem("word-in-its-place", "HTTPS_PROXY is set to the word none.", named("none")),
        problem(
            "address-of-a-script",
            "HTTPS_PROXY names a proxy script, which a web server hands out.",
            script_served,
            needs=("nginx",),
        ),
        problem(
            "address-of-a-script-that-is-gone", "HTTPS_PROXY names a proxy script, and nobody listens there.", named(SCRIPTS)
        ),
        near_miss(
            "proxy-by-the-address-of-its-script",
            "HTTPS_PROXY names the script that the proxy itself hands out, which programs read as the proxy.",
            named(f"{PROXY}/proxy.pac", blocked=True),
        ),
        near_miss(
            "proxy-by-the-address-of-its-script-refuses",
            "The same, and the proxy refuses the service.",
            named(f"{PROXY}/proxy.pac", DENY_ALL, blocked=True),
            "proxy-refuses-target",
        ),
        near_miss("slash-at-its-end", "HTTPS_PROXY ends in a slash, which is no matter.", named(f"{PROXY}/", blocked=True)),
        needs=SQUID,
    ),
    *of(
        "proxy-bypass-misread",
        near_miss(
            "blank-at-its-end",
            "NO_PROXY names the service, with a blank after it; the proxy would refuse it.",
            named(PROXY, DENY_ALL, NO_PROXY=f"localhost, {HOST} "),
        ),
        needs=SQUID,
    ),
    *of(
        "proxy-required",
        near_miss(
            "plain-and-not-needed",
            "Plain HTTP is spoken, HTTP_PROXY is set in capitals alone, and the service answers without it.",
            plain_and_open,
        ),
        needs=SQUID,
    ),
)
