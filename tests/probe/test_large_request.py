"""A large request, sent: what becomes of it is counted, whoever ends it and how."""

import contextlib
import socket
import time
from typing import Any

import pytest

from diag.model.address import Authority
from diag.model.failure import Failure
from diag.model.question import Connect, Transfer
from tests.probe.asking import ask
from tests.probe.peers import Serve, head, peer

SIZE = 16_000_000
SERVICE = Authority("service.test", 80)


def sent_to(serve: Serve, seconds: float = 5.0) -> Any:
    with peer(serve) as service:
        return ask(Transfer(Connect(service.address), SERVICE, "/x", seconds, SIZE, "PUT"), patience=3.0)[0]


def take(connection: socket.socket, most: int) -> None:
    """Read so much, or until the other side ends."""
    while most > 0 and (data := connection.recv(min(most, 65536))):
        most -= len(data)


def takes_all(connection: socket.socket) -> None:
    asked = connection.recv(65536)
    assert asked.startswith(b"PUT /x HTTP/1.1\r\n")
    assert f"content-length: {SIZE}".encode() in asked.lower()
    take(connection, SIZE - len(asked.partition(b"\r\n\r\n")[2]))
    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")


def refuses(connection: socket.socket) -> None:
    head(connection)
    connection.sendall(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")
    time.sleep(0.3)


def hangs(connection: socket.socket) -> None:
    time.sleep(2.0)


def says_nothing(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        take(connection, 10 * SIZE)


def test_what_is_taken_is_answered() -> None:
    seen = sent_to(takes_all)
    assert (seen.status, seen.sent, seen.complete, seen.failure) == (204, SIZE, True, "")


def test_an_early_answer_ends_it() -> None:
    seen = sent_to(refuses)
    assert (seen.status, seen.complete, seen.failure) == (413, False, "")


def test_an_end_in_the_middle_is_a_failure() -> None:
    seen = sent_to(lambda connection: take(connection, 500_000))
    assert (seen.status, seen.failure in (Failure.RESET, Failure.CUT)) == (0, True)
    assert seen.sent > 0


def test_what_gets_stuck_is_a_pause() -> None:
    seen = sent_to(hangs, 1.0)
    assert (seen.status, seen.failure) == (0, "")
    assert seen.longest_pause == pytest.approx(1.0, abs=0.5)


def test_no_answer_to_all_of_it_is_silence() -> None:
    seen = sent_to(says_nothing, 2.0)
    assert (seen.status, seen.failure, seen.sent) == (0, Failure.TIMED_OUT, SIZE)
