"""Light looks, one after the other, and what a fault that passes leaves behind: each a plain walk, and no further questions.

Whoever waits for a network, or lies in wait for a fault, looks lightly and often. What the machine says of itself is read once;
a look leaves nothing behind but its own evidence, so waiting costs the same however long it lasts.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from diag.engine.investigate import ChooseRoute, investigate
from diag.engine.recorder import Asks
from diag.model.address import Address
from diag.model.endpoint import Endpoint
from diag.model.endpoint_view import RunView, Stage
from diag.model.observation import Answer, Observation
from diag.model.question import Connect, Exchange, Handshake, Hold, Inspect, Lookup, Question, Transfer, Tunnel, Upgrade
from diag.model.run import Evidence, Limits, Repetition, Run, Trail

if TYPE_CHECKING:
    from diag.knowledge.clients.shelf import KnownClient

_APART = 1_000
"""By how much the numbers of a look's observations are moved, so that those of several looks stand side by side."""


class LastingProber:
    """A prober for many looks: it stays open, and asks the machine about itself once."""

    def __init__(self, prober: Asks) -> None:
        self._prober = prober
        self._known: dict[Question, Answer] = {}

    async def ask(self, question: Question, known: Mapping[Question, Observation], patience: float) -> Answer:
        """Ask as the prober does; what was inspected stands."""
        if not isinstance(question, Inspect):
            return await self._prober.ask(question, known, patience)
        if question not in self._known:
            self._known[question] = await self._prober.ask(question, known, patience)
        return self._known[question]

    def withdraw(self, addresses: Collection[Address], but: Collection[Question]) -> None:
        """Close what waits open there, as the prober does."""
        self._prober.withdraw(addresses, but)

    async def close(self) -> None:
        """Close the connections: the look is over, and the next one may follow."""
        await self._prober.close()


class LightLook(Struct, frozen=True):
    """One look, and how it went."""

    evidence: Evidence
    failing: tuple[str, ...]
    """The required endpoints that were not reached."""
    reached: Mapping[str, str]
    """How far the way to each of them came, as a word of `Stage` in small letters."""

    @property
    def at(self) -> datetime:
        """When it began, by this machine's clock."""
        return self.evidence.run.began


async def look_lightly(
    endpoints: Sequence[Endpoint],
    *,
    prober: LastingProber,
    choose: ChooseRoute,
    tool: str,
    limits: Limits,
    ask_system: bool = True,
    client: "KnownClient | None" = None,
    room: int = 256,
) -> LightLook:
    """Return how the plain walk to each endpoint goes, within the time for one step and a moment more."""
    brief = replace(limits, deadline=limits.timeout * 2, rounds=0)
    evidence = await investigate(
        endpoints,
        prober=prober,
        checks=(),
        choose=choose,
        tool=tool,
        limits=brief,
        ask_system=ask_system,
        client=client,
        room=room,
    )
    cases = [view for view in RunView(evidence).cases if view.endpoint.expects.required]
    failing = [view for view in cases if not view.arrived]
    reached = {str(view.endpoint): Stage(view.reached).name.lower() for view in failing}
    return LightLook(evidence, tuple(reached), reached)


def joined(evidence: Evidence, looks: Sequence[LightLook]) -> Evidence:
    """Return the evidence of an investigation, with the walks of looks before it as walks that were repeated."""
    if not looks:
        return evidence
    observations = list(evidence.observations)
    again: dict[Endpoint, list[Repetition]] = {}
    for number, look in enumerate(looks, 1):
        moved = {seen.id: _moved(seen, number) for seen in look.evidence.observations if not isinstance(seen.question, Inspect)}
        observations += moved.values()
        for trail in look.evidence.run.trails:
            walk = tuple(moved[id].id for id in trail.walk if id in moved)
            again.setdefault(trail.endpoint, []).append(Repetition(walk))
    trails = tuple(_with(trail, again.get(trail.endpoint, [])) for trail in evidence.run.trails)
    trials = replace(evidence.run.trials, repeat=evidence.run.trials.repeat + len(looks))
    run: Run = replace(evidence.run, trails=trails, trials=trials)
    return Evidence(run, tuple(sorted(observations, key=lambda seen: (seen.began, seen.id))))


def _with(trail: Trail, looks: list[Repetition]) -> Trail:
    return replace(trail, again=(*trail.again, *looks))


def _moved(seen: Observation, number: int) -> Observation:
    """The same observation as one of look `number`: of another attempt, and with an id of its own."""
    return replace(
        seen,
        id=_renumbered(seen.id, number),
        question=_of_attempt(seen.question, number + _APART),
        needed=tuple(_renumbered(id, number) for id in seen.needed),
    )


def _renumbered(id: str, number: int) -> str:
    kind, _, own = id.rpartition("-")
    return f"{kind}-{int(own) + number * _APART}"


def _of_attempt(question: Question, attempt: int) -> Question:
    """The same question, as one of another walk: whatever stands on a connection is told apart by that."""
    match question:
        case Lookup() | Connect():
            return replace(question, attempt=attempt)
        case Tunnel() | Upgrade() | Handshake() | Exchange() | Hold() | Transfer():
            return replace(question, over=_of_attempt(question.over, attempt))
        case _:
            return question
