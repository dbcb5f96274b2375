"""What a proxy keeps out while others of ours are there is asked again alone; what fails alone, or tells nothing new, is not."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection

import pytest

from diag.engine.company import MOST_IN_VAIN, MOST_SILENT, Company
from diag.model.address import Address, Authority
from diag.model.answer import Connection, HttpReply, Session, TunnelReply
from diag.model.failure import Failure
from diag.model.observation import Answer
from diag.model.question import Connect, Exchange, Handshake, Protocol, Question, Tunnel

PROXY = Authority("proxy.example", 3128)
AT = Address("10.0.0.1", 3128)
WIRE = Connect(AT)
REFUSED = TunnelReply(failure=Failure.TUNNEL_REFUSED, status=403)
OPENED = TunnelReply(status=200)


def tunnel(number: int, protocol: Protocol = "connect") -> Tunnel:
    return Tunnel(WIRE, PROXY, Authority(f"s{number}.example", 443), protocol=protocol)


class Door:
    """A proxy that lets in `most` at once, and says `no` to the others; those that it opens stay until they are withdrawn."""

    def __init__(self, most: int, no: Callable[[Question], Answer]) -> None:
        self.company = Company(self._withdraw)
        self.asked: Counter[Question] = Counter()
        self._most = most
        self._no = no
        self._inside: set[Question] = set()

    async def ask(self, question: Question) -> tuple[Answer, str]:
        async def ask() -> Answer:
            self.asked[question] += 1
            if isinstance(question, Connect):
                return Connection()
            for_room = len(self._inside) < self._most
            self._inside.add(question)
            await asyncio.sleep(0.01)
            if for_room and isinstance(question, Tunnel):
                return OPENED
            self._inside.discard(question)
            return HttpReply(status=200) if for_room else self._no(question)

        return await self.company.ask(question, ask)

    def _withdraw(self, addresses: Collection[Address], but: Collection[Question]) -> None:
        assert list(addresses) == [AT]
        self._inside.intersection_update(but)


async def all_at_once(door: Door, questions: Collection[Question]) -> list[tuple[Answer, str]]:
    return list(await asyncio.gather(*(door.ask(question) for question in questions)))


@pytest.mark.parametrize(
    ("no", "protocol"),
    [
        (REFUSED, "connect"),
        (TunnelReply(failure=Failure.RESET), "connect"),
        (TunnelReply(failure=Failure.REFUSED, stage="connect"), "connect"),
        (TunnelReply(failure=Failure.TUNNEL_REFUSED, refusal="forbidden", code=2), "socks5"),
        (TunnelReply(failure=Failure.TIMED_OUT), "connect"),
    ],
    ids=["denied", "hung up", "not accepted", "socks", "left waiting"],
)
@pytest.mark.parametrize("most", [1, 2])
def test_what_is_let_in_alone_was_not_refused(no: TunnelReply, protocol: Protocol, most: int) -> None:
    door = Door(most, lambda _: no)
    heard = asyncio.run(all_at_once(door, [tunnel(number, protocol) for number in range(5)]))
    assert [answer for answer, _ in heard] == [OPENED] * 5
    assert sorted(before for _, before in heard) == sorted(["" for _ in range(most)] + [str(no.failure)] * (5 - most))


def test_a_plain_request_that_is_forwarded_is_asked_again_as_well() -> None:
    door = Door(1, lambda _: HttpReply(status=403))
    door.company.stands_at(PROXY, [AT])
    requests = [Exchange(WIRE, Authority(f"s{number}.example", 80), target=f"http://s{number}.example/") for number in range(3)]
    heard = asyncio.run(all_at_once(door, requests))
    assert [(answer, before) for answer, before in heard] == [
        (HttpReply(status=200), ""),
        (HttpReply(status=200), "403"),
        (HttpReply(status=200), "403"),
    ]


def test_what_fails_alone_is_asked_once() -> None:
    door = Door(0, lambda _: REFUSED)
    assert asyncio.run(door.ask(tunnel(1))) == (REFUSED, "")
    assert door.asked == {tunnel(1): 1}


def test_a_login_is_not_tried_again() -> None:
    wants = TunnelReply(failure=Failure.TUNNEL_REFUSED, status=407)
    door = Door(1, lambda _: wants)
    heard = asyncio.run(all_at_once(door, [tunnel(number) for number in range(4)]))
    assert [answer for answer, _ in heard] == [OPENED, wants, wants, wants]
    assert set(door.asked.values()) == {1}


@pytest.mark.parametrize(("failure", "most"), [(Failure.TUNNEL_REFUSED, MOST_IN_VAIN), (Failure.TIMED_OUT, MOST_SILENT)])
def test_tries_in_vain_come_to_an_end(failure: Failure, most: int) -> None:
    door = Door(0, lambda _: TunnelReply(failure=failure))
    asyncio.run(all_at_once(door, [tunnel(number) for number in range(40)]))
    asyncio.run(all_at_once(door, [tunnel(number) for number in range(40, 44)]))
    again = sum(times > 1 for question, times in door.asked.items())
    assert again == most
    assert all(door.asked[tunnel(number)] == 1 for number in range(40, 44)), "nothing new is to be learnt"


def test_what_broke_off_inside_of_a_tunnel_is_not_the_proxys_door() -> None:
    door = Door(1, lambda _: Session(failure=Failure.CUT))
    inside = [Handshake(tunnel(number), f"s{number}.example") for number in range(3)]
    asyncio.run(all_at_once(door, inside))
    assert set(door.asked.values()) == {1}


def test_a_way_goes_through_as_a_whole_where_the_proxy_is_narrow() -> None:
    door = Door(1, lambda _: REFUSED)

    async def go(number: int) -> None:
        await door.ask(tunnel(number))
        order.append(number)
        await door.ask(Exchange(tunnel(number), Authority("s.example", 443)))
        order.append(number)

    async def run() -> None:
        await all_at_once(door, [tunnel(number) for number in range(2)])  # it is known to be narrow from now on
        await asyncio.gather(*(go(number) for number in range(2, 6)))

    order: list[int] = []
    asyncio.run(run())
    assert order == [2, 2, 3, 3, 4, 4, 5, 5]


def test_who_is_called_off_while_waiting_holds_up_nobody() -> None:
    door = Door(1, lambda _: REFUSED)

    async def run() -> Answer:
        await all_at_once(door, [tunnel(number) for number in range(2)])
        waiting = [asyncio.create_task(door.ask(tunnel(number))) for number in range(2, 6)]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return (await door.ask(tunnel(6)))[0]

    assert asyncio.run(asyncio.wait_for(run(), 5)) == OPENED
