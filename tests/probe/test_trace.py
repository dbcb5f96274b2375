"""The way to an address, hop by hop, and many connects at once, with real packets."""

import asyncio
from typing import Any

from diag.model.address import Address
from diag.model.question import Connect, ConnectBurst, Trace
from tests.netns import House, needs_house
from tests.netns.plan import CLIENT, ROUTER, ROUTER6, SERVER, SERVER6, SILENT
from tests.probe.asking import ask, prober

pytestmark = needs_house


def look(house: House, question: Any, patience: float = 1.0) -> Any:
    with house.client.entered():
        (answer,) = ask(question, patience=patience)
    return answer


def test_a_way_that_ends_in_silence(house: House) -> None:
    house.drop(port=7000)
    way = look(house, Trace(Address(SERVER, 7000), 4))
    assert [(hop.limit, hop.sender, hop.failure) for hop in way.hops] == [(1, ROUTER, "")]
    assert way.arrived == 0


def test_a_way_that_arrives(house: House) -> None:
    for host, router in ((SERVER, ROUTER), (SERVER6, ROUTER6)):
        way = look(house, Trace(Address(host, 7000), 4))
        assert [hop.sender for hop in way.hops] == [router]
        assert way.arrived == 2


def test_a_way_that_is_forbidden(house: House) -> None:
    house.reject(port=7000)
    way = look(house, Trace(Address(SERVER, 7000), 3))
    assert [(hop.limit, hop.sender, hop.failure) for hop in way.hops] == [
        (1, ROUTER, ""),
        (2, ROUTER, "prohibited"),
        (3, ROUTER, "prohibited"),
    ]


def test_nobody_on_the_way(house: House) -> None:
    house.refuse_locally("drop")
    assert look(house, Trace(Address(SERVER, 7000), 3), patience=0.3).hops == ()


def test_a_crowd_and_its_limit(house: House) -> None:
    house.serve(accept_all, port=7000)
    assert [dialled.failure for dialled in look(house, ConnectBurst(Address(SERVER, 7000), 6)).connects] == [""] * 6
    house.limit_connections(4, port=7000)
    words = [dialled.failure for dialled in look(house, ConnectBurst(Address(SERVER, 7000), 6), patience=0.5).connects]
    assert (words.count(""), words.count("timed_out")) == (4, 2)


def test_a_crowd_that_is_refused(house: House) -> None:
    crowd = look(house, ConnectBurst(Address(SERVER, 7000), 3))
    assert {dialled.failure for dialled in crowd.connects} == {"refused"}


def test_a_connect_through_an_interface(house: House) -> None:
    house.serve(accept_all, port=7000)
    there = look(house, Connect(Address(SERVER, 7000), source=CLIENT, interface="to-router"))
    nowhere = look(house, Connect(Address(SERVER, 7000), interface="lo"), patience=0.3)
    assert (there.failure, there.source) == ("", CLIENT)
    assert nowhere.failure != ""


def test_a_question_with_less_patience_than_the_run(house: House) -> None:
    async def waited() -> tuple[str, float]:
        asked = prober()
        began = asyncio.get_running_loop().time()
        answer: Any = await asked.ask(Connect(Address(SILENT, 443), within=0.2), {}, 60.0)
        await asked.close()
        return answer.failure, asyncio.get_running_loop().time() - began

    with house.client.entered():
        failure, seconds = asyncio.run(waited())
    assert failure == "timed_out"
    assert seconds < 30


def accept_all() -> None:
    import socket

    door = socket.create_server(("::", 7000), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
    kept = []
    while True:
        kept.append(door.accept())
