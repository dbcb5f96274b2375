"""Recipes of the family proxy: a proxy that is reached and answers, and what it says of client and service."""

from tests.netns import House
from tests.netns.plan import PUBLIC
from tests.recipes.proxy.settings import behind_squid
from tests.recipes.services import (
    HOST,
    OPEN,
    OTHER,
    PROXY,
    declared,
    healthy_service,
    name_all,
    odd_proxy,
    private_authority,
    serve_plain,
)
from tests.recording.recipe import Kind, Look, Recipe, in_lab

LISTEN = "http_port 3128\n"
DENY_PORT = f"{LISTEN}acl usual port 80\nhttp_access deny CONNECT !usual\nhttp_access allow all\n"
DENY_HOST = f"{LISTEN}acl barred dstdomain {HOST}\nhttp_access deny barred\nhttp_access allow all\n"
DENY_ALL = f"{LISTEN}http_access deny all\n"
HEAD = "HTTP/1.1 200 OK, go ahead then\r\nX-Odd: yes\r\nProxy-Agent: odd/1\r\n\r\n"


def other_let_through(house: House) -> Look:
    """One of two services is barred by its name."""
    authority = healthy_service(house, HOST, OTHER)
    house.squid(DENY_HOST)
    house.reject(port=443)
    return declared(house, authority, hosts=(HOST, OTHER), proxy=PROXY)


def answer_too_big(house: House) -> Look:
    """A service over plain HTTP that says more than a squid lets through."""
    serve_plain(house)
    name_all(house, HOST)
    house.squid(f"{OPEN}reply_body_max_size 10 bytes all\n")
    return Look(endpoints=(f"http://{HOST}",), proxy=PROXY)


def odd_reason(house: House) -> Look:
    """A proxy that agrees in words of its own."""
    authority = healthy_service(house)
    house.serve(odd_proxy, 3128, HEAD, f"{PUBLIC[0]}:443", port=3128, where="router")
    return declared(house, authority, proxy=PROXY)


def login_page(house: House) -> Look:
    """A proxy that sends every CONNECT to its login page."""
    authority = healthy_service(house)
    head = "HTTP/1.1 302 Found\r\nLocation: http://login.house.test/\r\nContent-Length: 0\r\n\r\n"
    house.serve(odd_proxy, 3128, head, "", port=3128, where="router")
    house.reject(port=443)
    return declared(house, authority, proxy=PROXY)


def missing_service(house: House) -> Look:
    """Neither the proxy nor this client finds the name."""
    name_all(house, OTHER)
    house.squid()
    return declared(house, private_authority(), proxy=PROXY)


def hosts_here_only(house: House) -> Look:
    """The client knows the name, from its hosts file; the proxy does not."""
    authority = healthy_service(house)
    name_all(house, OTHER)
    house.hosts({PUBLIC[0]: [HOST]})
    house.reject(port=443)
    house.squid()
    return declared(house, authority, proxy=PROXY)


def dead_service(house: House) -> Look:
    """The proxy is refused by the service, as everybody is."""
    name_all(house, HOST)
    house.squid()
    return declared(house, private_authority(), proxy=PROXY)


def plain_dead_service(house: House) -> Look:
    return _plain(dead_service(house))


def plain_unavailable(house: House) -> Look:
    """A plain service says 503 by itself, and a real proxy passes that on."""
    name_all(house, HOST)
    serve_plain(house, "return 503;")
    house.squid()
    return _plain(declared(house, private_authority(), proxy=PROXY))


def plain_service(house: House) -> Look:
    name_all(house, HOST)
    serve_plain(house)
    house.squid()
    return Look(endpoints=(f"http://{HOST}",), proxy=PROXY)


def plain_barred(house: House) -> Look:
    name_all(house, HOST)
    serve_plain(house)
    house.squid(DENY_HOST)
    return Look(endpoints=(f"http://{HOST}",), proxy=PROXY)


def _plain(look: Look) -> Look:
    return Look(endpoints=(f"http://{HOST}",), proxy=look.proxy)


SQUID = ("nginx", "squid")
RECIPES: tuple[Recipe, ...] = (
    Recipe(
        check="proxy-refuses-target",
        name="forbidden",
        kind=Kind.PROBLEM,
        staged="The proxy's rules forbid this service.",
        stage=in_lab("proxy-refuses-target"),
        causes=("proxy-refuses-target",),
    ),
    Recipe(
        check="proxy-refuses-target",
        name="page-instead",
        kind=Kind.PROBLEM,
        staged="The proxy agrees, and shows a page in place of the service.",
        stage=in_lab("proxy-answers-with-page"),
        causes=("proxy-refuses-target",),
    ),
    Recipe(
        check="proxy-refuses-target",
        name="by-port",
        kind=Kind.PROBLEM,
        staged="A real proxy allows tunnels to port 80 only.",
        stage=lambda house: behind_squid(house, DENY_PORT),
        causes=("proxy-refuses-target",),
        needs=SQUID,
    ),
    Recipe(
        check="proxy-refuses-target",
        name="by-host",
        kind=Kind.PROBLEM,
        staged="A real proxy bars one of two services by its name.",
        stage=other_let_through,
        causes=("proxy-refuses-target",),
        needs=SQUID,
    ),
    Recipe(
        check="proxy-refuses-target",
        name="everything",
        kind=Kind.PROBLEM,
        staged="A real proxy denies this client everything.",
        stage=lambda house: behind_squid(house, DENY_ALL),
        causes=("proxy-refuses-target",),
        needs=SQUID,
    ),
    Recipe(
        check="proxy-refuses-target",
        name="plain-barred",
        kind=Kind.PROBLEM,
        staged="A real proxy bars a service of plain HTTP by its name.",
        stage=plain_barred,
        causes=("proxy-refuses-target",),
        needs=SQUID,
    ),
    Recipe(
        check="proxy-refuses-target",
        name="sent-to-a-login-page",
        kind=Kind.PROBLEM,
        staged="The proxy answers CONNECT with a redirect.",
        stage=login_page,
        causes=("proxy-refuses-target",),
        needs=("nginx",),
    ),
    Recipe(
        check="proxy-refuses-target",
        name="open",
        kind=Kind.OK,
        staged="A real proxy lets everything through.",
        stage=behind_squid,
        needs=SQUID,
    ),
    Recipe(
        check="proxy-refuses-target",
        name="odd-reason",
        kind=Kind.NEAR_MISS,
        staged="The proxy agrees with a reason and fields of its own, and carries everything.",
        stage=odd_reason,
        needs=("nginx",),
    ),
    Recipe(
        check="proxy-refuses-target",
        name="service-forbids",
        kind=Kind.NEAR_MISS,
        staged="The service itself, inside the tunnel, answers with status 403.",
        stage=lambda house: behind_squid(house, says="return 403;"),
        needs=SQUID,
    ),
    Recipe(
        check="proxy-refuses-target",
        name="cannot-reach",
        kind=Kind.NEAR_MISS,
        staged="The proxy does not get through to the service.",
        stage=in_lab("proxy-cannot-reach-target"),
        causes=("proxy-cannot-reach-target",),
    ),
    Recipe(
        check="proxy-cannot-resolve-target",
        name="unknown-to-the-proxy",
        kind=Kind.PROBLEM,
        staged="The proxy does not find the service's name.",
        stage=in_lab("proxy-cannot-resolve-target"),
        causes=("proxy-cannot-resolve-target",),
    ),
    Recipe(
        check="proxy-cannot-resolve-target",
        name="unknown-to-everybody",
        kind=Kind.PROBLEM,
        staged="Neither a real proxy nor this client finds the service's name.",
        stage=missing_service,
        causes=("proxy-cannot-resolve-target",),
        needs=SQUID,
    ),
    Recipe(
        check="proxy-cannot-resolve-target",
        name="known-here-only",
        kind=Kind.PROBLEM,
        staged="The client's hosts file has the service's name; a real proxy does not find it.",
        stage=hosts_here_only,
        causes=("proxy-cannot-resolve-target",),
        needs=SQUID,
    ),
    Recipe(
        check="proxy-cannot-resolve-target",
        name="left-to-the-proxy",
        kind=Kind.OK,
        staged="Only the proxy knows the name, which is enough.",
        stage=in_lab("dns-left-to-proxy"),
    ),
    Recipe(
        check="proxy-cannot-resolve-target",
        name="cannot-reach",
        kind=Kind.NEAR_MISS,
        staged="The proxy finds the name, and nobody listens there.",
        stage=dead_service,
        causes=("proxy-cannot-reach-target",),
        needs=SQUID,
    ),
    Recipe(
        check="proxy-cannot-reach-target",
        name="refused-behind-the-proxy",
        kind=Kind.PROBLEM,
        staged="The proxy does not get through to the service.",
        stage=in_lab("proxy-cannot-reach-target"),
        causes=("proxy-cannot-reach-target",),
    ),
    Recipe(
        check="proxy-cannot-reach-target",
        name="dead-service",
        kind=Kind.PROBLEM,
        staged="Nobody listens at the service's address, which a real proxy says.",
        stage=dead_service,
        causes=("proxy-cannot-reach-target",),
        needs=SQUID,
    ),
    Recipe(
        check="proxy-cannot-reach-target",
        name="dead-plain-service",
        kind=Kind.PROBLEM,
        staged="Nobody listens at a plain service's address, which a real proxy says with a 503 of its own.",
        stage=plain_dead_service,
        causes=("proxy-cannot-reach-target",),
        needs=SQUID,
    ),
    Recipe(
        check="proxy-cannot-reach-target",
        name="plain",
        kind=Kind.OK,
        staged="A real proxy forwards to a service of plain HTTP that works.",
        stage=plain_service,
        needs=SQUID,
    ),
    Recipe(
        check="proxy-cannot-reach-target",
        name="service-unavailable",
        kind=Kind.NEAR_MISS,
        staged="The service itself, inside the tunnel, answers with status 503.",
        stage=lambda house: behind_squid(house, says="return 503;"),
        causes=("http-server-error",),
        needs=SQUID,
    ),
    Recipe(
        check="proxy-cannot-reach-target",
        name="plain-service-unavailable",
        kind=Kind.NEAR_MISS,
        staged="A service of plain HTTP answers with status 503, and a real proxy passes it on: either may have written it.",
        stage=plain_unavailable,
        needs=SQUID,
    ),
    Recipe(
        check="proxy-cannot-reach-target",
        name="denied-by-rule",
        kind=Kind.NEAR_MISS,
        staged="A real proxy denies this client everything.",
        stage=lambda house: behind_squid(house, DENY_ALL),
        causes=("proxy-refuses-target",),
        needs=SQUID,
    ),
    Recipe(
        check="proxy-refuses-target",
        name="request-too-big",
        kind=Kind.PROBLEM,
        staged="A squid takes no request whose fields are longer than 40 bytes.",
        stage=lambda house: behind_squid(house, f"{OPEN}request_header_max_size 40 bytes\n"),
        causes=("proxy-refuses-target",),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-refuses-target",
        name="answer-too-big",
        kind=Kind.PROBLEM,
        staged="A squid that forwards plain HTTP lets no answer through that is longer than 10 bytes.",
        stage=answer_too_big,
        causes=("proxy-refuses-target",),
        needs=("nginx", "squid"),
    ),
)
