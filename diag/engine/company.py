"""Who else of ours is at a proxy: some let each computer have few connections, and refuse the next one or leave it waiting.

That is no rule against a service, and a program that opens one connection never meets it. So what is kept out at a proxy while
other connections of ours are open there is asked once again when none is, and only that answer counts. A proxy that lets in
alone what it kept out in company is narrow: from then on everything there is asked one by one.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import asynccontextmanager

from diag.knowledge.response_author import login_refused
from diag.model.address import Address, Authority
from diag.model.answer import HttpReply, Session, TunnelReply
from diag.model.failure import Failure
from diag.model.observation import Answer
from diag.model.question import Connect, EvaluatePac, Handshake, Question, Tunnel, Verify, addresses_dialled, stands_on

A_LULL = 0.05
"""Seconds without a question at a proxy, after which nobody is taken to be on the way; and so long it has to note who left."""
A_STEP = 0.01
"""Seconds after an answer within which whoever stands on it asks on."""
LINGERS = 0.25
"""Seconds for which a proxy may go on counting a connection that we have closed."""
MOST_IN_VAIN = 16
"""After so many tries alone that were kept out like the first ones, and none that was let in, it is not our crowd."""
MOST_SILENT = 2
"""The same of tries that ended in silence, each of which costs its whole time."""
_CROWDED = frozenset({403, 429, 502, 503, 504})
"""How a proxy that forwards a plain request may say that there are too many."""
_ENDINGS = frozenset({Failure.CUT, Failure.RESET, Failure.TIMED_OUT})

Withdraw = Callable[[Collection[Address], Collection[Question]], None]
"""Closes what waits open at some addresses, except what these questions opened."""


class Company:
    """The proxies of one run, and what of ours is there."""

    def __init__(self, withdraw: Withdraw) -> None:
        self._withdraw = withdraw
        self._proxies: dict[Address, Authority] = {}
        self._places: dict[Authority, _Place] = {}

    def stands_at(self, proxy: Authority, addresses: Iterable[Address]) -> None:
        """Take note of where a proxy stands: one machine, or several that count together."""
        self._proxies.update(dict.fromkeys(addresses, proxy))

    async def ask(self, question: Question, ask: Callable[[], Awaitable[Answer]]) -> tuple[Answer, str]:
        """Return the answer that counts, and how the question was kept out in company before; empty: it was not."""
        place = self._place_of(question)
        if place is None:
            return await ask(), ""
        await place.opened.wait()
        if isinstance(question, Connect):
            return place.noted(question, await ask()), ""
        if place.narrow:
            async with place.turn(question), place.alone(question):
                return place.noted(question, await ask()), ""
        with_others, first = await place.ask(question, ask)
        kept_out = _kept_out(question, first)
        if kept_out and not with_others:
            place.learn_alone(silent=kept_out == Failure.TIMED_OUT)
        if not (kept_out and with_others):
            return first, ""
        async with place.turn(question):
            if place.tried_enough(kept_out):
                return first, ""
            async with place.alone(question):
                answer = place.noted(question, await ask())
            place.learn(kept_out, let_in=not _kept_out(question, answer))
        return answer, kept_out

    def _place_of(self, question: Question) -> "_Place | None":
        """Where a question meets a proxy; None: it meets none."""
        if isinstance(question, Verify | EvaluatePac):
            return None  # nothing is sent
        tunnel = _tunnel(question)
        dialled = addresses_dialled(question)
        if tunnel:
            self.stands_at(tunnel.proxy, dialled)
        proxy = next((self._proxies[address] for address in dialled if address in self._proxies), None)
        if proxy is None:
            return None
        return self._places.setdefault(proxy, _Place(lambda but: self._withdraw(self._addresses(proxy), but)))

    def _addresses(self, proxy: Authority) -> list[Address]:
        return [address for address, its in self._proxies.items() if its == proxy]


class _Place:
    """One proxy, and what of ours is there."""

    def __init__(self, withdraw: Callable[[Collection[Question]], None]) -> None:
        self.narrow = False
        self.opened = asyncio.Event()
        """Cleared while somebody is there alone."""
        self.opened.set()
        self._taken = False
        self._queue: dict[Question, asyncio.Future[None]] = {}
        """Who wants to be there alone and waits for the others who do, in order."""
        self._withdraw = withdraw
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._under_way: dict[Question, bool] = {}
        """What is asked now, with whether it has met others of ours there."""
        self._waiting: set[Question] = set()
        """What has opened a connection that nothing stands on yet."""
        self._entered = 0
        self._left = 0.0
        """The loop's time when what the proxy had let in was last closed."""
        self._in_vain: defaultdict[bool, int] = defaultdict(int)

    async def ask(self, question: Question, ask: Callable[[], Awaitable[Answer]]) -> tuple[bool, Answer]:
        """Return whether others of ours were there meanwhile, and the answer."""
        self._waiting.difference_update(stands_on(question))
        lingering = asyncio.get_running_loop().time() - self._left < LINGERS
        self._under_way[question] = bool(self._under_way or self._waiting) or lingering
        if len(self._under_way) > 1:
            self._under_way.update(dict.fromkeys(self._under_way, True))
        self._entered += 1
        self._quiet.clear()
        try:
            answer = await ask()
        finally:
            with_others = self._under_way.pop(question)
            if not self._under_way:
                self._quiet.set()
        return with_others, self.noted(question, answer)

    def noted(self, question: Question, answer: Answer) -> Answer:
        """Take note of what an answer leaves open, or has closed, and return it."""
        if not getattr(answer, "failure", ""):
            if isinstance(question, Connect | Tunnel | Handshake):
                self._waiting.add(question)
            else:
                self._left = asyncio.get_running_loop().time()
        elif _tunnel(question) not in (None, question):
            self._left = asyncio.get_running_loop().time()
        return answer

    @asynccontextmanager
    async def turn(self, question: Question) -> AsyncIterator[None]:
        """A context that one question is in at a time. Whoever goes on from what is open there comes first, so that a walk goes
        through as a whole.
        """
        if self._taken:
            called = self._queue[question] = asyncio.get_running_loop().create_future()
            try:
                await called
            except asyncio.CancelledError:
                if self._queue.pop(question, None) is None and not called.cancelled():
                    self._call_next()
                raise
        self._taken = True
        try:
            yield
        finally:
            asyncio.get_running_loop().call_later(A_STEP if self._waiting else 0.0, self._call_next)

    def _call_next(self) -> None:
        going_on = (question for question in self._queue if not self._waiting.isdisjoint(stands_on(question)))
        question = next(going_on, next(iter(self._queue), None))
        if question is None:
            self._taken = False
        elif not (called := self._queue.pop(question)).done():
            called.set_result(None)
        else:  # cancelled this very moment
            self._call_next()

    @asynccontextmanager
    async def alone(self, question: Question) -> AsyncIterator[None]:
        """A context, entered in its turn, in which nothing else of ours is there: first, whoever is on the way arrives."""
        await self._lull()
        self.opened.clear()
        try:
            others = self._waiting.difference(stands_on(question))
            opens_anew = self._waiting.isdisjoint(stands_on(question))
            self._withdraw(stands_on(question))
            self._waiting.clear()
            if others or (opens_anew and asyncio.get_running_loop().time() - self._left < LINGERS):
                await asyncio.sleep(A_LULL)  # the proxy has to note it, too
            yield
        finally:
            self.opened.set()

    async def _lull(self) -> None:
        while not (self.narrow and self._quiet.is_set()):
            await self._quiet.wait()
            entered = self._entered
            await asyncio.sleep(A_LULL)
            if entered == self._entered and not self._under_way:
                return

    def tried_enough(self, kept_out: str) -> bool:
        """Return whether another try alone would tell nothing new."""
        silent = kept_out == Failure.TIMED_OUT
        return not self.narrow and self._in_vain[silent] >= (MOST_SILENT if silent else MOST_IN_VAIN)

    def learn_alone(self, *, silent: bool) -> None:
        """Take note of what was kept out with nobody else of ours there: who is silent to a single guest is silent to all."""
        self._in_vain[silent] += MOST_SILENT if silent else 1

    def learn(self, kept_out: str, *, let_in: bool) -> None:
        """Take note of how it went alone with what was kept out in company."""
        self.narrow = self.narrow or let_in
        self._in_vain[kept_out == Failure.TIMED_OUT] += not let_in


def _tunnel(question: Question) -> Tunnel | None:
    """The tunnel that a question asks for, or goes through."""
    if isinstance(question, Tunnel):
        return question
    return next((tunnel for basis in stands_on(question) if (tunnel := _tunnel(basis))), None)


def _kept_out(question: Question, answer: Answer) -> str:
    """How a proxy kept a question out, where that may be for want of room: a failure, or a status; empty: it did not."""
    if isinstance(answer, TunnelReply | HttpReply) and login_refused(answer):
        return ""
    reopening = getattr(answer, "stage", "")
    if reopening or isinstance(question, Tunnel):
        return str(getattr(answer, "failure", ""))
    if _tunnel(question):
        return ""
    if isinstance(answer, HttpReply):
        return answer.failure or (str(answer.status) if answer.status in _CROWDED else "")
    return answer.failure if isinstance(answer, Session) and answer.failure in _ENDINGS else ""
