"""Recipes of the family proxy: a proxy that cannot be reached, is none, or is spoken to in the wrong way.

What a proxy says of client and service is in `logins` and `answers`.
"""

from tests.netns import House
from tests.netns.plan import ROUTER, SERVER, SILENT
from tests.recipes.services import HOST, OPEN, PROXY, declared, healthy_service, name_all, odd_proxy, private_authority
from tests.recording.recipe import Kind, Look, Recipe, in_lab


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
    Recipe(
        check="proxy-unreachable",
        name="nobody-listens",
        kind=Kind.PROBLEM,
        staged="Nobody listens at the proxy's port.",
        stage=in_lab("proxy-unreachable"),
        causes=("proxy-unreachable",),
    ),
    Recipe(
        check="proxy-unreachable",
        name="swallowed",
        kind=Kind.PROBLEM,
        staged="A firewall swallows what is sent to the proxy's port.",
        stage=swallowed,
        causes=("proxy-unreachable",),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-unreachable",
        name="rejected",
        kind=Kind.PROBLEM,
        staged="A firewall rejects what is sent to the proxy's port.",
        stage=rejected,
        causes=("proxy-unreachable",),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-unreachable",
        name="open",
        kind=Kind.OK,
        staged="The proxy lets everything through.",
        stage=in_lab("proxy-open"),
    ),
    Recipe(
        check="proxy-unreachable",
        name="accepts-and-is-silent",
        kind=Kind.PROBLEM,
        staged="The proxy accepts connections and never answers, whatever it is asked.",
        stage=in_lab("proxy-silent"),
        causes=("proxy-unreachable",),
    ),
    Recipe(
        check="proxy-unreachable",
        name="service-refuses",
        kind=Kind.NEAR_MISS,
        staged="The proxy can be reached, and says that it cannot reach the service.",
        stage=in_lab("proxy-cannot-reach-target"),
        causes=("proxy-cannot-reach-target",),
    ),
    Recipe(
        check="proxy-unreachable",
        name="waits-for-the-service",
        kind=Kind.NEAR_MISS,
        staged="A real proxy waits for a service whose packets are swallowed, longer than diag does.",
        stage=slow_service,
        causes=("proxy-cannot-reach-target",),
        needs=("squid",),
    ),
    Recipe(
        check="proxy-name-not-found",
        name="no-such-name",
        kind=Kind.PROBLEM,
        staged="The proxy's own name does not exist.",
        stage=in_lab("proxy-name-not-found"),
        causes=("proxy-name-not-found",),
    ),
    Recipe(
        check="proxy-name-not-found",
        name="no-such-name-for-the-system",
        kind=Kind.PROBLEM,
        staged="The proxy's own name does not exist; the system's resolver is asked.",
        stage=by_missing_name,
        causes=("proxy-name-not-found",),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-name-not-found",
        name="found",
        kind=Kind.OK,
        staged="The proxy is given by a name that exists, and lets everything through.",
        stage=by_name,
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-name-not-found",
        name="resolver-silent",
        kind=Kind.NEAR_MISS,
        staged="The resolver that would know the proxy's name never answers.",
        stage=by_nameless_resolver,
        causes=("dns-resolver-silent",),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-name-not-found",
        name="service-name-left-to-the-proxy",
        kind=Kind.NEAR_MISS,
        staged="Only the proxy knows the service's name, which is enough.",
        stage=in_lab("dns-left-to-proxy"),
    ),
    Recipe(
        check="proxy-not-a-proxy",
        name="web-server",
        kind=Kind.PROBLEM,
        staged="A web server listens at the proxy's address.",
        stage=in_lab("proxy-not-a-proxy"),
        causes=("proxy-not-a-proxy",),
    ),
    Recipe(
        check="proxy-not-a-proxy",
        name="real-web-server",
        kind=Kind.PROBLEM,
        staged="nginx listens at the proxy's address.",
        stage=web_server,
        causes=("proxy-not-a-proxy",),
        needs=("nginx",),
    ),
    Recipe(
        check="proxy-not-a-proxy",
        name="no-http",
        kind=Kind.PROBLEM,
        staged="What listens at the proxy's address speaks no HTTP.",
        stage=in_lab("proxy-not-http"),
        causes=("proxy-not-a-proxy",),
    ),
    Recipe(
        check="proxy-not-a-proxy",
        name="open",
        kind=Kind.OK,
        staged="The proxy lets everything through.",
        stage=in_lab("proxy-open"),
    ),
    Recipe(
        check="proxy-not-a-proxy",
        name="speaks-tls",
        kind=Kind.NEAR_MISS,
        staged="The proxy is given as http and speaks TLS.",
        stage=in_lab("proxy-scheme-wrong-tls"),
        causes=("proxy-scheme-wrong",),
    ),
    Recipe(
        check="proxy-not-a-proxy",
        name="refuses-without-a-mark",
        kind=Kind.NEAR_MISS,
        staged="The proxy answers 403 and signs nothing, so only the status speaks.",
        stage=refusing_without_a_mark,
        causes=("proxy-refuses-target",),
        needs=("nginx",),
    ),
    Recipe(
        check="proxy-scheme-wrong",
        name="https-for-plain",
        kind=Kind.PROBLEM,
        staged="The proxy is given as https and speaks plain HTTP.",
        stage=in_lab("proxy-scheme-wrong"),
        causes=("proxy-scheme-wrong",),
    ),
    Recipe(
        check="proxy-scheme-wrong",
        name="https-for-plain-squid",
        kind=Kind.PROBLEM,
        staged="A real proxy is given as https and speaks plain HTTP.",
        stage=lambda house: behind_squid(house, proxy=PROXY.replace("http:", "https:")),
        causes=("proxy-scheme-wrong",),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-scheme-wrong",
        name="http-for-tls",
        kind=Kind.PROBLEM,
        staged="The proxy is given as http and speaks TLS.",
        stage=in_lab("proxy-scheme-wrong-tls"),
        causes=("proxy-scheme-wrong",),
    ),
    Recipe(
        check="proxy-scheme-wrong",
        name="over-tls",
        kind=Kind.OK,
        staged="The proxy is given as https and speaks TLS.",
        stage=in_lab("proxy-over-tls"),
    ),
    Recipe(
        check="proxy-scheme-wrong",
        name="web-server",
        kind=Kind.NEAR_MISS,
        staged="A web server listens at the proxy's address, and answers in plain HTTP as the setting says.",
        stage=in_lab("proxy-not-a-proxy"),
        causes=("proxy-not-a-proxy",),
    ),
    Recipe(
        check="proxy-scheme-wrong",
        name="silent",
        kind=Kind.NEAR_MISS,
        staged="The proxy accepts connections and never answers.",
        stage=in_lab("proxy-silent"),
        causes=("proxy-unreachable",),
    ),
)
