"""Recipes of the family http: the way is open, and what is said on it is the matter."""

from diag.lab.authority import pem
from diag.model.verdict import Status
from tests.netns import House
from tests.recipes.proxy.settings import behind_squid
from tests.recipes.services import (
    HOST,
    PROXY,
    Page,
    declared,
    hang_up,
    healthy_service,
    name_all,
    private_authority,
    serve_pages,
    serve_plain,
)
from tests.recording.recipe import Look, Recipe, Stage, in_lab, near_miss, of, ok, problem

SQUID = ("nginx", "squid")
PASSED_ON = "proxy_pass http://127.0.0.1:8080; proxy_pass_header Server;"
EDGE_SAYS = "HTTP/1.1 {status} No\r\nServer: {server}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
GARBAGE = "\x00\x17\x80\xff this is no HTTP\r\n\r\n"


def say(port: int, answer: str) -> None:
    """Answer every connection with these characters, and end it."""
    import socket
    import threading

    def attend(guest: socket.socket) -> None:
        with guest:
            guest.recv(65536)
            guest.sendall(answer.encode("latin-1"))
            guest.shutdown(socket.SHUT_WR)
            guest.recv(65536)

    with socket.create_server(("", port)) as door:
        while True:
            guest, _ = door.accept()
            threading.Thread(target=attend, args=(guest,), daemon=True).start()


def service(says: str, **more: object) -> Stage:
    """A real web server with a good certificate that says this."""

    def stage(house: House) -> Look:
        return declared(house, healthy_service(house, says=says), **more)

    return stage


def content_network(server: str, status: int) -> Stage:
    """What stands before the service answers in its place, and signs."""

    def stage(house: House) -> Look:
        authority = private_authority()
        house.serve(say, 8080, EDGE_SAYS.format(status=status, server=server), port=8080)
        serve_pages(house, Page(authority.leaf(HOST), says=PASSED_ON))
        name_all(house, HOST)
        return declared(house, authority)

    return stage


def plain(says: str, proxy: str | None = None) -> Stage:
    """A real web server without TLS that says this; behind a real proxy, if one is named."""

    def stage(house: House) -> Look:
        serve_plain(house, says)
        name_all(house, HOST)
        if proxy:
            house.squid()
        return Look(endpoints=(f"http://{HOST}",), proxy=proxy)

    return stage


def plain_garbage(house: House) -> Look:
    """What listens at port 80 speaks something else."""
    house.serve(say, 80, GARBAGE, port=80)
    name_all(house, HOST)
    return Look(endpoints=(f"http://{HOST}",))


def plain_silence(house: House) -> Look:
    """What listens at port 80 takes the request and is silent."""
    house.serve(hang_up, 80, 65536, "wait", port=80)
    name_all(house, HOST)
    return Look(endpoints=(f"http://{HOST}",))


def demanding_certificate(house: House) -> Look:
    """A real web server that says 400 to clients without a certificate of their own."""
    authority = private_authority()
    page = Page(authority.leaf(HOST), terms="ssl_verify_client on; ssl_client_certificate root.pem;")
    serve_pages(house, page, files={"root.pem": pem(authority.root.certificate)})
    name_all(house, HOST)
    return declared(house, authority)


ERROR = "http-server-error"
LIMITED = "http-rate-limited"
NOTHING = "http-no-answer"
MALFORMED = "http-answer-malformed"
ELSEWHERE = "http-redirected-elsewhere"
STATUS = "http-status-unexpected"
AWAY = "return 302 https://login.elsewhere.test/start;"
WITHIN = "return 302 https://www.house.test/start;"
RECIPES: tuple[Recipe, ...] = (
    *of(
        ERROR,
        problem("lab/http-server-error", "The service answers with an error of its own.", in_lab(ERROR)),
        problem("lab/http-unavailable", "The service says that it is down for now.", in_lab("http-unavailable")),
        problem(
            "behind-a-proxy",
            "The service answers 500 inside a tunnel of a real proxy.",
            lambda house: behind_squid(house, says="return 500;"),
            needs=SQUID,
        ),
        problem("plain", "A service of plain HTTP answers 500.", plain("return 500;")),
        ok("lab/healthy"),
        ok("lab/healthy-404", "A service that works and has nothing at its root.", in_lab("healthy-404")),
        ok("lab/healthy-403", "A service that works and asks its visitors to sign in.", in_lab("healthy-403")),
        ok("401", "A real web server asks for a login.", service("return 401;")),
        ok("expected", "A 503 that the list expects.", service("return 503;", status=(503,))),
        near_miss(
            "plain-behind-a-proxy",
            "A 503 to a plain request through a real proxy, which either of them may have written.",
            plain("return 503;", PROXY),
            STATUS,
            says=Status.UNKNOWN,
            needs=SQUID,
        ),
        problem(
            "content-network",
            "A content network says by itself that it got no answer from the service.",
            content_network("cloudflare", 522),
        ),
        near_miss("lab/http-rate-limited"),
    ),
    *of(
        LIMITED,
        problem("lab/http-rate-limited", "The service says that it was asked too often.", in_lab(LIMITED)),
        ok("lab/healthy"),
        near_miss("lab/http-unavailable"),
        near_miss(
            "content-network",
            "A content network says by itself that it was asked too often.",
            content_network("CloudFront", 429),
            "http-waf-blocked",
            says=Status.UNKNOWN,
        ),
    ),
    *of(
        NOTHING,
        problem("http-slow/plain-behind-a-proxy"),
        near_miss("proxy-cannot-reach-target/dead-plain-service"),
        problem("lab/http-no-answer", "The service takes the request and never answers.", in_lab(NOTHING)),
        problem("closed", "A real web server closes without a word.", service("return 444;")),
        problem("plain", "A service of plain HTTP never answers.", plain_silence, needs=()),
        ok("lab/healthy"),
        near_miss("lab/tls-client-certificate-required", says=Status.UNKNOWN),
        near_miss("lab/http-answer-malformed"),
    ),
    *of(
        MALFORMED,
        problem("lab/http-answer-malformed", "The service answers with no HTTP.", in_lab(MALFORMED)),
        problem("plain", "What listens at a plain port speaks no HTTP.", plain_garbage, needs=()),
        ok("lab/healthy"),
        near_miss("lab/http-no-answer", says=Status.UNKNOWN),
        near_miss(
            "certificate-wanted",
            "A real web server answers 400 to clients without a certificate of their own: that is HTTP, and an answer.",
            demanding_certificate,
            "tls-client-certificate-required",
        ),
    ),
    *of(
        ELSEWHERE,
        problem("lab/http-redirected-elsewhere", "The service sends its visitors elsewhere: a warning.", in_lab(ELSEWHERE)),
        problem(
            "not-expected",
            "A real web server sends its visitors elsewhere, where the list expects status 200.",
            service(AWAY, status=(200,)),
        ),
        ok("lab/healthy"),
        near_miss("lab/http-redirected-within", "Sent on to another page.", in_lab("http-redirected-within")),
        near_miss("same-owner", "Sent on to a host of the same owner.", service(WITHIN)),
        near_miss("expected", "The list expects a 302.", service(AWAY, status=(302,))),
        problem(
            "plain", "Sent elsewhere over plain HTTP, which the network itself may do: a warning that names both.", plain(AWAY)
        ),
    ),
    *of(
        STATUS,
        problem(
            "not-in-the-list",
            "A real web server answers 404 where the list expects 200 or 403.",
            service("return 404;", status=(200, 403)),
        ),
        ok("in-the-list", "It answers 403, as the list expects.", service("return 403;", status=(200, 403))),
        near_miss("no-list", "It answers 404, and the list names no status.", service("return 404;")),
        problem(
            "server-error",
            "It answers 500 where the list expects 200: the service's error explains the status.",
            service("return 500;", status=(200,)),
            ERROR,
        ),
    ),
)
