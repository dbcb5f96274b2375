"""Recipes of the family proxy: a proxy that is reached and answers, and what it says of client and service."""

from diag.model.verdict import Status
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
from tests.recording.recipe import Look, Recipe, in_lab, near_miss, of, ok, problem

LISTEN = "http_port 3128\n"
DENY_PORT = f"{LISTEN}acl usual port 80\nhttp_access deny CONNECT !usual\nhttp_access allow all\n"
DENY_HOST = f"{LISTEN}acl barred dstdomain {HOST}\nhttp_access deny barred\nhttp_access allow all\n"
DENY_ALL = f"{LISTEN}http_access deny all\n"
FEW_AT_ONCE = f"{LISTEN}acl many maxconn 1\nhttp_access deny many\nhttp_access allow all\n"
HEAD = "HTTP/1.1 200 OK, go ahead then\r\nX-Odd: yes\r\nProxy-Agent: odd/1\r\n\r\n"


def other_let_through(house: House) -> Look:
    """One of two services is barred by its name."""
    authority = healthy_service(house, HOST, OTHER)
    house.squid(DENY_HOST)
    house.reject(port=443)
    return declared(house, authority, hosts=(HOST, OTHER), proxy=PROXY)


def few_at_once(house: House) -> Look:
    """Each of three services is let through, if nothing else of this client is."""
    hosts = (HOST, OTHER, f"third.{HOST}")
    authority = healthy_service(house, *hosts)
    house.squid(FEW_AT_ONCE)
    house.reject(port=443)
    return declared(house, authority, hosts=hosts, proxy=PROXY)


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
    *of(
        "proxy-refuses-target",
        problem("lab/proxy-refuses-target", "The proxy's rules forbid this service.", in_lab("proxy-refuses-target")),
        problem(
            "lab/proxy-answers-with-page",
            "The proxy agrees, and shows a page in place of the service.",
            in_lab("proxy-answers-with-page"),
        ),
        problem(
            "by-port", "A real proxy allows tunnels to port 80 only.", lambda house: behind_squid(house, DENY_PORT), needs=SQUID
        ),
        problem("by-host", "A real proxy bars one of two services by its name.", other_let_through, needs=SQUID),
        problem(
            "everything", "A real proxy denies this client everything.", lambda house: behind_squid(house, DENY_ALL), needs=SQUID
        ),
        problem("plain-barred", "A real proxy bars a service of plain HTTP by its name.", plain_barred, needs=SQUID),
        problem("sent-to-a-login-page", "The proxy answers CONNECT with a redirect.", login_page),
        ok("open", "A real proxy lets everything through.", behind_squid, needs=SQUID),
        near_miss("odd-reason", "The proxy agrees with a reason and fields of its own, and carries everything.", odd_reason),
        near_miss(
            "service-forbids",
            "The service itself, inside the tunnel, answers with status 403.",
            lambda house: behind_squid(house, says="return 403;"),
            needs=SQUID,
        ),
        near_miss("lab/proxy-cannot-reach-target"),
        near_miss(
            "few-at-once",
            "A squid denies whoever has more than one connection open; alone, all is let in.",
            few_at_once,
            needs=SQUID,
        ),
        problem(
            "request-too-big",
            "A squid takes no request whose fields are longer than 40 bytes.",
            lambda house: behind_squid(house, f"{OPEN}request_header_max_size 40 bytes\n"),
            needs=("nginx", "squid"),
        ),
        problem(
            "answer-too-big",
            "A squid that forwards plain HTTP lets no answer through that is longer than 10 bytes.",
            answer_too_big,
            needs=("nginx", "squid"),
        ),
    ),
    *of(
        "proxy-cannot-resolve-target",
        problem(
            "lab/proxy-cannot-resolve-target",
            "The proxy does not find the service's name.",
            in_lab("proxy-cannot-resolve-target"),
        ),
        problem(
            "unknown-to-everybody", "Neither a real proxy nor this client finds the service's name.", missing_service, needs=SQUID
        ),
        problem(
            "known-here-only",
            "The client's hosts file has the service's name; a real proxy does not find it.",
            hosts_here_only,
            needs=SQUID,
        ),
        ok("lab/dns-left-to-proxy"),
        near_miss("proxy-cannot-reach-target/dead-service"),
    ),
    *of(
        "proxy-cannot-reach-target",
        problem(
            "lab/proxy-cannot-reach-target", "The proxy does not get through to the service.", in_lab("proxy-cannot-reach-target")
        ),
        problem("dead-service", "Nobody listens at the service's address, which a real proxy says.", dead_service, needs=SQUID),
        problem(
            "dead-plain-service",
            "Nobody listens at a plain service's address, which a real proxy says with a 503 of its own.",
            plain_dead_service,
            needs=SQUID,
        ),
        ok("plain", "A real proxy forwards to a service of plain HTTP that works.", plain_service, needs=SQUID),
        near_miss(
            "service-unavailable",
            "The service itself, inside the tunnel, answers with status 503.",
            lambda house: behind_squid(house, says="return 503;"),
            "http-server-error",
            needs=SQUID,
        ),
        near_miss(
            "plain-service-unavailable",
            "A service of plain HTTP answers with status 503, and a real proxy passes it on: either may have written it.",
            plain_unavailable,
            "http-status-unexpected",
            says=Status.UNKNOWN,
            needs=SQUID,
        ),
        near_miss("proxy-refuses-target/everything"),
    ),
)
