"""The notebook of a run: every question asked once, every answer written down, and the limits that all of it keeps to."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from diag.engine.company import Company
from diag.engine.queues import Queues
from diag.engine.timeouts import Patience
from diag.model.address import Address
from diag.model.observation import Answer, Fault, FaultKind, Observation, Unsupported
from diag.model.question import Inspect, Lookup, Question, Verify, kind, stands_on
from diag.model.run import Limits
from diag.model.wire.unreadable import place

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the wall clock of this machine, right or wrong."""
    return datetime.now(UTC)


class Asks(Protocol):
    """Whoever can ask questions of this machine and of the network."""

    async def ask(self, question: Question, known: Mapping[Question, Observation], patience: float) -> Answer:
        """Return the answer, also where the operation failed (the failure is in it).

        `known` holds what was seen so far; `patience` is in seconds, and running out of it is an answer too. Raises
        Unsupported where this system cannot ask; any other exception is a bug of ours.
        """
        ...

    def withdraw(self, addresses: Collection[Address], but: Collection[Question]) -> None:
        """Close what waits open at these addresses, except what the questions `but` have opened."""
        ...

    async def close(self) -> None:
        """End everything that is still open."""
        ...


class Recorder:
    """Asks questions through a prober and keeps what came back, in the order in which it was asked.

    One notebook is one run. Cancelling who waits for a question writes the question down as a fault of kind `ending`.
    """

    def __init__(self, prober: Asks, limits: Limits, clock: Clock, room: int) -> None:
        """`room`: see `Queues`."""
        self._prober = prober
        self._patience = Patience(limits.timeout)
        self.began = clock()
        self._zero = time.monotonic()
        self._tasks: dict[Question, asyncio.Task[Observation]] = {}
        self._numbers: defaultdict[str, int] = defaultdict(int)
        self._queues = Queues(limits, room)
        self.company = Company(prober.withdraw)
        self.seen: dict[Question, Observation] = {}
        self.sending = asyncio.Event()
        """Set when the first packet is out."""
        self.ending = FaultKind.INTERRUPTED
        """What a question that is cancelled from now on died of."""

    def now(self) -> datetime:
        """Return the run's clock: it starts at the wall clock and never jumps."""
        return self.began + timedelta(seconds=time.monotonic() - self._zero)

    async def ask(self, question: Question, *, further: bool = False) -> Observation | None:
        """Return the observation of a question, asked now or earlier; None where what it stands on has failed.

        `further`: it is asked after a first look, to compare; see `Patience`.
        """
        for basis in stands_on(question):
            standing = await self.ask(basis, further=further)
            # A lookup is known by its failure too, and a store can be asked about what a handshake left behind.
            if not (isinstance(question, Verify) or isinstance(basis, Lookup) or holds(standing)):
                return None
        task = self._tasks.get(question)
        if task is None:
            task = self._tasks[question] = asyncio.create_task(self._observe(question, further=further))
        return await task

    def ids(self, questions: Iterable[Question]) -> tuple[str, ...]:
        """Return the ids of those questions that have an observation, in the given order, each once."""
        return tuple(dict.fromkeys(self.seen[question].id for question in questions if question in self.seen))

    async def close(self) -> None:
        """End what is under way, as faults of kind `ending`, and let the prober close."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._prober.close()

    async def _observe(self, question: Question, *, further: bool) -> Observation:
        self._numbers[kind(question)] += 1
        name = f"{kind(question)}-{self._numbers[kind(question)]}"
        needed = self.ids(stands_on(question))
        began, started = self.now(), time.monotonic()

        def keep(answer: Answer | None = None, crowded: str = "", *, fault: Fault | None = None) -> Observation:
            took = round(time.monotonic() - started, 6)
            observation = self.seen[question] = Observation(name, question, began, took, answer, fault, needed, crowded)
            if answer is not None:
                self._patience.learn(question, answer, took)
            return observation

        async def ask() -> Answer:
            nonlocal began, started
            async with self._queues.turn(question):
                began, started = self.now(), time.monotonic()
                patience = self._patience.of(question, further=further)
                if not (self.sending.is_set() or isinstance(question, Inspect)):
                    asyncio.get_running_loop().call_soon(self.sending.set)  # when the prober has sent, and waits
                return await self._prober.ask(question, self.seen, patience)

        try:
            return keep(*await self.company.ask(question, ask))
        except asyncio.CancelledError:
            keep(fault=Fault(self.ending))
            raise
        except Unsupported as missing:
            return keep(fault=Fault(FaultKind.UNSUPPORTED, str(missing)))
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as bug:  # noqa: BLE001  (a probe that breaks, or a library that panics, costs its own answer only)
            return keep(fault=Fault(FaultKind.BROKEN, place(bug)))


def holds(observation: Observation | None) -> bool:
    """Return whether another question can stand on this one."""
    return observation is not None and observation.answer is not None and not getattr(observation.answer, "failure", "")
