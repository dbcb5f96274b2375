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
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from diag.model.address import Address, Authority
from diag.model.question import EvaluatePac, Inspect, Lookup, Question, Transfer, Tunnel, Verify
from diag.model.run import Limits

A_MOMENT = 0.25
"""Seconds of silence after which a place is given up: most answers from another continent have come by then."""
INATTENTIVE = 0.05
"""Seconds that a moment ends late where this program is busy with other answers; it begins anew then."""
_MOST_CONDITIONS = 3
"""A file, a place towards one resolver or proxy, and one among all."""
_NONE_MORE: tuple[AbstractAsyncContextManager[None], ...] = (nullcontext(),) * _MOST_CONDITIONS


class Queue:
    """So many at work at once."""

    def __init__(self, places: int) -> None:
        self._places = asyncio.Semaphore(places)

    def place(self) -> "Place":
        """Return a place that is waited for and taken when it is entered."""
        return Place(self._places)


class Place:
    """One place in a queue: it is held for a moment, or for as long as the context is open where that is shorter."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._moment: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> None:
        await self._places.acquire()
        self._began()

    async def __aexit__(self, *_: object) -> None:
        self._give_up()

    def _began(self) -> None:
        """Count a moment from now."""
        loop = asyncio.get_running_loop()
        self._moment = loop.call_later(A_MOMENT, self._over, loop.time() + A_MOMENT)

    def _over(self, due: float) -> None:
        if asyncio.get_running_loop().time() - due > INATTENTIVE:
            self._began()
        else:
            self._give_up()

    def _give_up(self) -> None:
        if self._moment is not None:
            self._moment.cancel()
            self._moment = None
            self._places.release()


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
        first, second, third = (*self._conditions(question), *_NONE_MORE)[:_MOST_CONDITIONS]
        async with first, second, third:
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
