"""Recipes of the family proxy: scripts (PAC) that are set on the desktop or named to diag, served by a real web server."""

from diag.model.verdict import Status
from tests.netns import Answers, House
from tests.netns.plan import PUBLIC, ROUTER
from tests.recipes.services import HOST, OPEN, OTHER, PROXY, STRANGER, declared, healthy_service, name_all
from tests.recording.recipe import Look, Recipe, near_miss, of, ok, problem

PAC_HOST = "pac.house.test"
URL = f"http://{PAC_HOST}:8081/proxy.pac"
NEEDS = ("nginx", "squid")
ON_DESKTOP = (*NEEDS, "gsettings")
DENY = "http_port 3128\nhttp_access deny all\n"
TYPE = "default_type application/x-ns-proxy-autoconfig;"


def script(body: str) -> str:
    return f"function FindProxyForURL(url, host) {{ {body} }}\n"


VIA_SQUID = script(f"return 'PROXY {ROUTER}:3128; DIRECT';")
ONLY_HERE = script(f"return host === '{HOST}' ? nobody.knows(host) : 'PROXY {ROUTER}:3128';")
BY_NAME = script(
    f"if (isPlainHostName(host) || isInNet(dnsResolve(host), '10.0.0.0', '255.0.0.0')) return 'DIRECT';"
    f"return 'proxy {ROUTER}:3128';"
)


def serve_script(house: House, text: str | bytes, says: str = TYPE) -> None:
    """Have nginx of the router serve a script; `says`: directives about it."""
    block = f"server {{ listen 8081; location / {{ root .; {says} }} }}"
    house.nginx(block, port=8081, where="router", files={"proxy.pac": text})


def stage(
    house: House,
    text: str | bytes = VIA_SQUID,
    *,
    says: str = TYPE,
    rules: str = OPEN,
    blocked: bool = True,
    served: bool = True,
    hosts: tuple[str, ...] = (HOST,),
    desktop: str = "",
    **options: object,
) -> Look:
    """A healthy service, a squid, and a script; `blocked`: only the proxy gets through to the service.

    Where `desktop` is given, it is what the settings of the desktop say, and diag is told of no script.
    """
    authority = healthy_service(house, *hosts)
    house.names({**{host: [PUBLIC[0]] for host in hosts}, PAC_HOST: [ROUTER], "wpad.corp.house.test": [ROUTER]})
    if rules:
        house.squid(rules)
    if served:
        serve_script(house, text, says)
    if blocked:
        house.reject(port=443)
    if desktop:
        folder = house.errand("desktop")
        keys = folder / "glib-2.0" / "settings" / "keyfile"
        keys.parent.mkdir(parents=True)
        keys.write_text(f"[system/proxy]\n{desktop}\n")
        options = {"environment": {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(folder)}, **options}
    else:
        options = {"pac": URL, **options}
    return declared(house, authority, hosts=hosts, **options)


AUTO = f"mode='auto'\nautoconfig-url='{URL}'"
DETECTING = "mode='auto'\nautoconfig-url=''"
PAGE = "<!DOCTYPE html><html><body><form>Please log in to the network.</form></body></html>\n"
LATIN = "// für alle Häuser\n".encode("latin-1")
BOM = b"\xef\xbb\xbf"


def search(house: House) -> None:
    """Have the client append these domains to short names."""
    house.client.write("resolv.conf", f"nameserver {ROUTER}\nsearch corp.house.test house.test\noptions timeout:1 attempts:1\n")


def detected(house: House, **more: object) -> Look:
    """A script that lies where clients look for one by themselves, and a client that does."""
    look = stage(house, served=False, **more)  # type: ignore[arg-type]
    house.nginx(
        f"server {{ listen 80; location / {{ root .; {TYPE} }} }}", port=80, where="router", files={"wpad.dat": VIA_SQUID}
    )
    search(house)
    return look


def undetected(house: House, **more: object) -> Look:
    """A client that looks for a script by itself where there is none."""
    options = {"blocked": False, **({} if "desktop" in more else {"pac": "auto"}), **more}
    look = stage(house, served=False, **options)  # type: ignore[arg-type]
    name_all(house, HOST)
    search(house)
    return look


def wildcard(house: House) -> Look:
    """A client that looks for a script by itself, where a web server has every name that nobody has."""
    look = stage(house, served=False, blocked=False, pac="auto")
    house.names(Answers({HOST: [PUBLIC[0]]}, missing_become=PUBLIC[1]))
    house.nginx(f"server {{ listen 80; default_type text/html; return 200 '{PAGE.strip()}'; }}")
    search(house)
    return look


def captive(house: House) -> Look:
    """A network that answers every plain request, that for the script too, by sending it to its login page."""
    portal = "portal.airport.test"
    name_all(house, HOST, STRANGER, PAC_HOST, portal)
    ports = "listen 80; listen 8081;"
    house.nginx(
        f"server {{ {ports} return 302 http://{portal}/login; }}"
        f"server {{ {ports} server_name {portal}; default_type text/html; return 200 '{PAGE.strip()}'; }}",
        port=8081,
    )
    return Look(endpoints=(f"http://{HOST}", f"http://{STRANGER}"), pac=URL)


ENGINE = ("quickjs",)
UNREACHABLE, BROKEN, IGNORED = "proxy-pac-unreachable", "proxy-pac-broken", "proxy-pac-ignored"
REJECTED = "network-connection-rejected"

RECIPES: tuple[Recipe, ...] = (
    *of(
        UNREACHABLE,
        problem(
            "nobody-listens",
            "Only the proxy is let out; the script's server is down.",
            lambda house: stage(house, served=False),
        ),
        problem(
            "not-there",
            "Only the proxy is let out; the script's server answers 404.",
            lambda house: stage(house, pac=URL.replace("proxy.pac", "old.pac")),
        ),
        problem(
            "no-such-name",
            "Only the proxy is let out; the name of the script's server is gone.",
            lambda house: stage(house, pac="http://old-pac.house.test/proxy.pac"),
        ),
        problem(
            "file-is-gone",
            "Only the proxy is let out; the script is a file that is not there.",
            lambda house: stage(house, pac="/etc/no-such-proxy.pac"),
        ),
        problem(
            "not-needed",
            "The script's server is down; direct, all is well.",
            lambda house: stage(house, served=False, blocked=False),
        ),
        problem(
            "set-on-the-desktop",
            "Nothing is let out; the script that the desktop has set is not there, and diag does not obey it.",
            lambda house: stage(house, says="return 410;", desktop=AUTO),
            REJECTED,
            UNREACHABLE,
            needs=ON_DESKTOP,
        ),
        ok("there", "The script names the proxy, which lets everything through.", stage),
        ok(
            "moved",
            "The script's server says that the script lies elsewhere, where it does.",
            lambda house: stage(house, says=f"{TYPE} rewrite ^/old.pac$ /proxy.pac redirect;", pac=URL.replace("proxy.", "old.")),
        ),
        ok(
            "found-by-name",
            "The client looks for a script by DNS, and finds it below its search domain.",
            lambda house: detected(house, pac="auto"),
        ),
        near_miss("proxy-pac-broken/login-page"),
        near_miss(
            "none-to-be-found",
            "A script is looked for by DNS, and there is none; direct, all is well.",
            undetected,
            says=Status.NOT_APPLICABLE,
        ),
        near_miss(
            "somebody-has-the-name",
            "A script is looked for by DNS, which gives every name that nobody has to a web server; direct, all is well.",
            wildcard,
            says=Status.NOT_APPLICABLE,
        ),
        near_miss(
            "nobody-needs-it",
            "The script that the desktop has set is not there; direct, all is well, and nobody asks for it.",
            lambda house: stage(house, served=False, blocked=False, desktop=AUTO),
            says=Status.NOT_APPLICABLE,
            needs=ON_DESKTOP,
        ),
        needs=NEEDS,
        modules=ENGINE,
    ),
    *of(
        BROKEN,
        problem(
            "for-one-host",
            "Only the proxy is let out; the script throws for one of two hosts.",
            lambda house: stage(house, ONLY_HERE, hosts=(HOST, OTHER)),
        ),
        problem(
            "no-script",
            "Only the proxy is let out; the script is cut off in the middle.",
            lambda house: stage(house, VIA_SQUID[:40]),
        ),
        problem(
            "login-page",
            "Only the proxy is let out; in the script's place lies a login page.",
            lambda house: stage(house, PAGE),
        ),
        problem(
            "names-no-way",
            "Only the proxy is let out; the script returns a URL in place of a way.",
            lambda house: stage(house, script(f"return 'PROXY {PROXY}';")),
        ),
        problem(
            "never-ends",
            "Only the proxy is let out; the script runs in a circle.",
            lambda house: stage(house, script("while (true) {}")),
        ),
        problem(
            "set-on-the-desktop",
            "Nothing is let out; the script that the desktop has set is empty, and diag does not obey it.",
            lambda house: stage(house, "\n", desktop=AUTO),
            REJECTED,
            BROKEN,
            needs=ON_DESKTOP,
        ),
        ok(
            "looks-names-up",
            "The script looks the name up, and names the proxy in small letters.",
            lambda house: stage(house, BY_NAME),
        ),
        ok(
            "odd-bytes",
            "The script begins with a byte order mark.",
            lambda house: stage(house, BOM + VIA_SQUID.encode()),
        ),
        ok(
            "old-bytes",
            "The script is in Latin-1, with umlauts, and is served as a web page.",
            lambda house: stage(house, LATIN + VIA_SQUID.encode(), says="default_type text/html;"),
        ),
        near_miss(
            "one-part-mistyped",
            "The first of the ways that the script names is mistyped; the second works.",
            lambda house: stage(house, script(f"return 'PORXY {ROUTER}:8080; PROXY {ROUTER}:3128';")),
        ),
        near_miss(
            "says-direct",
            "The script says that the service is reached direct, which it is not.",
            lambda house: stage(house, script("return 'DIRECT';")),
            REJECTED,
        ),
        near_miss(
            "captive-network",
            "A network that wants a login sends every plain request to its page.",
            captive,
            "http-captive-portal",
            says=Status.WARNING,
        ),
        near_miss(
            "port-left-out",
            "The script leaves out the port, so the proxy's 80 is meant, where nobody listens.",
            lambda house: stage(house, script(f"return 'PROXY {ROUTER}';")),
            "proxy-unreachable",
        ),
        near_miss("proxy-pac-unreachable/not-there", says=Status.UNKNOWN),
        needs=NEEDS,
        modules=ENGINE,
    ),
    *of(
        "proxy-unreachable",
        problem(
            "first-of-a-script",
            "A script names a proxy on which nobody listens, and after it one that works: a warning.",
            lambda house: stage(house, script(f"return 'PROXY {ROUTER}:3129; PROXY {ROUTER}:3128';")),
        ),
        near_miss(
            "last-of-a-script",
            "A script names a proxy that works, and after it one on which nobody listens.",
            lambda house: stage(house, script(f"return 'PROXY {ROUTER}:3128; PROXY {ROUTER}:3129';")),
        ),
        problem(
            "direct-after-a-script",
            "A script names a proxy on which nobody listens, or else the direct way, which works: a warning.",
            lambda house: stage(house, script(f"return 'PROXY {ROUTER}:3129; DIRECT';"), blocked=False),
        ),
        needs=NEEDS,
        modules=ENGINE,
    ),
    *of(
        IGNORED,
        problem(
            "set-on-the-desktop",
            "Only the proxy is let out, and only a script of the desktop names it.",
            lambda house: stage(house, desktop=AUTO),
            needs=ON_DESKTOP,
        ),
        problem(
            "looked-for-by-the-desktop",
            "Only the proxy is let out; it is named by a script that the desktop looks for by DNS.",
            lambda house: detected(house, desktop=DETECTING),
            needs=ON_DESKTOP,
        ),
        ok(
            "not-needed",
            "The script that the desktop has set names a proxy; direct, all is well.",
            lambda house: stage(house, blocked=False, desktop=AUTO),
            needs=ON_DESKTOP,
        ),
        near_miss(
            "script-says-direct",
            "Nothing is let out; the script that the desktop has set says that the service is reached direct.",
            lambda house: stage(house, script("return 'DIRECT';"), desktop=AUTO),
            REJECTED,
            needs=ON_DESKTOP,
        ),
        near_miss(
            "proxy-refuses",
            "Nothing is let out; the proxy that the desktop's script names refuses the service, too.",
            lambda house: stage(house, rules=DENY, desktop=AUTO),
            REJECTED,
            says=Status.UNKNOWN,
            needs=ON_DESKTOP,
        ),
        near_miss(
            "script-not-there",
            "Nothing is let out; the script that the desktop has set is not there.",
            lambda house: stage(house, served=False, desktop=AUTO),
            REJECTED,
            UNREACHABLE,
            says=Status.UNKNOWN,
            needs=ON_DESKTOP,
        ),
        near_miss(
            "none-to-be-found",
            "Nothing is let out; the desktop looks for a script by DNS, and there is none.",
            lambda house: undetected(house, blocked=True, desktop=DETECTING),
            REJECTED,
            says=Status.NOT_APPLICABLE,
            needs=ON_DESKTOP,
        ),
        near_miss("proxy-pac-unreachable/there", says=Status.NOT_APPLICABLE),
        needs=NEEDS,
        modules=ENGINE,
    ),
)
