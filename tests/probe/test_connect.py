"""Connects on loopback: accepted, refused, silent; and what is told of each."""

import asyncio
import contextlib
import resource
import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from diag.model.address import Address
from diag.model.observation import Unsupported
from diag.model.question import Connect
from diag.probe.connect import connect
from diag.probe.streams import Ended, StreamPool
from tests.probe.asking import ask, prober
from tests.probe.peers import linger, peer, reset

SYN_SENT, ESTABLISHED = 2, 1


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def crowded() -> Iterator[Address]:
    """A listener whose queue is full: its kernel drops further SYNs."""
    with contextlib.ExitStack() as open_sockets:
        listener = open_sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        open_sockets.enter_context(socket.create_connection(listener.getsockname()))
        yield Address(*listener.getsockname())


def test_of_a_connect_without_ecn_the_second_packet_counts(closed_port: int) -> None:
    began = time.monotonic()
    (answer,) = ask(Connect(Address("127.0.0.1", closed_port), without_ecn=True), patience=5.0)
    assert (answer.failure, answer.tcp.total_retransmits) == ("refused", 1)
    assert time.monotonic() - began > 0.9, "the refusal of the first one was not heard"


def test_so_it_does_over_ipv6() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        port = listener.getsockname()[1]
    (answer,) = ask(Connect(Address("::1", port), without_ecn=True), patience=5.0)
    assert (answer.failure, answer.tcp.total_retransmits) == ("refused", 1)


def test_only_linux_has_such_a_second_packet(monkeypatch: pytest.MonkeyPatch, closed_port: int) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(Unsupported):
        ask(Connect(Address("127.0.0.1", closed_port), without_ecn=True))


def test_accepted() -> None:
    with peer(linger) as service:
        (answer,) = ask(Connect(service.address))
    assert answer.failure == ""
    assert answer.source == "127.0.0.1"
    assert answer.tcp.state == ESTABLISHED
    assert answer.tcp.rtt > 0


def test_refused_by_reset_leaves_no_icmp(closed_port: int) -> None:
    (answer,) = ask(Connect(Address("127.0.0.1", closed_port)))
    assert (answer.failure, answer.number, answer.icmp) == ("refused", 111, None)


def test_silence_is_a_time_out_with_the_half_open_socket_described(crowded: Address) -> None:
    (answer,) = ask(Connect(crowded), patience=0.3)
    assert answer.failure == "timed_out"
    assert answer.tcp.state == SYN_SENT
    assert answer.tcp.unacked == 1
    assert answer.source == "127.0.0.1"


def test_segments_are_limited_before_the_connection_stands() -> None:
    with peer(linger) as service:
        plain, limited = ask(Connect(service.address), Connect(service.address, mss=1100))
    assert plain.tcp.send_mss > 1100
    assert limited.tcp.send_mss <= 1100


def test_segment_size_that_this_system_will_not_set() -> None:
    with peer(linger) as service, pytest.raises(Unsupported):
        ask(Connect(service.address, mss=3))


def test_source_is_chosen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        (answer,) = ask(Connect(Address(*listener.getsockname()), source="127.0.0.9"))
        accepted, came_from = listener.accept()
        accepted.close()
    assert answer.source == "127.0.0.9"
    assert came_from[0] == "127.0.0.9"


def test_source_that_is_not_ours() -> None:
    with peer(linger) as service:
        (answer,) = ask(Connect(service.address, source="192.0.2.7"))
    assert answer.failure == "address_not_available"
    assert service.connections == 0


def test_ipv6() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        (answer,) = ask(Connect(Address("::1", listener.getsockname()[1])))
    assert answer.failure == ""
    assert answer.source == "::1"


def test_text_that_is_no_address_is_not_looked_up() -> None:
    (answer,) = ask(Connect(Address("ip4-rfc1918-q7m2ka", 443)))
    assert answer.failure == "name_not_found"


@pytest.mark.parametrize("busy", [0.0, 0.2], ids=["seen afterwards", "seen at once"])
def test_reset_after_accepting_is_not_refused(busy: float) -> None:
    """The evidence is the same whether or not our loop was too busy to see the connection before the reset."""

    async def dial() -> tuple[str, str]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            loop = asyncio.get_running_loop()
            wires = StreamPool(room=1)
            accepting = loop.run_in_executor(None, lambda: reset(listener.accept()[0]))
            loop.call_soon(time.sleep, busy)
            answer, wire = await connect(Connect(Address(*listener.getsockname())), loop.time() + 5, wires)
            await accepting
            assert wire is not None
            with pytest.raises(Ended) as ended:
                await wire.read()
            await wires.close()
            return answer.failure, ended.value.failure

    assert asyncio.run(dial()) == ("", "reset")


class Watchless(asyncio.SelectorEventLoop):
    """A loop that dials, but watches no sockets for others: as Windows' proactor."""

    def add_writer(self, *_: object) -> None:
        raise NotImplementedError


@pytest.mark.parametrize(("listening", "failure", "number"), [(True, "", 0), (False, "refused", 111)])
def test_loop_that_watches_no_sockets(listening: bool, failure: str, number: int, closed_port: int) -> None:
    with peer(linger) as service, asyncio.Runner(loop_factory=Watchless) as runner:
        address = service.address if listening else Address("127.0.0.1", closed_port)

        async def dial() -> Any:
            asked = prober()
            try:
                return await asked.ask(Connect(address), {}, 5)
            finally:
                await asked.close()

        answer = runner.run(dial())
    assert (answer.failure, answer.number) == (failure, number)


@pytest.fixture
def few_descriptors() -> Iterator[Callable[[int], None]]:
    """Leave this process so many descriptors and no more."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)

    def leave(number: int) -> None:
        with socket.socket() as probe:
            lowest = probe.fileno()
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + number, before[1]))

    yield leave
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_descriptors_that_we_park_ourselves_are_given_back(few_descriptors: Callable[[int], None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = Address(*listener.getsockname())

        async def dial() -> list[str]:
            wires = StreamPool(room=10)
            until = asyncio.get_running_loop().time() + 5
            failures = []
            few_descriptors(2)
            for mss in range(1000, 1004):
                question = Connect(address, mss=mss)
                answer, wire = await connect(question, until, wires)
                failures.append(answer.failure)
                if wire:
                    wires.park(question, wire)
            await wires.close()
            few_descriptors(0)
            answer, _ = await connect(Connect(address), until, wires)
            return [*failures, answer.failure]

        assert asyncio.run(dial()) == ["", "", "", "", "descriptors_exhausted"]
