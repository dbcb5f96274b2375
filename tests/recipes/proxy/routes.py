"""Recipes of the family proxy: the ways to a proxy, and what decides which one is taken."""

from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import PUBLIC, ROUTER, SERVER
from tests.recipes.services import HOST, OPEN, PROXY, declared, healthy_service, name_all, private_authority
from tests.recording.recipe import Look, Recipe, near_miss, of, ok, problem

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


def with_settings(house: House, *called: str, blocked: bool = False, rules: str = OPEN, **environment: str) -> Look:
    """A healthy service, `called` so, a squid, and these variables; `blocked`: only the proxy gets through to the service."""
    authority = healthy_service(house)
    house.squid(rules)
    if blocked:
        house.drop(port=443)
    return declared(house, authority, hosts=called or (HOST,), environment=environment)


def digest(house: House, login: str) -> Look:
    """A squid that offers Digest alone, and this login."""
    authority = healthy_service(house)
    house.squid(DIGEST, files={"users": f"{USER}:{PASSWORD}\n"})
    return declared(house, authority, proxy=f"http://{login}@{ROUTER}:3128")


RECIPES: tuple[Recipe, ...] = (
    *of(
        "proxy-login-rejected",
        ok(
            "digest-login-given",
            "A squid offers Digest alone, and is given the right login.",
            lambda house: digest(house, f"{USER}:{PASSWORD}"),
            needs=("nginx", "squid"),
        ),
        problem(
            "digest",
            "A squid offers Digest alone, and is given the wrong password.",
            lambda house: digest(house, f"{USER}:mistyped"),
            needs=("nginx", "squid"),
        ),
        problem(
            "socks",
            "A SOCKS proxy is given the wrong password.",
            lambda house: with_login(house, f"{USER}:mistyped@"),
            needs=("nginx", "microsocks"),
        ),
    ),
    *of(
        "proxy-required",
        problem(
            "set-for-http-only",
            "Only the proxy is let out, and only HTTP_PROXY names it.",
            lambda house: with_settings(house, blocked=True, HTTP_PROXY=PROXY),
            "proxy-required",
            "proxy-variables-disagree",
            needs=("nginx", "squid"),
        ),
        problem(
            "exempt",
            "Only the proxy is let out, and an exception keeps the service away from it.",
            lambda house: with_settings(house, blocked=True, HTTPS_PROXY=PROXY, NO_PROXY="house.test"),
            needs=("nginx", "squid"),
        ),
        ok(
            "direct-works",
            "Only HTTP_PROXY names a proxy, and the service is reached without it.",
            lambda house: with_settings(house, HTTP_PROXY=PROXY),
            "proxy-variables-disagree",
            needs=("nginx", "squid"),
        ),
        near_miss(
            "proxy-refuses",
            "Nothing is let out, and the proxy that HTTP_PROXY names refuses the service, too.",
            lambda house: with_settings(house, blocked=True, rules=DENY, HTTP_PROXY=PROXY),
            "network-connection-filtered",
            "proxy-variables-disagree",
            says=Status.UNKNOWN,
            needs=("nginx", "squid"),
        ),
    ),
    *of(
        "proxy-variables-disagree",
        problem(
            "two-proxies",
            "https_proxy names the proxy, HTTPS_PROXY another one.",
            lambda house: with_settings(house, https_proxy=PROXY, HTTPS_PROXY="http://old-proxy.house.test:8080"),
            needs=("nginx", "squid"),
        ),
        ok(
            "the-same-twice",
            "Both spellings name the same proxy.",
            lambda house: with_settings(house, https_proxy=PROXY, HTTPS_PROXY=PROXY),
            needs=("nginx", "squid"),
        ),
        near_miss(
            "two-for-two",
            "https goes through one proxy and http through another.",
            lambda house: with_settings(house, HTTPS_PROXY=PROXY, http_proxy="http://old-proxy.house.test:8080"),
            needs=("nginx", "squid"),
        ),
    ),
    *of(
        "proxy-bypass-misread",
        problem(
            "star",
            "NO_PROXY names the service with a star, which curl does not understand and Go does.",
            lambda house: with_settings(house, HTTPS_PROXY=PROXY, NO_PROXY="*.house.test"),
            needs=("nginx", "squid"),
        ),
        problem(
            "semicolon",
            "NO_PROXY separates its entries by semicolons, which nobody understands.",
            lambda house: with_settings(house, HTTPS_PROXY=PROXY, NO_PROXY=f"a.test;{HOST};b.test"),
            needs=("nginx", "squid"),
        ),
        problem(
            "final-dot",
            "NO_PROXY names the service, which is called with a final dot: curl goes past the proxy, most others do not.",
            lambda house: with_settings(house, f"{HOST}.", HTTPS_PROXY=PROXY, NO_PROXY=HOST),
            needs=("nginx", "squid"),
        ),
        ok(
            "plain",
            "NO_PROXY names the service by its plain name.",
            lambda house: with_settings(house, HTTPS_PROXY=PROXY, NO_PROXY=f"a.test,{HOST}"),
            needs=("nginx", "squid"),
        ),
        near_miss(
            "another-name",
            "NO_PROXY names something else with a star.",
            lambda house: with_settings(house, HTTPS_PROXY=PROXY, NO_PROXY="*.other.test"),
            needs=("nginx", "squid"),
        ),
    ),
    *of(
        "proxy-address-malformed",
        problem(
            "unescaped",
            "The password in HTTPS_PROXY holds an unescaped @.",
            lambda house: with_settings(house, HTTPS_PROXY=f"http://user:p@ss@{ROUTER}:3128"),
            needs=("nginx", "squid"),
        ),
        ok(
            "escaped",
            "The password in HTTPS_PROXY is escaped as it should be.",
            lambda house: with_settings(house, HTTPS_PROXY=f"http://user:p%40ss@{ROUTER}:3128"),
            needs=("nginx", "squid"),
        ),
        near_miss(
            "name-missing",
            "HTTPS_PROXY can be read, and its name does not exist.",
            lambda house: with_settings(house, HTTPS_PROXY="http://old-proxy.house.test:3128"),
            "proxy-name-not-found",
            needs=("nginx", "squid"),
        ),
    ),
    *of(
        "proxy-unreachable",
        *(
            ok(
                f"open-{scheme}",
                f"A SOCKS proxy, set as {scheme}, lets everything through.",
                lambda house, scheme=scheme: open_way(house, scheme),
                needs=("nginx", "danted"),
            )
            for scheme in ("socks4", "socks5", "socks5h")
        ),
    ),
    *of(
        "proxy-login-required",
        problem(
            "socks",
            "A SOCKS proxy wants a login; none is set.",
            lambda house: with_login(house, ""),
            needs=("nginx", "microsocks"),
        ),
        ok(
            "socks-login-given",
            "A SOCKS proxy wants a login and is given the right one.",
            lambda house: with_login(house, f"{USER}:{PASSWORD}@"),
            needs=("nginx", "microsocks"),
        ),
    ),
    *of(
        "proxy-refuses-target",
        problem(
            "socks-ruleset",
            "A rule of a SOCKS proxy blocks the service's address, which answers without the proxy.",
            barred,
            "proxy-bypass-missing",
            needs=("nginx", "danted"),
        ),
        near_miss(
            "socks-service-dead",
            "A SOCKS proxy is refused by the service, at whose port nobody listens.",
            dead_service,
            "proxy-cannot-reach-target",
            needs=("danted",),
        ),
    ),
    *of(
        "proxy-cannot-resolve-target",
        problem(
            "socks-known-here-only",
            "A SOCKS proxy does not know the service's name, and this computer does.",
            known_here_only,
            "proxy-bypass-missing",
            needs=("nginx", "microsocks"),
        ),
    ),
    *of(
        "proxy-lookup-here",
        problem(
            "known-there-only",
            "This computer does not know the service's name, which socks5 has it look up; the proxy does.",
            lambda house: known_there_only(house, "socks5"),
            needs=("nginx", "microsocks"),
        ),
        ok(
            "known-here",
            "This computer knows the service's name, and gives the proxy its address.",
            lambda house: open_way(house, "socks5"),
            needs=("nginx", "danted"),
        ),
        near_miss(
            "left-to-the-proxy",
            "This computer does not know the service's name, which socks5h leaves to the proxy.",
            lambda house: known_there_only(house, "socks5h"),
            "dns-left-to-proxy",
            says=Status.NOT_APPLICABLE,
            needs=("nginx", "microsocks"),
        ),
        problem(
            "known-nowhere",
            "Neither this computer nor the proxy knows the service's name.",
            known_nowhere,
            needs=("nginx", "microsocks"),
        ),
    ),
    *of(
        "proxy-scheme-wrong",
        problem("socks-set-as-http", "A SOCKS proxy is set as http.", spoken_to_as_http, needs=("nginx", "microsocks")),
        problem("http-set-as-socks", "An HTTP proxy is set as socks5h.", http_spoken_to_as_socks, needs=("nginx", "squid")),
    ),
    *of("proxy-not-a-proxy", problem("web-server-set-as-socks", "A web server is set as a socks5h proxy.", web_server)),
)
