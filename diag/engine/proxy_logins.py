"""How often, and in which way, a proxy is given a login: accounts get locked by wrong passwords."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from msgspec.structs import replace

from diag.model.address import Authority
from diag.model.answer import TunnelReply
from diag.model.author import login_schemes
from diag.model.observation import Observation
from diag.model.question import Login, Question, Tunnel

Ask = Callable[[Question], Coroutine[Any, Any, Observation | None]]
Asked = tuple[Tunnel, Observation | None]
MOST_UNCLEAR = 3
"""How often a login may go unanswered before it is taken for refused."""
BETTER: tuple[tuple[str, Login], ...] = (("digest", "digest"), ("negotiate", "negotiate"), ("ntlm", "ntlm"))
"""The ways of logging in besides Basic, by their names on the wire, in the order in which they are taken."""


class ProxyLogins:
    """Tries a proxy's credentials once at a time, and never again once they were refused.

    Basic goes first, as most clients have it. A proxy that does not offer Basic has not looked at the password: it is then
    given in a way that is on offer, once.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._way: dict[Authority, Login] = {}
        """The way that was accepted."""
        self._refused: dict[Authority, list[Tunnel]] = {}
        self._unclear: Counter[Authority] = Counter()

    async def ask(self, question: Tunnel, ask: Ask) -> list[Asked]:
        """What was asked for `question`, in order; the last one counts. Once its proxy has refused, that is what counts."""
        if question.login == "none":
            return [(question, await ask(question))]
        if question.proxy in self._way:
            return [await _asked(replace(question, login=self._way[question.proxy]), ask)]
        async with self._turn:
            if question.proxy in self._way:
                return [await _asked(replace(question, login=self._way[question.proxy]), ask)]
            if question.proxy in self._refused:
                return [await _asked(known, ask) for known in self._refused[question.proxy]]
            asked = [await _asked(question, ask)]
            better = _better(asked[0])
            if better is not None:
                asked.append(await _asked(better, ask))
            self._learn(asked)
            return asked

    def _learn(self, asked: list[Asked]) -> None:
        """What the answers say of the login. Silence says nothing, but is not asked for without end."""
        question, observation = asked[-1]
        if observation is None:
            return
        if not isinstance(observation.answer, TunnelReply):  # a way of logging in that this build does not have
            self._refused[question.proxy] = [one for one, _ in asked]
            return
        answer = observation.answer
        self._unclear[question.proxy] += not answer.heard
        if answer.login_refused or self._unclear[question.proxy] >= MOST_UNCLEAR:
            self._refused[question.proxy] = [one for one, _ in asked]
        elif answer.heard:
            self._way[question.proxy] = question.login


async def _asked(question: Tunnel, ask: Ask) -> Asked:
    return question, await ask(question)


def _better(asked: Asked) -> Tunnel | None:
    """The same with a way of logging in that the proxy offers, where it does not offer Basic; None: there is none."""
    question, observation = asked
    answer = observation.answer if observation else None
    if question.login != "basic" or not isinstance(answer, TunnelReply) or not answer.login_refused:
        return None
    offered = {scheme.lower() for scheme in login_schemes(answer.headers)}
    way = next((login for name, login in BETTER if name in offered), None)
    return None if way is None or "basic" in offered else replace(question, login=way)
