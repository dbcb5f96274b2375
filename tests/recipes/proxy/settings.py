"""Recipes of the family proxy: a proxy that cannot be reached, is none, or is spoken to in the wrong way.

What a proxy says of client and service is in `logins` and `answers`.
"""

from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import ROUTER, SERVER, SILENT
from tests.recipes.services import HOST, OPEN, PROXY, declared, healthy_service, name_all, odd_proxy, private_authority
from tests.recording.recipe import Look, Recipe, in_lab, near_miss, of, ok, problem


def behind_squid(house: House, rules: str = OPEN, proxy: str = PROXY, says: str = "return 200;") -> Look:
    """A healthy service behind a real proxy with these rules; there is no way past the proxy."""
    authority = healthy_service(house, HOST, says=says)
    house.squid(rules)
    house.reject(port=443)
    return declared(house, authority, proxy=proxy)


def swallowed(house: House) -> Look:
    look = behind_squid(house)
    house.drop(port=3128)
    return look


def rejected(house: House) -> Look:
    look = behind_squid(house)
    house.reject(port=3128)
    return look


def slow_service(house: House) -> Look:
    """The proxy waits for a service that swallows every packet."""
    name_all(house, HOST, at=SILENT)
    house.squid(where="server")
    return declared(house, private_authority(), proxy=f"http://{SERVER}:3128")


def by_name(house: House) -> Look:
    authority = healthy_service(house)
    house.names({HOST: ["198.51.100.10"], "proxy.house.test": [ROUTER]})
    house.squid()
    return declared(house, authority, proxy="http://proxy.house.test:3128")


def by_missing_name(house: House) -> Look:
    authority = healthy_service(house)
    house.squid()
    return declared(house, authority, proxy="http://old-proxy.house.test:3128")


def by_nameless_resolver(house: House) -> Look:
    authority = healthy_service(house)
    house.squid()
    house.resolvers(SILENT)
    return declared(house, authority, proxy="http://proxy.house.test:3128")


def web_server(house: House) -> Look:
    """The setting names the service itself, a real web server."""
    authority = healthy_service(house)
    house.nginx("server { listen 8080; }", port=8080)
    house.reject(port=443)
    return declared(house, authority, proxy=f"http://{SERVER}:8080")


def refusing_without_a_mark(house: House) -> Look:
    """A proxy that signs nothing: 403, and no field that a proxy would write."""
    authority = healthy_service(house)
    house.reject(port=443)
    house.serve(odd_proxy, 3128, "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "", port=3128, where="router")
    return declared(house, authority, proxy=PROXY)


RECIPES: tuple[Recipe, ...] = (
    *of(
        "proxy-unreachable",
        problem("lab/proxy-unreachable", "Nobody listens at the proxy's port.", in_lab("proxy-unreachable")),
        problem("swallowed", "A firewall swallows what is sent to the proxy's port.", swallowed, needs=("nginx", "squid")),
        problem("rejected", "A firewall rejects what is sent to the proxy's port.", rejected, needs=("nginx", "squid")),
        ok("lab/proxy-open", "The proxy lets everything through.", in_lab("proxy-open")),
        problem(
            "lab/proxy-silent", "The proxy accepts connections and never answers, whatever it is asked.", in_lab("proxy-silent")
        ),
        near_miss("lab/proxy-cannot-reach-target"),
        near_miss(
            "waits-for-the-service",
            "A real proxy waits for a service whose packets are swallowed, longer than diag does.",
            slow_service,
            "proxy-cannot-reach-target",
            needs=("squid",),
        ),
    ),
    *of(
        "proxy-name-not-found",
        problem("lab/proxy-name-not-found", "The proxy's own name does not exist.", in_lab("proxy-name-not-found")),
        problem(
            "no-such-name-for-the-system",
            "The proxy's own name does not exist; the system's resolver is asked.",
            by_missing_name,
            needs=("nginx", "squid"),
        ),
        ok("found", "The proxy is given by a name that exists, and lets everything through.", by_name, needs=("nginx", "squid")),
        near_miss(
            "resolver-silent",
            "The resolver that would know the proxy's name never answers.",
            by_nameless_resolver,
            "dns-resolver-silent",
            says=Status.UNKNOWN,
            needs=("nginx", "squid"),
        ),
        near_miss(
            "lab/dns-left-to-proxy",
            "Only the proxy knows the service's name, which is enough.",
            in_lab("dns-left-to-proxy"),
            says=Status.NOT_APPLICABLE,
        ),
    ),
    *of(
        "proxy-not-a-proxy",
        problem("lab/proxy-not-a-proxy", "A web server listens at the proxy's address.", in_lab("proxy-not-a-proxy")),
        problem("real-web-server", "nginx listens at the proxy's address.", web_server),
        problem("lab/proxy-not-http", "What listens at the proxy's address speaks no HTTP.", in_lab("proxy-not-http")),
        ok("lab/proxy-open"),
        near_miss("lab/proxy-scheme-wrong-tls", says=Status.UNKNOWN),
        near_miss(
            "refuses-without-a-mark",
            "The proxy answers 403 and signs nothing, so only the status speaks.",
            refusing_without_a_mark,
            "proxy-refuses-target",
        ),
    ),
    *of(
        "proxy-scheme-wrong",
        problem("lab/proxy-scheme-wrong", "The proxy is given as https and speaks plain HTTP.", in_lab("proxy-scheme-wrong")),
        problem(
            "https-for-plain-squid",
            "A real proxy is given as https and speaks plain HTTP.",
            lambda house: behind_squid(house, proxy=PROXY.replace("http:", "https:")),
            needs=("nginx", "squid"),
        ),
        problem("lab/proxy-scheme-wrong-tls", "The proxy is given as http and speaks TLS.", in_lab("proxy-scheme-wrong-tls")),
        ok("lab/proxy-over-tls", "The proxy is given as https and speaks TLS.", in_lab("proxy-over-tls")),
        near_miss("lab/proxy-not-a-proxy", says=Status.UNKNOWN),
        near_miss("lab/proxy-silent"),
    ),
)
