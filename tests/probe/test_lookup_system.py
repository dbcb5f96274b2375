"""The system's resolution, in threads. No name leaves this machine: they are its own, literals, or the test resolves them."""

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from diag.model.answer import SystemLookup
from diag.model.failure import Failure
from diag.model.observation import Unsupported
from diag.model.question import Lookup
from diag.probe.lookup import Lookups
from diag.probe.system_lookup import AddressInfos, SystemResolver, getaddrinfo


def look_up(name: str, resolve: Callable[[bytes], AddressInfos] = getaddrinfo, patience: float = 20.0) -> SystemLookup:
    async def once() -> SystemLookup:
        lookups = Lookups(resolve=resolve)
        answer = await lookups.ask(Lookup(name), patience)
        await lookups.close()
        assert isinstance(answer, SystemLookup)
        return answer

    return asyncio.run(once())


@pytest.fixture
def hanging() -> Iterator[Callable[[bytes], AddressInfos]]:
    """A resolution that does not come back before the test is over."""
    over = threading.Event()
    before = set(threading.enumerate())

    def hang(name: bytes) -> AddressInfos:
        over.wait()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.9", 0))]

    yield hang
    over.set()
    for thread in set(threading.enumerate()) - before:
        thread.join()


def test_localhost_is_this_machine() -> None:
    answer = look_up("localhost")
    assert answer.failure == ""
    assert set(answer.addresses) <= {"127.0.0.1", "::1"}
    assert answer.addresses


@pytest.mark.parametrize("literal", ["127.0.0.1", "::1"])
def test_a_literal_is_itself(literal: str) -> None:
    assert look_up(literal) == SystemLookup((literal,))


def test_the_order_is_kept_and_repeats_are_dropped() -> None:
    def resolve(name: bytes) -> AddressInfos:
        places = [("::7", 0, 0, 0), ("127.0.0.7", 0), ("::7", 0, 0, 0), ("127.0.0.1", 0)]
        return [(0, socket.SOCK_STREAM, 6, "", place) for place in places]

    assert look_up("a.test", resolve).addresses == ("::7", "127.0.0.7", "127.0.0.1")


def test_a_zone_stays_with_its_address() -> None:
    index, name = socket.if_nameindex()[0]

    def resolve(_: bytes) -> AddressInfos:
        return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::1", 0, 0, scope)) for scope in (index, 99_999)]

    assert look_up("a.test", resolve).addresses == (f"fe80::1%{name}", "fe80::1%99999")


def test_the_name_goes_to_the_system_as_it_is_given() -> None:
    given: list[bytes] = []

    def resolve(name: bytes) -> AddressInfos:
        given.append(name)
        return []

    assert look_up("host.test.", resolve).failure == Failure.NO_DATA
    assert given == [b"host.test."]


@pytest.mark.parametrize(
    ("error", "failure", "code"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), Failure.NAME_NOT_FOUND, socket.EAI_NONAME),
        (socket.gaierror(socket.EAI_AGAIN, "x"), Failure.LOOKUP_FAILED, socket.EAI_AGAIN),
        (socket.gaierror(12345, "x"), Failure.OTHER, 12345),
        (OSError(24, "x"), Failure.DESCRIPTORS_EXHAUSTED, getattr(socket, "EAI_SYSTEM", 0)),
    ],
)
def test_an_error_becomes_its_word_and_keeps_its_number(error: OSError, failure: Failure, code: int) -> None:
    def resolve(_: bytes) -> AddressInfos:
        raise error

    assert look_up("a.test", resolve) == SystemLookup((), failure, code)


def test_the_system_refuses_what_no_name_can_be() -> None:
    answer = look_up("a" * 64 + ".test")
    assert answer.addresses == ()
    assert answer.failure
    assert answer.code < 0 or sys.platform != "linux"


@pytest.mark.parametrize("name", ["bücher.test", "a\0b.test"])
def test_what_dns_cannot_carry_is_unsupported(name: str) -> None:
    with pytest.raises(Unsupported):
        look_up(name)


def test_a_bug_comes_out_where_the_question_was_asked() -> None:
    def resolve(_: bytes) -> AddressInfos:
        raise KeyError("our own bug")

    with pytest.raises(KeyError, match="our own bug"):
        look_up("a.test", resolve)


def test_silence_is_a_time_out(hanging: Callable[[bytes], AddressInfos]) -> None:
    assert look_up("a.test", hanging, patience=0.05) == SystemLookup(failure=Failure.TIMED_OUT)


def test_a_hanging_lookup_holds_up_no_other(hanging: Callable[[bytes], AddressInfos]) -> None:
    def resolve(name: bytes) -> AddressInfos:
        return hanging(name) if name.startswith(b"slow") else getaddrinfo(b"127.0.0.1")

    async def both() -> tuple[SystemLookup, ...]:
        resolver = SystemResolver(resolve)
        slow = [asyncio.create_task(resolver.ask(f"slow{i}.test", 20)) for i in range(20)]
        quick = await asyncio.gather(*(resolver.ask(f"quick{i}.test", 20) for i in range(20)))
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return tuple(quick)

    assert set(asyncio.run(both())) == {SystemLookup(("127.0.0.1",))}


def test_threads_are_bounded_and_come_back() -> None:
    over, full, under_way, most = threading.Event(), threading.Event(), 0, 0
    lock = threading.Lock()

    def resolve(name: bytes) -> AddressInfos:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
            if under_way == 2:
                full.set()
        over.wait()
        with lock:
            under_way -= 1
        return getaddrinfo(b"127.0.0.1")

    async def four() -> tuple[SystemLookup, ...]:
        resolver = SystemResolver(resolve, most_threads=2)
        asked = [asyncio.create_task(resolver.ask(f"n{i}.test", 20)) for i in range(4)]
        assert await asyncio.to_thread(full.wait, 20)
        with pytest.raises(Unsupported):
            await resolver.ask("one-more.test", 0.01)
        over.set()
        return tuple(await asyncio.gather(*asked))

    assert set(asyncio.run(four())) == {SystemLookup(("127.0.0.1",))}
    assert most == 2


def test_a_hanging_lookup_does_not_keep_the_process_alive() -> None:
    program = """
import asyncio, time
from diag.model.question import Lookup
from diag.probe.lookup import Lookups

def hang(name):
    time.sleep(600)

print(asyncio.run(Lookups(resolve=hang).ask(Lookup("a.test"), 0.05)).failure)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert (ended.stdout, ended.stderr) == ("timed_out\n", "")
