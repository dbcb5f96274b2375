"""What proxies answer to CONNECT, and that nothing secret of it is kept."""

import socket
from typing import Any

import msgspec
import pytest

from diag.model.address import Authority
from diag.model.answer import Header
from diag.model.observation import Unsupported
from diag.model.question import Connect, Exchange, Tunnel
from diag.model.secret import Login
from diag.probe.logins import Logins
from tests.probe.asking import ask
from tests.probe.peers import Serve, head, http, linger, peer, reset, says

PROXY, TARGET = Authority("proxy.test", 3128), Authority("service.test", 443)
LOGINS = Logins({PROXY: Login("alice", "s3cr3t-päss")})
TOKEN = "YWxpY2U6czNjcjN0LXDDpHNz"


def tunnel(serve: Serve, patience: float = 5.0, login: Any = "none") -> Any:
    with peer(serve) as proxy:
        return ask(Tunnel(Connect(proxy.address), PROXY, TARGET, login), patience=patience, logins=LOGINS)[0]


def test_request() -> None:
    heard = []

    def serve(connection: socket.socket) -> None:
        heard.append(head(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        linger(connection)

    tunnel(serve)
    tunnel(serve, login="basic")
    plain = b"CONNECT service.test:443 HTTP/1.1\r\nHost: service.test:443\r\nUser-Agent: diag/test\r\n"
    assert heard == [plain + b"\r\n", plain + f"Proxy-Authorization: Basic {TOKEN}\r\n\r\n".encode()]


def test_login_that_is_not_known_cannot_be_used() -> None:
    with peer(linger) as proxy, pytest.raises(Unsupported):
        ask(Tunnel(Connect(proxy.address), Authority("other.test", 3128), TARGET, "basic"), logins=LOGINS)


def test_opened() -> None:
    reply = tunnel(http(b"HTTP/1.0 200 Connection established\r\nVia: 1.1 peer\r\nX-Odd:  two words \r\n\r\n"))
    assert (reply.failure, reply.status, reply.reason) == ("", 200, "Connection established")
    assert reply.headers == (Header("via", "1.1 peer"), Header("x-odd", "two words"))
    assert reply.tcp.bytes_received > 0


def test_bytes_after_the_head_belong_to_the_tunnel() -> None:
    def serve(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 204 Early\r\n\r\n")
        linger(connection)

    with peer(serve) as proxy:
        through = Tunnel(Connect(proxy.address), PROXY, TARGET)
        reply, answer = ask(through, Exchange(through, TARGET))
    assert reply.first_bytes == b"HTTP/1.1 200 OK\r\n\r\n"
    assert (answer.status, answer.reason) == (204, "Early")


def test_head_in_pieces() -> None:
    def serve(connection: socket.socket) -> None:
        head(connection)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in b"HTTP/1.1 200 OK\r\nVia: peer\r\n\r\n":
            connection.sendall(bytes([byte]))
        linger(connection)

    reply = tunnel(serve)
    assert (reply.failure, reply.status, reply.headers) == ("", 200, (Header("via", "peer"),))


def test_interim_answers_are_passed_over() -> None:
    reply = tunnel(http(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"))
    assert (reply.failure, reply.status) == ("", 200)


LOGIN_REQUIRED = (
    b"HTTP/1.1 407 Proxy Authentication Required\r\n"
    b"Server: squid/5.7\r\n"
    b"X-Squid-Error: ERR_CACHE_ACCESS_DENIED 0\r\n"
    b"Proxy-Authenticate: Negotiate YIIopensesame\r\n"
    b"Proxy-Authenticate: NTLM TlRMTVNTUAACopensesame==\r\n"
    b'Proxy-Authenticate: Basic realm="corp, inside", charset="UTF-8"\r\n'
    b'Proxy-Authenticate: Digest realm="corp", nonce="opensesame", qop="auth"\r\n'
    b"Set-Cookie: session=opensesame; path=/\r\n"
    b"Content-Length: 22\r\n\r\n<h1>Please log in</h1>"
)


def test_login_required() -> None:
    reply = tunnel(http(LOGIN_REQUIRED))
    assert (reply.failure, reply.status, reply.reason) == ("tunnel_refused", 407, "Proxy Authentication Required")
    assert reply.headers == (
        Header("server", "squid/5.7"),
        Header("x-squid-error", "ERR_CACHE_ACCESS_DENIED 0"),
        Header("proxy-authenticate", "Negotiate"),
        Header("proxy-authenticate", "NTLM"),
        Header("proxy-authenticate", 'Basic realm="corp, inside"'),
        Header("proxy-authenticate", 'Digest realm="corp"'),
        Header("set-cookie", ""),
        Header("content-length", "22"),
    )
    assert reply.first_bytes.startswith(b"HTTP/1.1 407 Proxy Authentication Required\r\nServer: squid/5.7\r\n")
    assert reply.first_bytes.endswith(b"<h1>Please log in</h1>")


def test_nothing_secret_is_kept() -> None:
    echo = f"<p>alice, your token {TOKEN} and your password s3cr3t-päss are wrong</p>".encode()
    reply = tunnel(
        http(b"HTTP/1.1 407 alice may not\r\nX-Seen: Basic " + TOKEN.encode() + LOGIN_REQUIRED[42:-22] + echo), login="basic"
    )
    assert reply.status == 407
    written = msgspec.msgpack.encode(reply)
    for secret in (b"alice", b"opensesame", TOKEN.encode(), "s3cr3t-päss".encode()):
        assert secret not in written
    assert b"your password" in written


@pytest.mark.parametrize("status", [302, 403, 404, 500, 502, 503, 504])
def test_refused_with_a_page(status: int) -> None:
    page = b"<html>" + b"x" * 5_000
    reply = tunnel(http(f"HTTP/1.1 {status} No\r\nContent-Length: {len(page)}\r\n\r\n".encode() + page))
    assert (reply.failure, reply.status) == ("tunnel_refused", status)
    assert len(reply.first_bytes) == 1024
    assert b"<html>xxx" in reply.first_bytes


def test_refusal_without_its_page_is_one() -> None:
    reply = tunnel(says(b"HTTP/1.1 403 No\r\nContent-Length: 500\r\n\r\n<html>", then=linger))
    assert (reply.failure, reply.status) == ("tunnel_refused", 403)
    assert reply.first_bytes.endswith(b"<html>")


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-peer\r\n", b"\x15\x03\x01\x00\x02\x02\x46", b"HTTP/2 200\r\n\r\n", b"HTTP/1.1 OK\r\n\r\n"]
)
def test_not_http(answer: bytes) -> None:
    reply = tunnel(says(answer, then=linger))
    assert (reply.failure, reply.status, reply.first_bytes) == ("malformed", 0, answer)


@pytest.mark.parametrize(
    ("last", "failure"),
    [(lambda connection: None, "cut"), (reset, "reset"), (linger, "timed_out")],
    ids=["cut", "reset", "silent"],
)
@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200"])
def test_ended_before_an_answer(begun: bytes, last: Serve, failure: str) -> None:
    reply = tunnel(says(begun, then=last), patience=1.0)
    assert (reply.failure, reply.status, reply.first_bytes) == (failure, 0, begun)
    assert reply.tcp.bytes_acked > 1


def test_endless_head() -> None:
    def serve(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for n in range(100_000):
            connection.sendall(b"X-Line: %d\r\n" % n)

    reply = tunnel(serve)
    assert (reply.failure, reply.status) == ("too_long", 0)
    assert len(reply.first_bytes) == 1024


def test_text_is_made_safe() -> None:
    reply = tunnel(http(b"HTTP/1.1 403 \x1b[2JNo\r\nServer: \x1b]0;title\x07peer\r\n\r\n"))
    assert "\x1b" not in reply.reason + reply.headers[0].value
    assert reply.headers[0].value.endswith("peer")
