"""How fast an answer comes: what is counted, and what ends the counting."""

import socket
import time
from contextlib import suppress
from typing import Any

from diag.model.address import Address, Authority
from diag.model.question import Connect, Handshake, Transfer
from tests.probe.asking import ask
from tests.probe.authority import issue
from tests.probe.peers import Serve, head, http, peer, reset, says, secured

SERVICE = Authority("service.test", 80)
MUCH = 3_000_000


def transfer(serve: Serve, seconds: float = 5.0, patience: float = 5.0, **how: Any) -> Any:
    with peer(serve) as service:
        return ask(Transfer(Connect(service.address), SERVICE, "/big", seconds, **how), patience=patience)[0]


def trickle(connection: socket.socket) -> None:
    """A thousand bytes, nothing for a while, and a thousand more; then nothing until the client leaves."""
    head(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + bytes(1000))
    time.sleep(0.3)
    connection.sendall(bytes(1000))
    connection.recv(1)


def test_a_whole_body_is_counted() -> None:
    seen = transfer(http(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % MUCH + bytes(MUCH)))
    assert (seen.failure, seen.status, seen.size, seen.complete) == ("", 200, MUCH, True)
    assert 0 < seen.seconds < 5
    assert seen.tcp.bytes_received > MUCH


def test_so_is_one_over_tls() -> None:
    serve = secured(http(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(MUCH)), issue("localhost"))
    with peer(serve) as service:
        (seen,) = ask(Transfer(Handshake(Connect(service.address)), SERVICE, "/", 5.0))
    assert (seen.failure, seen.size, seen.complete) == ("", MUCH, True)


def test_that_the_time_is_over_is_no_failure_and_pauses_are_seen() -> None:
    seen = transfer(trickle, seconds=0.6)
    assert (seen.failure, seen.status, seen.size, seen.complete) == ("", 200, 2000, False)
    assert seen.seconds >= 0.6
    assert 0.2 < seen.longest_pause < seen.seconds


def test_it_may_take_longer_than_a_question_may_take_to_be_answered() -> None:
    assert transfer(trickle, seconds=0.6, patience=0.4).size == 2000


def test_no_more_is_read_than_is_wanted() -> None:
    seen = transfer(http(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % MUCH + bytes(MUCH)), most=1000)
    assert seen.size >= 1000
    assert seen.size < MUCH
    assert (seen.failure, seen.complete) == ("", False)


def test_what_is_wanted_to_the_byte_is_enough() -> None:
    assert transfer(trickle, most=1000).size == 1000


def test_it_ends_with_the_last_byte_that_is_wanted_and_hangs_up_at_once() -> None:
    left: list[float] = []

    def serve(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + bytes(1000))
        with suppress(ConnectionResetError):
            connection.recv(1)
        left.append(time.monotonic())

    with peer(serve) as service, peer(trickle) as other:
        first = Transfer(Connect(service.address), SERVICE, "/big", 2.0, most=1000)
        seen, _ = ask(first, Transfer(Connect(other.address), SERVICE, "/", 0.9))
        over = time.monotonic()
    assert (seen.failure, seen.size, seen.complete) == ("", 1000, False)
    assert seen.seconds < 1.5
    assert over - left[0] > 0.3


def test_no_answer() -> None:
    seen = transfer(lambda connection: connection.recv(1_000_000) and connection.recv(1), patience=0.2)
    assert (seen.failure, seen.status, seen.size, seen.seconds) == ("timed_out", 0, 0, 0.0)


def test_an_answer_that_breaks_off() -> None:
    seen = transfer(says(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nhalf"))
    assert (seen.failure, seen.status, seen.size, seen.complete) == ("cut", 200, 4, False)


def test_a_connection_that_is_reset() -> None:
    assert transfer(reset).failure == "reset"


def test_no_http() -> None:
    assert transfer(says(b"SSH-2.0-x\r\n")).failure == "malformed"


def test_a_target_that_fits_into_no_request() -> None:
    with peer(http()) as service:
        (seen,) = ask(Transfer(Connect(service.address), SERVICE, "/a b", 1.0))
    assert seen.failure == "not_supported"


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (seen,) = ask(Transfer(Connect(Address("127.0.0.1", port)), SERVICE, "/", 1.0))
    assert (seen.failure, seen.stage) == ("refused", "connect")
