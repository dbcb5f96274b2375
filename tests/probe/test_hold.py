"""Connections held idle: which still carry afterwards, and how the others ended."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import pytest

from diag.model.address import Address
from diag.model.question import Connect, Handshake, Hold
from tests.netns import House, needs_house
from tests.netns.plan import SERVER
from tests.probe.asking import ask, prober
from tests.probe.authority import issue
from tests.probe.peers import Serve, linger, peer, reset, secured


def hold(serve: Serve, seconds: float = 0.2) -> Any:
    with peer(serve) as service:
        return ask(Hold(Connect(service.address), seconds), patience=1)[0]


def test_silent_service_that_acknowledges_is_alive() -> None:
    answer = hold(linger)
    assert answer.failure == ""
    assert answer.lived >= 0.2
    assert answer.tcp.bytes_acked == 3


def test_over_tls() -> None:
    with peer(secured(linger, issue("localhost"))) as service:
        shake = Handshake(Connect(service.address))
        _, answer = ask(shake, Hold(shake, 0.2))
    assert answer.failure == ""
    assert service.connections == 1


def test_service_that_answers_by_closing_is_alive() -> None:
    assert hold(lambda connection: connection.recv(10)).failure == ""


def test_service_that_closes_while_idle() -> None:
    answer = hold(lambda connection: None, seconds=5)
    assert answer.failure == "cut"
    assert answer.lived < 5


def test_service_that_resets_while_idle() -> None:
    answer = hold(reset, seconds=5)
    assert answer.failure == "reset"
    assert answer.lived < 5


def test_a_connection_that_is_only_watched_is_sent_nothing() -> None:
    with peer(linger) as service:
        (answer,) = ask(Hold(Connect(service.address), 0.1, still=True), patience=1)
    assert (answer.failure, answer.tcp.bytes_acked) == ("", 1), "the kernel counts the opening as one"


@pytest.mark.parametrize(("serve", "ended"), [(reset, "reset"), (lambda connection: None, "cut")])
def test_a_connection_that_is_ended_without_a_byte_shows_so_in_the_kernels_count(serve: Serve, ended: str) -> None:
    with peer(serve) as service:
        (answer,) = ask(Hold(Connect(service.address), 0.5, still=True), patience=1)
    assert answer.failure == ended
    assert answer.tcp.bytes_received <= 1


def test_service_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dial = Connect(Address(*listener.getsockname()))
    (answer,) = ask(Hold(dial, 0.1))
    assert (answer.stage, answer.failure) == ("connect", "refused")


def silent(port: int) -> None:
    """Accept and say nothing, for as long as the house stands."""
    import socket

    with socket.create_server(("0.0.0.0", port)) as listener:
        kept = []
        while True:
            kept.append(listener.accept())


@needs_house
@pytest.mark.parametrize(
    ("forget", "failure", "unacked"),
    [
        (lambda house: None, "", 0),
        (lambda house: house.drop(port=7000), "timed_out", 1),
        (lambda house: house.reset(port=7000), "reset", 0),
    ],
    ids=["kept", "dropped", "reset"],
)
def test_connection_that_the_network_forgets(house: House, forget: Callable[[House], object], failure: str, unacked: int) -> None:
    house.serve(silent, 7000, port=7000)
    dial = Connect(Address(SERVER, 7000))

    async def connect_then_forget() -> Any:
        asked = prober()
        try:
            await asked.ask(dial, {}, 5)
            forget(house)
            return await asked.ask(Hold(dial, 0.1), {}, 0.5)
        finally:
            await asked.close()

    with house.client.entered():
        answer = asyncio.run(connect_then_forget())
    assert (answer.failure, answer.tcp.unacked) == (failure, unacked)
