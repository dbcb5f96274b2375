"""Silence: it holds nobody up, it keeps within the machine's means, and much of the same is asked about only in part."""

import asyncio
import time
from datetime import timedelta

from diag.engine.investigate import investigate
from diag.engine.progress import Progress, Watch, nobody
from diag.engine.queues import A_MOMENT, INATTENTIVE, Queue
from diag.engine.silence import ASKED_FURTHER
from diag.model.address import Address
from diag.model.answer import Session
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint import Endpoint, parse_endpoint
from diag.model.failure import Failure
from diag.model.observation import Answer
from diag.model.question import Connect, Handshake, Question
from diag.model.route import Route, RouteReason
from diag.model.run import Evidence, Limits
from diag.model.verdict import Because, Owner, unknown
from diag.report.wording.headline import circumstances
from tests.engine.scripted import Scripted

ELSEWHERE = Connect(Address("192.0.2.1", 443))
CURIOUS = EndpointCheck(
    id="test-curious",
    owner=Owner.NETWORK,
    article="A check that asks one thing more.",
    sentences=Sentences(title="", seen="", means="", remedy=()),
    judge=lambda _: unknown(Because.UNDECIDED),
    questions=lambda _: [ELSEWHERE],
)


def silent(question: Question) -> Answer | None:
    return Session(failure=Failure.TIMED_OUT) if isinstance(question, Handshake) else None


def look(prober: Scripted, endpoints: list[Endpoint], limits: Limits, room: int = 128, watch: Watch = nobody) -> Evidence:
    return asyncio.run(
        investigate(
            endpoints,
            prober=prober,
            checks=(CURIOUS,),
            choose=lambda _, __: Route(RouteReason.NOTHING_SET),
            tool="test",
            limits=limits,
            room=room,
            watch=watch,
        )
    )


def crowd(number: int) -> list[Endpoint]:
    return [parse_endpoint(f"https://10.0.{n // 250}.{n % 250 + 1}") for n in range(number)]


def test_who_is_silent_gives_its_place_to_the_next() -> None:
    prober = Scripted(silent, delay=lambda q: 1.5 if isinstance(q, Handshake) else 0.0)
    look(prober, crowd(12), Limits(in_flight=4))
    assert prober.most_at_once == 12, "all of them wait at once, though only four may be at work"


def test_what_works_has_ended_while_what_is_silent_is_waited_for_once() -> None:
    """Six that are silent come first, and four may be at work: the others end all the same, and the silent wait side by side."""
    endpoints, ended = crowd(40), list[str]()

    def waits(question: Question) -> bool:
        return isinstance(question, Handshake) and question.over.address.host in {one.host for one in endpoints[:6]}

    def watch(moved: Progress) -> None:
        ended.extend([moved.endpoint] if moved.finished else [])

    prober = Scripted(lambda q: silent(q) if waits(q) else None, delay=lambda q: 1.5 if waits(q) else 0.0)
    evidence = look(prober, endpoints, Limits(in_flight=4), watch=watch)
    assert set(ended[-6:]) == {str(one) for one in endpoints[:6]}
    silences = [one for one in evidence.observations if waits(one.question)]
    assert max(one.began for one in silences) < min(one.began + timedelta(seconds=one.took) for one in silences)


def test_no_more_is_held_open_than_the_machine_has_room_for() -> None:
    prober = Scripted(silent, delay=lambda q: 0.5 if isinstance(q, Handshake) else 0.0)
    look(prober, crowd(20), Limits(), room=7)
    assert prober.most_at_once == 7


def test_a_place_is_given_back_once() -> None:
    async def taken() -> int:
        queue, inside, most = Queue(2), 0, 0

        async def work(seconds: float) -> None:
            nonlocal inside, most
            async with queue.place():
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(seconds)
                inside -= 1

        await asyncio.gather(*(work(0.3) for _ in range(2)))
        await asyncio.sleep(0.1)
        most = 0
        await asyncio.gather(*(work(0.01) for _ in range(9)))
        return most

    assert asyncio.run(taken()) == 2


def test_a_moment_in_which_nobody_listened_is_no_silence() -> None:
    async def entered(busy: float, then: float) -> bool:
        """Whether the next got in while the first was at work: this program did something else for a time, and then listened."""
        queue, second = Queue(1), asyncio.Event()

        async def after() -> None:
            async with queue.place():
                second.set()

        async with queue.place():
            waiting = asyncio.create_task(after())
            await asyncio.sleep(0)
            time.sleep(busy)  # noqa: ASYNC251  (what is tried: a program that does not listen)
            await asyncio.sleep(then)
            got_in = second.is_set()
        await waiting
        return got_in

    assert not asyncio.run(entered(A_MOMENT + 4 * INATTENTIVE, 0.05)), "the answer may lie there, unread"
    assert asyncio.run(entered(A_MOMENT + 4 * INATTENTIVE, 4 * A_MOMENT)), "then it was silent"


def test_of_many_that_are_silent_alike_a_part_is_asked_further_and_the_report_says_so() -> None:
    evidence = look(Scripted(silent), crowd(ASKED_FURTHER + 2), Limits())
    followed = [trail for trail in evidence.run.trails if trail.followed]
    assert len(followed) == ASKED_FURTHER
    assert sum(trail.spared for trail in evidence.run.trails) == 2
    assert not any(trail.spared for trail in followed)
    assert any("2 endpoints are silent" in line for line in circumstances(evidence))


def test_who_answers_is_never_spared() -> None:
    evidence = look(Scripted(), crowd(ASKED_FURTHER + 2), Limits())
    assert not any(trail.spared for trail in evidence.run.trails)
