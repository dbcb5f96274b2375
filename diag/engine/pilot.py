"""The way to an endpoint as a proxy script names it, where this client obeys one."""

import asyncio
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from diag.engine.proxy_logins import Ask
from diag.model.endpoint import Endpoint
from diag.model.question import Question
from diag.model.route import Route, RouteReason
from diag.model.run import Evidence
from diag.model.script import ScriptAddress
from diag.model.steering import Course, steer

Known = Callable[[Sequence[Question]], Evidence]
"""The evidence of some questions, with what the machine said of itself."""


class Pilot:
    """Completes the routes that a script decides."""

    def __init__(self, ask: Ask, known: Known) -> None:
        self._ask = ask
        self._known = known

    async def decide(self, endpoint: Endpoint, route: Route, asked: list[Question]) -> Route:
        """`route` as it was chosen, or, where that leaves it to a script, as the script says. `asked` grows meanwhile.

        The first way that the script names is taken. Where the script is of no use the way is direct, as browsers go then.
        """
        if route.why is not RouteReason.SCRIPT:
            return route
        course = await self.follow(endpoint, route.script, asked)
        route = replace(route, script=course.address)
        if course.absent:
            return replace(route, why=RouteReason.NOTHING_DETECTED)
        if course.steered is None or not course.steered.answer.ways:
            return replace(route, why=RouteReason.SCRIPT_FAILED)
        return replace(route, proxy=course.steered.answer.ways[0].proxy)

    async def follow(self, endpoint: Endpoint, script: ScriptAddress | None, asked: list[Question]) -> Course:
        """Asks a script for the way to an endpoint, step by step to the end."""
        while True:
            course = steer(self._known(asked), script, endpoint)
            new = [question for question in course.wanted if question not in asked]
            if not new:
                return course
            asked += new
            async with asyncio.TaskGroup() as group:
                for question in new:
                    group.create_task(self._ask(question))
