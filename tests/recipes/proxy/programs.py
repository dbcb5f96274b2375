"""Recipes of the family proxy: one proxy, and programs that differ in their names and in what they read of its setting."""

from tests.netns import House
from tests.netns.plan import ROUTER, SILENT
from tests.recipes.proxy.answers import DENY_HOST, LISTEN, SQUID
from tests.recipes.proxy.routes import PASS, PORT, dante
from tests.recipes.proxy.settings import behind_squid
from tests.recipes.services import HOST, OPEN, PROXY, declared, healthy_service, name_all, private_authority, serve_plain
from tests.recording.recipe import Look, Recipe, near_miss, of, ok, problem

BY_NAME = f"{LISTEN}acl known browser -i mozilla curl python-requests\nhttp_access deny !known\nhttp_access allow all\n"
ENDED_BY_CR = f"{PROXY}\r"


def set_as(house: House, environment: dict[str, str], rules: str = OPEN) -> Look:
    """A healthy service behind a real proxy that these variables name; there is no way past it."""
    authority = healthy_service(house)
    house.squid(rules)
    house.drop(port=443)
    return declared(house, authority, environment=environment)


def plain_behind_squid(house: House, environment: dict[str, str]) -> Look:
    """A plain service behind a real proxy; there is no way past it."""
    name_all(house, HOST)
    serve_plain(house)
    house.squid()
    house.drop(port=80)
    return Look(endpoints=(f"http://{HOST}",), environment=environment)


def socks_waits(house: House) -> Look:
    """A SOCKS proxy waits for a service whose packets are swallowed; this client's are as well."""
    name_all(house, HOST, at=SILENT)
    dante(house, PASS)
    return declared(house, private_authority(), proxy=f"socks5h://{ROUTER}:{PORT}")


def two_of_which_one_works(house: House) -> Look:
    """The small spelling names a port where nobody listens, the capital one a real proxy."""
    return set_as(house, {"https_proxy": f"http://{ROUTER}:8080", "HTTPS_PROXY": PROXY})


def bypass_ended_by_cr(house: House) -> Look:
    """The exception that names the service ends in a carriage return, the proxy refuses it, and the direct way is open."""
    authority = healthy_service(house)
    house.squid(DENY_HOST)
    return declared(house, authority, environment={"HTTPS_PROXY": PROXY, "NO_PROXY": f"localhost,{HOST}\r"})


RECIPES: tuple[Recipe, ...] = (
    *of(
        "proxy-chooses-by-program",
        problem(
            "curl-is-let-through",
            "A real proxy lets programs through that it knows by their User-Agent, and refuses diag.",
            lambda house: behind_squid(house, BY_NAME),
            needs=SQUID,
        ),
        ok("lab/proxy-open"),
        near_miss(
            "refused-in-any-name",
            "A real proxy refuses this service by its name, whatever the program.",
            lambda house: behind_squid(house, DENY_HOST),
            "proxy-refuses-target",
            needs=SQUID,
        ),
    ),
    *of(
        "proxy-address-malformed",
        problem(
            "line-ending",
            "HTTPS_PROXY ends in a carriage return, and there is no way past the proxy.",
            lambda house: set_as(house, {"HTTPS_PROXY": ENDED_BY_CR}),
            needs=SQUID,
        ),
    ),
    *of(
        "proxy-required",
        problem(
            "plain-and-in-capitals",
            "Plain HTTP is spoken, and HTTP_PROXY is set in capitals alone, which most programs do not read for that.",
            lambda house: plain_behind_squid(house, {"HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY}),
            needs=SQUID,
        ),
    ),
    *of(
        "proxy-variables-disagree",
        problem(
            "the-other-one-works",
            "https_proxy names a port where nobody listens, HTTPS_PROXY a proxy that works.",
            two_of_which_one_works,
            needs=SQUID,
        ),
    ),
    *of(
        "proxy-cannot-reach-target",
        problem(
            "socks-waits-for-the-service",
            "A real SOCKS proxy greets, takes the request, and waits for a service that is silent.",
            socks_waits,
            needs=("danted",),
        ),
    ),
    *of(
        "proxy-bypass-misread",
        problem(
            "line-ending",
            "NO_PROXY names the service, and a carriage return belongs to the name for some programs.",
            bypass_ended_by_cr,
            needs=SQUID,
        ),
    ),
)
