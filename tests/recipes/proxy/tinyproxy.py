"""Recipes of the family proxy: what tinyproxy says, which differs from others. Its errors carry no word for why."""

from tests.netns import House
from tests.netns.plan import PUBLIC, ROUTER
from tests.recipes.services import HOST, OTHER, PROXY, declared, healthy_service, name_all, private_authority, serve_plain
from tests.recording.recipe import Look, Recipe, near_miss, of, ok, problem

NEEDS = ("nginx", "tinyproxy")
LOGIN = "BasicAuth house-user house-password\n"
FILTER = 'Filter "{folder}/filter"\n'
BOTH = (f"https://{HOST}", f"http://{HOST}")


def tinyproxy(house: House, rules: str = "", **files: str) -> None:
    """A real tinyproxy with these rules; `{folder}` in them is where its `files` lie."""
    folder = house.errand("tinyproxy", files)
    folder.chmod(0o777)
    config = folder / "tinyproxy.conf"
    config.write_text(f"Port 3128\nListen 0.0.0.0\nTimeout 60\n{rules.replace('{folder}', str(folder))}")
    house.serve(["tinyproxy", "-d", "-c", config], port=3128, where="router", folder=folder)


def behind(house: House, rules: str = "", login: str = "", **files: str) -> Look:
    """A service over TLS and without, to which only a tinyproxy with these rules gets through."""
    authority = healthy_service(house)
    serve_plain(house)
    tinyproxy(house, rules, **files)
    house.reject(port=443)
    house.reject(port=80)
    return _both(declared(house, authority, proxy=f"http://{login}{ROUTER}:3128"))


def dead_service(house: House) -> Look:
    name_all(house, HOST)
    tinyproxy(house)
    return declared(house, private_authority(), proxy=PROXY)


def known_here_only(house: House) -> Look:
    """The client's hosts file knows the name; the proxy asks a resolver that does not."""
    look = behind(house)
    name_all(house, OTHER)
    house.hosts({PUBLIC[0]: [HOST]})
    return Look(endpoints=BOTH[:1], proxy=look.proxy, trust=look.trust)


def misspelt(house: House) -> Look:
    look = behind(house)
    return Look(endpoints=("https://no-such-service.house.test",), proxy=look.proxy, trust=look.trust)


def failing_service(house: House) -> Look:
    """The service itself answers 500 to a plain request that the proxy passes on."""
    serve_plain(house, "return 500;")
    name_all(house, HOST)
    tinyproxy(house)
    return Look(endpoints=BOTH[1:], proxy=PROXY)


def _both(look: Look) -> Look:
    return Look(endpoints=BOTH, proxy=look.proxy, trust=look.trust)


RECIPES: tuple[Recipe, ...] = (
    *of(
        "proxy-login-rejected",
        problem(
            "tinyproxy-wrong-password",
            "A tinyproxy refuses a wrong password, which it does with 401.",
            lambda house: behind(house, LOGIN, "house-user:mistyped@"),
            needs=NEEDS,
        ),
        ok(
            "tinyproxy-login-given",
            "A tinyproxy is given the right login.",
            lambda house: behind(house, LOGIN, "house-user:house-password@"),
            needs=NEEDS,
        ),
    ),
    *of(
        "proxy-login-required",
        problem(
            "tinyproxy-no-login-given", "A tinyproxy wants a login; none is set.", lambda house: behind(house, LOGIN), needs=NEEDS
        ),
    ),
    *of(
        "proxy-refuses-target",
        problem(
            "tinyproxy-filter",
            "A filter of tinyproxy names the service.",
            lambda house: behind(house, FILTER, filter="service\\.house\\.test\n"),
            needs=NEEDS,
        ),
        problem(
            "tinyproxy-port",
            "A tinyproxy lets CONNECT through to port 563 alone.",
            lambda house: behind(house, "ConnectPort 563\n"),
            needs=NEEDS,
        ),
    ),
    *of(
        "proxy-cannot-reach-target",
        problem(
            "tinyproxy-dead-service", "Nobody listens at the service; tinyproxy answers a bare 500.", dead_service, needs=NEEDS
        ),
        near_miss(
            "service-says-500",
            "The service itself answers 500, and tinyproxy passes it on.",
            failing_service,
            "http-server-error",
            needs=NEEDS,
        ),
    ),
    *of(
        "proxy-cannot-resolve-target",
        problem(
            "tinyproxy-does-not-know-the-name",
            "The name is known at the client only; tinyproxy answers a bare 500, and opens the way by address.",
            known_here_only,
            needs=NEEDS,
        ),
        problem(
            "tinyproxy-nobody-knows-the-name", "Nobody knows the name, neither the client nor tinyproxy.", misspelt, needs=NEEDS
        ),
    ),
    *of("proxy-unreachable", ok("tinyproxy-open", "A tinyproxy lets everything through.", behind, needs=NEEDS)),
)
