"""Recipes of the family proxy: the ways to a proxy, and what decides which one is taken."""

from tests.house import House
from tests.house.plan import PUBLIC, ROUTER, SERVER
from tests.recipes.furniture import HOST, declared, healthy_service, name_all, private_authority
from tests.recording.recipe import Kind, Look, Recipe

PORT = 1080
USER, PASSWORD = "house-user", "house-password"
DANTE = f"""\
logoutput: stderr
internal: 0.0.0.0 port = {PORT}
external: to-server
clientmethod: none
socksmethod: none
user.privileged: root
user.unprivileged: nobody
client pass {{{{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}}}
{{rules}}
"""
PASS = "socks pass {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}"
BLOCK = f"socks block {{{{ from: 0.0.0.0/0 to: {PUBLIC[0]}/32 }}}}"


def microsocks(house: House, *given: str) -> None:
    """A real SOCKS5 proxy, which knows logins and no rules."""
    house.serve(["microsocks", "-i", "0.0.0.0", "-p", str(PORT), *given], port=PORT, where="router")


def dante(house: House, *rules: str) -> None:
    """A real SOCKS4 and SOCKS5 proxy with these rules."""
    text = DANTE.format(rules="\n".join(rules)).replace("{{", "{").replace("}}", "}")
    folder = house.errand("danted", {"danted.conf": text})
    house.serve(["danted", "-f", folder / "danted.conf", "-p", folder / "pid"], port=PORT, where="router", folder=folder)


def behind(house: House, scheme: str = "socks5h", login: str = "", **more: object) -> Look:
    """A healthy service, looked at through the SOCKS proxy of the router."""
    authority = healthy_service(house)
    return declared(house, authority, proxy=f"{scheme}://{login}{ROUTER}:{PORT}", **more)


def open_way(house: House, scheme: str = "socks5h") -> Look:
    dante(house, PASS)
    return behind(house, scheme)


def barred(house: House) -> Look:
    dante(house, BLOCK, PASS)
    return behind(house, "socks5")


def with_login(house: House, login: str) -> Look:
    microsocks(house, "-u", USER, "-P", PASSWORD)
    return behind(house, login=login)


def dead_service(house: House) -> Look:
    """Nobody listens at the service; the proxy is told so."""
    name_all(house, HOST)
    dante(house, PASS)
    return declared(house, private_authority(), proxy=f"socks5h://{ROUTER}:{PORT}")


def known_here_only(house: House) -> Look:
    """The client's hosts file knows the name; the proxy asks a resolver that does not."""
    look = behind(house)
    name_all(house, "other.house.test")
    house.hosts({PUBLIC[0]: [HOST]})
    microsocks(house)
    return look


def known_there_only(house: House, scheme: str) -> Look:
    """The proxy's hosts file knows the name; this computer asks a resolver that does not."""
    look = behind(house, scheme)
    name_all(house, "other.house.test")
    house.hosts({PUBLIC[0]: [HOST]}, where="router")
    microsocks(house)
    return look


def known_nowhere(house: House) -> Look:
    look = behind(house, "socks5")
    name_all(house, "other.house.test")
    microsocks(house)
    return look


def spoken_to_as_http(house: House) -> Look:
    microsocks(house)
    return declared(house, healthy_service(house), proxy=f"http://{ROUTER}:{PORT}")


def http_spoken_to_as_socks(house: House) -> Look:
    house.squid(f"http_port {PORT}\nhttp_access allow all\n", port=PORT)
    return behind(house)


def web_server(house: House) -> Look:
    authority = healthy_service(house)
    house.nginx("server { listen 8080; }", port=8080)
    return declared(house, authority, proxy=f"socks5h://{SERVER}:8080")


RECIPES: tuple[Recipe, ...] = (
    *(
        Recipe(
            check="proxy-unreachable",
            name=f"open-{scheme}",
            kind=Kind.OK,
            staged=f"A SOCKS proxy, set as {scheme}, lets everything through.",
            stage=lambda house, scheme=scheme: open_way(house, scheme),
            needs=("nginx", "danted"),
        )
        for scheme in ("socks4", "socks5", "socks5h")
    ),
    Recipe(
        check="proxy-login-required",
        name="socks",
        kind=Kind.PROBLEM,
        staged="A SOCKS proxy wants a login; none is set.",
        stage=lambda house: with_login(house, ""),
        causes=("proxy-login-required",),
        needs=("nginx", "microsocks"),
    ),
    Recipe(
        check="proxy-login-required",
        name="socks-login-given",
        kind=Kind.OK,
        staged="A SOCKS proxy wants a login and is given the right one.",
        stage=lambda house: with_login(house, f"{USER}:{PASSWORD}@"),
        needs=("nginx", "microsocks"),
    ),
    Recipe(
        check="proxy-login-rejected",
        name="socks",
        kind=Kind.PROBLEM,
        staged="A SOCKS proxy is given the wrong password.",
        stage=lambda house: with_login(house, f"{USER}:mistyped@"),
        causes=("proxy-login-rejected",),
        needs=("nginx", "microsocks"),
    ),
    Recipe(
        check="proxy-refuses-target",
        name="socks-ruleset",
        kind=Kind.PROBLEM,
        staged="A rule of a SOCKS proxy blocks the service's address, which answers without the proxy.",
        stage=barred,
        causes=("proxy-bypass-missing",),
        needs=("nginx", "danted"),
    ),
    Recipe(
        check="proxy-refuses-target",
        name="socks-service-dead",
        kind=Kind.NEAR_MISS,
        staged="A SOCKS proxy is refused by the service, at whose port nobody listens.",
        stage=dead_service,
        causes=("proxy-cannot-reach-target",),
        needs=("danted",),
    ),
    Recipe(
        check="proxy-cannot-resolve-target",
        name="socks-known-here-only",
        kind=Kind.PROBLEM,
        staged="A SOCKS proxy does not know the service's name, and this computer does.",
        stage=known_here_only,
        causes=("proxy-bypass-missing",),
        needs=("nginx", "microsocks"),
    ),
    Recipe(
        check="proxy-lookup-here",
        name="known-there-only",
        kind=Kind.PROBLEM,
        staged="This computer does not know the service's name, which socks5 has it look up; the proxy does.",
        stage=lambda house: known_there_only(house, "socks5"),
        causes=("proxy-lookup-here",),
        needs=("nginx", "microsocks"),
    ),
    Recipe(
        check="proxy-lookup-here",
        name="known-here",
        kind=Kind.OK,
        staged="This computer knows the service's name, and gives the proxy its address.",
        stage=lambda house: open_way(house, "socks5"),
        needs=("nginx", "danted"),
    ),
    Recipe(
        check="proxy-lookup-here",
        name="left-to-the-proxy",
        kind=Kind.NEAR_MISS,
        staged="This computer does not know the service's name, which socks5h leaves to the proxy.",
        stage=lambda house: known_there_only(house, "socks5h"),
        needs=("nginx", "microsocks"),
    ),
    Recipe(
        check="proxy-lookup-here",
        name="known-nowhere",
        kind=Kind.PROBLEM,
        staged="Neither this computer nor the proxy knows the service's name.",
        stage=known_nowhere,
        causes=("proxy-lookup-here",),
        needs=("nginx", "microsocks"),
    ),
    Recipe(
        check="proxy-scheme-wrong",
        name="socks-set-as-http",
        kind=Kind.PROBLEM,
        staged="A SOCKS proxy is set as http.",
        stage=spoken_to_as_http,
        causes=("proxy-scheme-wrong",),
        needs=("nginx", "microsocks"),
    ),
    Recipe(
        check="proxy-scheme-wrong",
        name="http-set-as-socks",
        kind=Kind.PROBLEM,
        staged="An HTTP proxy is set as socks5h.",
        stage=http_spoken_to_as_socks,
        causes=("proxy-scheme-wrong",),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-not-a-proxy",
        name="web-server-set-as-socks",
        kind=Kind.PROBLEM,
        staged="A web server is set as a socks5h proxy.",
        stage=web_server,
        causes=("proxy-not-a-proxy",),
        needs=("nginx",),
    ),
)
