"""When a question's turn comes: so many at work at once, in all, towards one resolver and through one proxy. Waiting is free.

A question that has heard nothing for a moment gives its place to the next and waits on, so silence never holds up what works:
whatever is silent costs its own time once, however much of it there is. A place that is given up every so often is also the
limit to how many new connections a second can begin. What a question keeps until its end is the file that it holds open.

Silence is counted only while this program listens. Where it has more to do than it can, an answer lies unread: to ask ever more
then would make every answer late, and each lateness would be told as the network's.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from diag.model.address import Address, Authority
from diag.model.question import EvaluatePac, Inspect, Lookup, Question, Transfer, Tunnel, Verify
from diag.model.run import Limits

A_MOMENT = 0.25
"""Seconds of silence after which a place is given up: most answers from another continent have come by then."""
INATTENTIVE = 0.05
"""Seconds that a moment ends late where this program is busy with other answers; it begins anew then."""


class Queue:
    """So many at work at once."""

    def __init__(self, places: int) -> None:
        self._places = asyncio.Semaphore(places)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a place and take it, for a moment, or for as long as the context is open where that is shorter."""
        await self._places.acquire()
        loop = asyncio.get_running_loop()
        given_up = False
        under_way: asyncio.TimerHandle

        def give_up() -> None:
            nonlocal given_up
            if not given_up:
                given_up = True
                self._places.release()

        def moment() -> asyncio.TimerHandle:
            return loop.call_later(A_MOMENT, over, loop.time() + A_MOMENT)

        def over(due: float) -> None:
            nonlocal under_way
            if loop.time() - due > INATTENTIVE:
                under_way = moment()
            else:
                give_up()

        under_way = moment()
        try:
            yield
        finally:
            under_way.cancel()
            give_up()


class Queues:
    """The queues of one run."""

    def __init__(self, limits: Limits, room: int) -> None:
        """`room`: how many questions that hold a file open may be under way on this machine, silent or not."""
        self._files = asyncio.Semaphore(room)
        self._all = Queue(limits.in_flight)
        self._resolvers: defaultdict[Address, Queue] = defaultdict(lambda: Queue(limits.per_resolver))
        self._proxies: defaultdict[Authority, Queue] = defaultdict(lambda: Queue(limits.per_proxy))
        self._transferring = asyncio.Semaphore(1)

    @asynccontextmanager
    async def turn(self, question: Question) -> AsyncIterator[None]:
        """A context that a question is asked in, entered when its turn has come. What sends nothing waits for nobody."""
        async with AsyncExitStack() as kept:
            for condition in self._conditions(question):
                await kept.enter_async_context(condition)
            yield

    def _conditions(self, question: Question) -> tuple[AbstractAsyncContextManager[None], ...]:
        match question:
            case Inspect() | Verify() | EvaluatePac():
                return ()
            case Lookup(server=Address() as server):
                return self._files, self._resolvers[server].place()
            case Transfer():
                return (self._transferring,)  # one at a time: each is to measure its way, and not the others
            case Tunnel(proxy=proxy):
                return self._files, self._proxies[proxy].place(), self._all.place()
            case _:
                return self._files, self._all.place()
