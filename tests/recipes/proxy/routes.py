"""Recipes of the family proxy: the ways to a proxy, and what decides which one is taken."""

from tests.netns import House
from tests.netns.plan import PUBLIC, ROUTER, SERVER
from tests.recipes.services import HOST, OPEN, PROXY, declared, healthy_service, name_all, private_authority
from tests.recording.recipe import Kind, Look, Recipe

PORT = 1080
DIGEST = """\
auth_param digest program /usr/lib/squid/digest_file_auth {folder}/users
auth_param digest realm house
acl known proxy_auth REQUIRED
http_access deny !known
http_access allow all
http_port 3128
"""
DENY = "http_port 3128\nhttp_access deny all\n"
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


def with_settings(house: House, *, blocked: bool = False, rules: str = OPEN, **environment: str) -> Look:
    """A healthy service, a squid, and these variables; `blocked`: only the proxy gets through to the service."""
    authority = healthy_service(house)
    house.squid(rules)
    if blocked:
        house.drop(port=443)
    return declared(house, authority, environment=environment)


def digest(house: House, login: str) -> Look:
    """A squid that offers Digest alone, and this login."""
    authority = healthy_service(house)
    house.squid(DIGEST, files={"users": f"{USER}:{PASSWORD}\n"})
    return declared(house, authority, proxy=f"http://{login}@{ROUTER}:3128")


RECIPES: tuple[Recipe, ...] = (
    Recipe(
        check="proxy-login-rejected",
        name="digest-login-given",
        kind=Kind.OK,
        staged="A squid offers Digest alone, and is given the right login.",
        stage=lambda house: digest(house, f"{USER}:{PASSWORD}"),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-login-rejected",
        name="digest",
        kind=Kind.PROBLEM,
        staged="A squid offers Digest alone, and is given the wrong password.",
        stage=lambda house: digest(house, f"{USER}:mistyped"),
        causes=("proxy-login-rejected",),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-required",
        name="set-for-http-only",
        kind=Kind.PROBLEM,
        staged="Only the proxy is let out, and only HTTP_PROXY names it.",
        stage=lambda house: with_settings(house, blocked=True, HTTP_PROXY=PROXY),
        causes=("proxy-required", "proxy-variables-disagree"),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-required",
        name="exempt",
        kind=Kind.PROBLEM,
        staged="Only the proxy is let out, and an exception keeps the service away from it.",
        stage=lambda house: with_settings(house, blocked=True, HTTPS_PROXY=PROXY, NO_PROXY="house.test"),
        causes=("proxy-required",),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-required",
        name="direct-works",
        kind=Kind.OK,
        staged="Only HTTP_PROXY names a proxy, and the service is reached without it.",
        stage=lambda house: with_settings(house, HTTP_PROXY=PROXY),
        causes=("proxy-variables-disagree",),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-required",
        name="proxy-refuses",
        kind=Kind.NEAR_MISS,
        staged="Nothing is let out, and the proxy that HTTP_PROXY names refuses the service, too.",
        stage=lambda house: with_settings(house, blocked=True, rules=DENY, HTTP_PROXY=PROXY),
        causes=("network-connection-filtered", "proxy-variables-disagree"),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-variables-disagree",
        name="two-proxies",
        kind=Kind.PROBLEM,
        staged="https_proxy names the proxy, HTTPS_PROXY another one.",
        stage=lambda house: with_settings(house, https_proxy=PROXY, HTTPS_PROXY="http://old-proxy.house.test:8080"),
        causes=("proxy-variables-disagree",),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-variables-disagree",
        name="the-same-twice",
        kind=Kind.OK,
        staged="Both spellings name the same proxy.",
        stage=lambda house: with_settings(house, https_proxy=PROXY, HTTPS_PROXY=PROXY),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-variables-disagree",
        name="two-for-two",
        kind=Kind.NEAR_MISS,
        staged="https goes through one proxy and http through another.",
        stage=lambda house: with_settings(house, HTTPS_PROXY=PROXY, http_proxy="http://old-proxy.house.test:8080"),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-bypass-misread",
        name="star",
        kind=Kind.PROBLEM,
        staged="NO_PROXY names the service with a star, which curl does not understand and Go does.",
        stage=lambda house: with_settings(house, HTTPS_PROXY=PROXY, NO_PROXY="*.house.test"),
        causes=("proxy-bypass-misread",),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-bypass-misread",
        name="semicolon",
        kind=Kind.PROBLEM,
        staged="NO_PROXY separates its entries by semicolons, which nobody understands.",
        stage=lambda house: with_settings(house, HTTPS_PROXY=PROXY, NO_PROXY=f"a.test;{HOST};b.test"),
        causes=("proxy-bypass-misread",),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-bypass-misread",
        name="plain",
        kind=Kind.OK,
        staged="NO_PROXY names the service by its plain name.",
        stage=lambda house: with_settings(house, HTTPS_PROXY=PROXY, NO_PROXY=f"a.test,{HOST}"),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-bypass-misread",
        name="another-name",
        kind=Kind.NEAR_MISS,
        staged="NO_PROXY names something else with a star.",
        stage=lambda house: with_settings(house, HTTPS_PROXY=PROXY, NO_PROXY="*.other.test"),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-address-malformed",
        name="unescaped",
        kind=Kind.PROBLEM,
        staged="The password in HTTPS_PROXY holds an unescaped @.",
        stage=lambda house: with_settings(house, HTTPS_PROXY=f"http://user:p@ss@{ROUTER}:3128"),
        causes=("proxy-address-malformed",),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-address-malformed",
        name="escaped",
        kind=Kind.OK,
        staged="The password in HTTPS_PROXY is escaped as it should be.",
        stage=lambda house: with_settings(house, HTTPS_PROXY=f"http://user:p%40ss@{ROUTER}:3128"),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-address-malformed",
        name="name-missing",
        kind=Kind.NEAR_MISS,
        staged="HTTPS_PROXY can be read, and its name does not exist.",
        stage=lambda house: with_settings(house, HTTPS_PROXY="http://old-proxy.house.test:3128"),
        causes=("proxy-name-not-found",),
        needs=("nginx", "squid"),
    ),
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
        causes=("dns-left-to-proxy",),
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
