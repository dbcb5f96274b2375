"""Light looks: the way is walked anew each time, the machine is asked about itself once, and who was not reached is named."""

import asyncio
from collections import Counter

from diag.engine.looks import LastingProber, LightLook, look_lightly
from diag.model.answer import Connection
from diag.model.endpoint import Expectations, parse_endpoint
from diag.model.observation import Answer
from diag.model.question import Connect, Inspect, Question
from diag.model.route import Route, RouteReason
from diag.model.run import Limits
from tests.engine.scripted import Scripted

GOOD, BAD, SPARE = "http://good.test", "http://bad.test:8443", "http://spare.test:8443"
ENDPOINTS = (parse_endpoint(GOOD), parse_endpoint(BAD), parse_endpoint(SPARE, expects=Expectations(required=False)))


def refused(question: Question) -> Answer | None:
    """Port 8443 refuses."""
    return Connection("refused") if isinstance(question, Connect) and question.address.port == 8443 else None


async def looks(prober: Scripted, number: int) -> list[LightLook]:
    lasting = LastingProber(prober)
    found = []
    for _ in range(number):
        found.append(
            await look_lightly(
                ENDPOINTS,
                prober=lasting,
                choose=lambda _, __: Route(RouteReason.NOTHING_SET),
                tool="test",
                limits=Limits(),
            )
        )
    return found


def test_who_was_not_reached_is_named_with_how_far_the_way_came_and_what_is_optional_is_not() -> None:
    (look,) = asyncio.run(looks(Scripted(refused), 1))
    assert look.reached == {BAD: "connect"}
    assert look.failing == (BAD,)


def test_the_machine_is_asked_about_itself_once_and_the_way_is_walked_each_time() -> None:
    prober = Scripted(refused)
    asyncio.run(looks(prober, 2))
    times = Counter(prober.asked)
    assert {times[question] for question in times if isinstance(question, Inspect)} == {1}
    assert {times[question] for question in times if isinstance(question, Connect)} == {2}
