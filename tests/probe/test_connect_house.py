"""Connects through a network that refuses them: who said no, and how, is told apart."""

from typing import Any

import pytest

from diag.model.address import Address
from diag.model.answer import IcmpError
from diag.model.question import Connect
from tests.netns import House, needs_house
from tests.netns.faults import Refusal
from tests.netns.plan import CLIENT, EMPTY, ROUTER, ROUTER6, SERVER, SERVER6, UNROUTED
from tests.probe.asking import ask

pytestmark = needs_house


def dial(house: House, host: str, patience: float = 0.4) -> Any:
    with house.client.entered():
        (answer,) = ask(Connect(Address(host, 7000)), patience=patience)
    return answer


@pytest.mark.parametrize(
    ("how", "failure", "icmp"),
    [
        ("admin-prohibited", "prohibited", IcmpError(4, 3, 13, ROUTER)),
        ("host-prohibited", "prohibited", IcmpError(4, 3, 10, ROUTER)),
        ("net-prohibited", "prohibited", IcmpError(4, 3, 9, ROUTER)),
        ("port-unreachable", "refused", IcmpError(4, 3, 3, ROUTER)),
        ("host-unreachable", "unreachable", IcmpError(4, 3, 1, ROUTER)),
        ("net-unreachable", "no_route", IcmpError(4, 3, 0, ROUTER)),
    ],
)
def test_refused_by_a_router(house: House, how: Refusal, failure: str, icmp: IcmpError) -> None:
    house.reject(how)
    answer = dial(house, SERVER)
    assert (answer.failure, answer.icmp) == (failure, icmp)


@pytest.mark.parametrize(
    ("how", "failure", "icmp"),
    [
        ("admin-prohibited", "prohibited", IcmpError(6, 1, 1, ROUTER6)),
        ("port-unreachable", "refused", IcmpError(6, 1, 4, ROUTER6)),
        ("host-unreachable", "unreachable", IcmpError(6, 1, 3, ROUTER6)),
        ("net-unreachable", "no_route", IcmpError(6, 1, 0, ROUTER6)),
    ],
)
def test_refused_by_a_router_over_ipv6(house: House, how: Refusal, failure: str, icmp: IcmpError) -> None:
    house.reject(how)
    answer = dial(house, SERVER6)
    assert (answer.failure, answer.icmp) == (failure, icmp)


def test_refused_by_the_server_itself(house: House) -> None:
    answer = dial(house, SERVER)
    assert (answer.failure, answer.icmp, answer.source) == ("refused", None, CLIENT)


def test_dropped(house: House) -> None:
    house.drop(port=7000)
    answer = dial(house, SERVER)
    assert (answer.failure, answer.icmp, answer.tcp.segments_in) == ("timed_out", None, 0)


def test_no_way_there_says_the_router(house: House) -> None:
    answer = dial(house, UNROUTED)
    assert (answer.failure, answer.icmp.sender) == ("no_route", ROUTER)


def test_nobody_at_that_address(house: House) -> None:
    answer = dial(house, EMPTY, patience=5)
    assert (answer.failure, answer.icmp) == ("unreachable", IcmpError(4, 3, 1, ROUTER))


def test_no_way_there_says_this_machine(house: House) -> None:
    house.without_default_route()
    answer = dial(house, SERVER)
    assert (answer.failure, answer.icmp, answer.tcp.segments_out) == ("no_route", None, 0)


def test_forbidden_on_this_machine(house: House) -> None:
    house.refuse_locally("prohibit")
    answer = dial(house, SERVER)
    assert (answer.failure, answer.icmp) == ("not_permitted", None)


def test_rejected_on_this_machine_has_this_machine_as_the_sender(house: House) -> None:
    house.refuse_locally("reject")
    answer = dial(house, SERVER)
    assert (answer.failure, answer.icmp.sender) == ("prohibited", CLIENT)
