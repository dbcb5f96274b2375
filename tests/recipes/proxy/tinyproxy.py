"""Recipes of the family proxy: what tinyproxy says, which differs from others. Its errors carry no word for why."""

from tests.netns import House
from tests.netns.plan import PUBLIC, ROUTER
from tests.recipes.services import HOST, OTHER, PROXY, declared, healthy_service, name_all, private_authority, serve_plain
from tests.recording.recipe import Kind, Look, Recipe

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
    Recipe(
        check="proxy-login-rejected",
        name="tinyproxy-wrong-password",
        kind=Kind.PROBLEM,
        staged="A tinyproxy refuses a wrong password, which it does with 401.",
        stage=lambda house: behind(house, LOGIN, "house-user:mistyped@"),
        causes=("proxy-login-rejected",),
        needs=NEEDS,
    ),
    Recipe(
        check="proxy-login-rejected",
        name="tinyproxy-login-given",
        kind=Kind.OK,
        staged="A tinyproxy is given the right login.",
        stage=lambda house: behind(house, LOGIN, "house-user:house-password@"),
        needs=NEEDS,
    ),
    Recipe(
        check="proxy-login-required",
        name="tinyproxy-no-login-given",
        kind=Kind.PROBLEM,
        staged="A tinyproxy wants a login; none is set.",
        stage=lambda house: behind(house, LOGIN),
        causes=("proxy-login-required",),
        needs=NEEDS,
    ),
    Recipe(
        check="proxy-refuses-target",
        name="tinyproxy-filter",
        kind=Kind.PROBLEM,
        staged="A filter of tinyproxy names the service.",
        stage=lambda house: behind(house, FILTER, filter="service\\.house\\.test\n"),
        causes=("proxy-refuses-target",),
        needs=NEEDS,
    ),
    Recipe(
        check="proxy-refuses-target",
        name="tinyproxy-port",
        kind=Kind.PROBLEM,
        staged="A tinyproxy lets CONNECT through to port 563 alone.",
        stage=lambda house: behind(house, "ConnectPort 563\n"),
        causes=("proxy-refuses-target",),
        needs=NEEDS,
    ),
    Recipe(
        check="proxy-cannot-reach-target",
        name="tinyproxy-dead-service",
        kind=Kind.PROBLEM,
        staged="Nobody listens at the service; tinyproxy answers a bare 500.",
        stage=dead_service,
        causes=("proxy-cannot-reach-target",),
        needs=NEEDS,
    ),
    Recipe(
        check="proxy-cannot-reach-target",
        name="service-says-500",
        kind=Kind.NEAR_MISS,
        staged="The service itself answers 500, and tinyproxy passes it on.",
        stage=failing_service,
        causes=("http-server-error",),
        needs=NEEDS,
    ),
    Recipe(
        check="proxy-cannot-resolve-target",
        name="tinyproxy-does-not-know-the-name",
        kind=Kind.PROBLEM,
        staged="The name is known at the client only; tinyproxy answers a bare 500, and opens the way by address.",
        stage=known_here_only,
        causes=("proxy-cannot-resolve-target",),
        needs=NEEDS,
    ),
    Recipe(
        check="proxy-cannot-resolve-target",
        name="tinyproxy-nobody-knows-the-name",
        kind=Kind.PROBLEM,
        staged="Nobody knows the name, neither the client nor tinyproxy.",
        stage=misspelt,
        causes=("proxy-cannot-resolve-target",),
        needs=NEEDS,
    ),
    Recipe(
        check="proxy-unreachable",
        name="tinyproxy-open",
        kind=Kind.OK,
        staged="A tinyproxy lets everything through.",
        stage=behind,
        needs=NEEDS,
    ),
)
