"""The way to an endpoint as a proxy script names it, where this client obeys one."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from diag.engine.proxy_logins import Ask
from diag.knowledge.fetching import DirectConnect, dial
from diag.knowledge.pac import PacProgress, evaluate_pac
from diag.model.address import Authority
from diag.model.endpoint import Endpoint
from diag.model.question import Question
from diag.model.route import ProxyAddress, Route, RouteReason, ScriptWay
from diag.model.run import Evidence
from diag.model.script import ScriptAddress

_Known = Callable[[Sequence[Question]], Evidence]
"""The evidence of some questions, with what the machine said of itself."""
Step = TypeVar("Step", PacProgress, DirectConnect)
"""Something that takes several steps, each of which says what to ask next."""


class Pilot:
    """Completes the routes that a script decides."""

    def __init__(self, ask: Ask, known: _Known) -> None:
        self._ask = ask
        self._known = known

    async def decide(self, endpoint: Endpoint, route: Route, asked: list[Question]) -> Route:
        """Return `route` as it was chosen, or, where that leaves it to a script, as the script says. `asked` grows meanwhile.

        As browsers do, the first way is taken whose proxy accepts a connection; the first of all where none does. Where the
        script is of no use the way is direct; so it is where it could not be tried, and then nothing that answers is called well.
        """
        if route.why is not RouteReason.SCRIPT:
            return route
        course = await self.follow(endpoint, route.script, asked)
        route = replace(route, script=course.address)
        if course.absent:
            return replace(route, why=RouteReason.NOTHING_DETECTED)
        if course.steered is None or not course.steered.answer.ways:
            untried = any(seen.fault for seen in course.seen)
            return replace(route, why=RouteReason.SCRIPT_UNTRIED if untried else RouteReason.SCRIPT_FAILED)
        return await self._first_open(route, course.steered.answer.ways, asked)

    async def follow(self, endpoint: Endpoint, script: ScriptAddress | None, asked: list[Question]) -> PacProgress:
        """Ask a script for the way to an endpoint, step by step to the end."""
        return await self._pursue(lambda known: evaluate_pac(known, script, endpoint), asked)

    async def _first_open(self, route: Route, ways: tuple[ScriptWay, ...], asked: list[Question]) -> Route:
        passed_over: list[ProxyAddress] = []
        for way in ways if len(ways) > 1 else ():
            if way.proxy is None or (await self._dialled(way.proxy.authority, asked)).opened:
                return replace(route, proxy=way.proxy, passed_over=tuple(passed_over))
            passed_over.append(way.proxy)
        return replace(route, proxy=ways[0].proxy)

    async def _dialled(self, proxy: Authority, asked: list[Question]) -> DirectConnect:
        return await self._pursue(lambda known: dial(known, proxy, every=True), asked)

    async def _pursue(self, step: Callable[[Evidence], Step], asked: list[Question]) -> Step:
        """Takes steps until one wants to know nothing new."""
        while True:
            stand = step(self._known(asked))
            new = [question for question in stand.wanted if question not in asked]
            if not new:
                return stand
            asked += new
            async with asyncio.TaskGroup() as group:
                for question in new:
                    group.create_task(self._ask(question))
