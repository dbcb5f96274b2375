"""One request and what may come back: whole, in part, or no HTTP at all."""

import socket
from typing import Any

import pytest

from diag.model.address import Authority
from diag.model.answer import Header
from diag.model.question import Connect, Exchange, Handshake
from tests.probe.asking import ask
from tests.probe.authority import issue
from tests.probe.peers import Serve, head, http, linger, peer, reset, says, secured

SERVICE = Authority("service.test", 80)


def exchange(serve: Serve, patience: float = 5.0, authority: Authority = SERVICE, **how: Any) -> Any:
    with peer(serve) as service:
        return ask(Exchange(Connect(service.address), authority, **how), patience=patience)[0]


def requests_of(*asked: tuple[Authority, dict[str, Any]], over_tls: bool = False) -> list[bytes]:
    """What a service hears of these exchanges."""
    heard = []

    def serve(connection: socket.socket) -> None:
        heard.append(head(connection))
        connection.sendall(b"HTTP/1.1 204 No\r\n\r\n")

    with peer(secured(serve, issue("localhost")) if over_tls else serve) as service:
        for authority, how in asked:
            over = Handshake(Connect(service.address)) if over_tls else Connect(service.address)
            assert ask(Exchange(over, authority, **how))[0].status == 204
    return heard


def test_request() -> None:
    assert requests_of((SERVICE, {})) == [
        b"GET / HTTP/1.1\r\nHost: service.test\r\nUser-Agent: diag/test\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    ]


def test_request_line_and_host() -> None:
    heard = requests_of(
        (Authority("service.test", 8080), {"method": "HEAD", "target": "/path?query"}),
        (Authority("::1", 80), {"target": "http://service.test/"}),
    )
    assert [request.split(b"\r\n")[:2] for request in heard] == [
        [b"HEAD /path?query HTTP/1.1", b"Host: service.test:8080"],
        [b"GET http://service.test/ HTTP/1.1", b"Host: [::1]"],
    ]


def test_default_port_of_tls() -> None:
    heard = requests_of((Authority("service.test", 443), {}), (Authority("service.test", 80), {}), over_tls=True)
    assert [request.split(b"\r\n")[1] for request in heard] == [b"Host: service.test", b"Host: service.test:80"]


def test_answered() -> None:
    reply = exchange(http())
    assert (reply.failure, reply.stage, reply.status, reply.reason, reply.version) == ("", "", 200, "OK", "1.1")
    assert reply.headers == (Header("content-length", "5"), Header("server", "peer"), Header("set-cookie", ""))
    assert (reply.body, reply.complete, reply.first_bytes) == (b"hello", True, b"")
    assert reply.first_byte_after > 0
    assert reply.tcp.bytes_received > 0


def test_body_until_the_connection_ends() -> None:
    reply = exchange(http(b"HTTP/1.0 200 OK\r\n\r\nall of it"))
    assert (reply.failure, reply.version, reply.body, reply.complete) == ("", "1.0", b"all of it", True)


def test_body_in_chunks() -> None:
    reply = exchange(http(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"))
    assert (reply.failure, reply.body, reply.complete) == ("", b"abcde", True)


def test_no_more_of_the_body_is_kept_than_was_asked_for() -> None:
    reply = exchange(http(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000), keep=100)
    assert (reply.failure, len(reply.body), reply.complete) == ("", 100, False)


def test_body_of_just_that_length_is_complete() -> None:
    reply = exchange(http(), keep=5)
    assert (reply.body, reply.complete) == (b"hello", True)


def test_endless_body_is_not_waited_for() -> None:
    def serve(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 1000)

    reply = exchange(serve, keep=4096)
    assert (reply.failure, len(reply.body), reply.complete) == ("", 4096, False)


def test_head_has_no_body() -> None:
    reply = exchange(http(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"), method="HEAD")
    assert (reply.failure, reply.body, reply.complete) == ("", b"", True)


def test_interim_answers_are_passed_over() -> None:
    reply = exchange(http(b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    assert (reply.failure, reply.status, reply.headers) == ("", 200, (Header("content-length", "0"),))


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-peer\r\n", b"\x15\x03\x01\x00\x02\x02\x46", b"<html>no head</html>", b"HTTP/1.1 what\r\n\r\n"]
)
def test_not_http(answer: bytes) -> None:
    reply = exchange(says(answer, then=linger))
    assert (reply.failure, reply.status, reply.first_bytes) == ("malformed", 0, answer)


ENDS = pytest.mark.parametrize(
    ("last", "failure"),
    [(lambda connection: None, "cut"), (reset, "reset"), (linger, "timed_out")],
    ids=["cut", "reset", "silent"],
)


@ENDS
def test_ended_before_an_answer(last: Serve, failure: str) -> None:
    reply = exchange(says(b"", then=last), patience=1.0)
    assert (reply.failure, reply.status, reply.first_bytes) == (failure, 0, b"")
    assert reply.tcp.bytes_acked > 1


@ENDS
def test_ended_within_the_head(last: Serve, failure: str) -> None:
    reply = exchange(says(b"HTTP/1.1 200 OK\r\nServer: ", then=last), patience=1.0)
    assert (reply.failure, reply.status, reply.first_bytes) == (failure, 0, b"HTTP/1.1 200 OK\r\nServer: ")


@ENDS
def test_ended_within_the_body_keeps_what_came(last: Serve, failure: str) -> None:
    reply = exchange(says(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", then=last), patience=1.0)
    assert (reply.failure, reply.status, reply.body, reply.complete) == (failure, 200, b"hel", False)


def test_endless_head() -> None:
    def serve(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for n in range(100_000):
            connection.sendall(b"X-Line: %d\r\n" % n)

    reply = exchange(serve)
    assert (reply.failure, reply.status) == ("too_long", 0)
    assert len(reply.first_bytes) == 1024


@pytest.mark.parametrize("target", ["/a b", "/\r\nX-Injected: 1", "/ü"])
def test_target_that_fits_into_no_request(target: str) -> None:
    heard = []
    reply = exchange(lambda connection: heard.append(connection.recv(1000)), target=target)
    assert (reply.failure, reply.status) == ("not_supported", 0)
    assert b"".join(heard) == b""


def test_text_is_made_safe() -> None:
    reply = exchange(http(b"HTTP/1.1 200 \xff\x9b31mOK\r\nServer: \xe2\x80\xaepeer\r\nContent-Length: 0\r\n\r\n"))
    assert reply.status == 200
    assert "\u202e" not in reply.headers[0].value
    assert "\x9b" not in reply.reason
