"""The proxy's answers, spoken to by hand: what it offers, what it counts, and that it never leaves the machine."""

import base64
import http.client
import socket
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from diag import lab
from diag.lab.dns import LabReply
from diag.lab.proxy import CREDENTIALS, Rules

PATIENCE = 20.0
GOOD = base64.b64encode(CREDENTIALS.encode()).decode()


@contextmanager
def proxied(rules, hosts=("service.lab.test",)):
    """A proxy with these rules and plain services behind it: the running lab, the proxy's place, the URLs."""

    async def raise_it(site):
        urls = [await site.stand(site.http(), host, "http") for host in hosts]
        site.zone["outside.lab.test"] = LabReply(("192.0.2.1",))
        urls.append(site.nowhere("service.lab.test"))
        return await site.scene(*urls, proxy=await site.stand_proxy(site.proxy(rules)))

    with lab.start(lab.LabFault("by-hand", "A proxy.", None, raise_it)) as running:
        [scene] = running.scenes
        proxy = urlsplit(scene.proxy)
        yield running, (proxy.hostname, proxy.port), [urlsplit(url) for url in scene.endpoints]


def ask(place, method, target, headers=()):
    talk = http.client.HTTPConnection(*place, timeout=PATIENCE)
    try:
        talk.putrequest(method, target, skip_host=True)
        talk.putheader("Host", "service.lab.test")
        for name, value in headers:
            talk.putheader(name, value)
        talk.endheaders()
        answer = talk.getresponse()
        return answer.status, answer.headers, answer.read() if method != "CONNECT" else b""
    finally:
        talk.close()


@pytest.mark.parametrize("schemes", [("Basic",), ("Digest",), ("Negotiate", "NTLM"), ("Basic", "Digest", "NTLM", "Negotiate")])
def test_the_schemes_wanted_are_offered_each_in_its_header(schemes):
    with proxied(Rules(schemes)) as (_, place, urls):
        status, headers, _ = ask(place, "CONNECT", urls[0].netloc)
    assert status == 407
    assert [value.split(" ")[0] for value in headers.get_all("Proxy-Authenticate")] == list(schemes)
    assert headers["X-Squid-Error"] == "ERR_CACHE_ACCESS_DENIED 0"


def test_logins_are_counted_and_the_right_one_is_let_through():
    with proxied(Rules(("Basic",))) as (running, place, urls):
        assert ask(place, "CONNECT", urls[0].netloc)[0] == 407
        wrong = [("Proxy-Authorization", "Basic bGFiLXVzZXI6d3Jvbmc=")]
        assert ask(place, "CONNECT", urls[0].netloc, wrong)[0] == 407
        assert ask(place, "CONNECT", urls[0].netloc, [("Proxy-Authorization", f"Basic {GOOD}")])[0] == 200
        tally = running.tally("by-hand")
    assert (tally["proxy requests"], tally["proxy logins"], tally["proxy tunnels"]) == (3, 2, 1)


def test_a_second_try_is_taken_on_the_same_connection_and_the_tunnel_carries():
    with proxied(Rules(("Basic",))) as (_, place, urls), socket.create_connection(place, PATIENCE) as talk:
        head = f"CONNECT {urls[0].netloc} HTTP/1.1\r\nHost: {urls[0].netloc}\r\n"
        talk.sendall(f"{head}\r\n".encode())
        first = until(talk, b"</html>\n")
        assert first.startswith(b"HTTP/1.1 407 ")
        talk.sendall(f"{head}Proxy-Authorization: Basic {GOOD}\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        second = until(talk, b"works.\n")
    assert second.startswith(b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 ")


def until(talk, end):
    heard = b""
    while not heard.endswith(end):
        data = talk.recv(65_536)
        assert data, heard
        heard += data
    return heard


def test_an_absolute_form_is_forwarded_and_marked():
    with proxied(Rules()) as (_, place, urls):
        status, headers, body = ask(place, "GET", f"http://{urls[0].netloc}/")
        assert (status, headers["Server"], headers["Via"]) == (200, "lab-service", "1.1 proxy.lab.test (squid/6.6)")
        assert body == b"This is the lab's service, and it works.\n"
        status, headers, body = ask(place, "HEAD", f"http://{urls[0].netloc}/")
        assert (status, body) == (200, b"")


def test_a_refusal_of_head_has_no_page_and_leaves_the_connection_usable():
    with proxied(Rules(("Basic",))) as (_, place, urls):
        talk = http.client.HTTPConnection(*place, timeout=PATIENCE)
        seen = []
        for method in ("HEAD", "GET", "HEAD"):
            talk.request(method, f"http://{urls[0].netloc}/")
            answer = talk.getresponse()
            seen.append((answer.status, len(answer.read()) > 0))
        talk.close()
    assert seen == [(407, False), (407, True), (407, False)]


@pytest.mark.parametrize(
    ("target", "status", "error"),
    [
        ("missing.lab.test:443", 503, "ERR_DNS_FAIL 0"),
        ("www.example.com:443", 503, "ERR_DNS_FAIL 0"),
        ("192.0.2.1:443", 503, "ERR_DNS_FAIL 0"),
        ("[2001:db8::1]:443", 503, "ERR_DNS_FAIL 0"),
        ("outside.lab.test:443", 503, "ERR_DNS_FAIL 0"),
        ("service.lab.test", 400, "ERR_INVALID_URL 0"),
        ("service.lab.test:0", 400, "ERR_INVALID_URL 0"),
        ("/path", 400, "ERR_INVALID_URL 0"),
    ],
)
def test_nothing_leaves_the_machine(target, status, error):
    with proxied(Rules()) as (_, place, _):
        answered, headers, _ = ask(place, "CONNECT", target)
    assert (answered, headers["X-Squid-Error"]) == (status, error)


def test_a_dead_target_is_owned_to():
    with proxied(Rules()) as (_, place, urls):
        status, headers, _ = ask(place, "CONNECT", urls[-1].netloc)
    assert (status, headers["X-Squid-Error"]) == (503, "ERR_CONNECT_FAIL 111")


@pytest.mark.parametrize(
    ("outcome", "status", "error"),
    [
        ("refused", 403, "ERR_ACCESS_DENIED 0"),
        ("unresolved", 503, "ERR_DNS_FAIL 0"),
        ("unreachable", 503, "ERR_CONNECT_FAIL 111"),
        ("late", 504, "ERR_CONNECT_FAIL 110"),
    ],
)
def test_a_rule_for_one_host_is_for_that_host(outcome, status, error):
    rules = Rules(outcome=outcome, only=("service.lab.test",))
    with proxied(rules, ("service.lab.test", "other.lab.test")) as (_, place, urls):
        hit = ask(place, "CONNECT", urls[0].netloc)
        passed = ask(place, "CONNECT", urls[1].netloc)
    assert (hit[0], hit[1]["X-Squid-Error"], hit[1]["Server"]) == (status, error, "squid/6.6")
    assert passed[0] == 200


def test_what_is_no_http_is_told_so():
    with proxied(Rules()) as (_, place, _), socket.create_connection(place, PATIENCE) as talk:
        talk.sendall(b"\x16\x03\x01 no request\r\n\r\n")
        assert until(talk, b"</html>\n").startswith(b"HTTP/1.1 400 ")


def test_behind_a_proxy_means_refused_directly(visitor):
    with lab.start("proxy-login-required") as running:
        [scene] = running.scenes
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", urlsplit(scene.endpoints[0]).port), PATIENCE)


def test_a_login_that_is_rejected_is_in_the_address(visitor):
    with lab.start("proxy-login-rejected") as running:
        [scene] = running.scenes
        assert visitor(scene, PATIENCE).walk(scene.endpoints[0]) == "proxy-407"
        assert running.tally("proxy-login-rejected")["proxy logins"] == 1
    assert urlsplit(scene.proxy).username == "lab-user"
