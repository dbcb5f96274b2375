"""How often, and in which way, a proxy is given a login: accounts get locked by wrong passwords."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from msgspec.structs import replace

from diag.knowledge.response_author import login_refused, login_schemes
from diag.model.address import Authority
from diag.model.answer import HttpReply, TunnelReply
from diag.model.observation import Observation
from diag.model.question import Exchange, LoginScheme, Question, Tunnel

Ask = Callable[[Question], Coroutine[Any, Any, Observation | None]]
Wish = Tunnel | Exchange
"""A question with which a proxy's login may go: for a tunnel, or for a plain request that it forwards."""
Asked = tuple[Wish, Observation | None]
_Place = tuple[type[Wish], Authority]
"""What a refusal holds for: tunnels through a proxy, or plain requests. An observation of the one says nothing of the other."""
MOST_UNCLEAR = 3
"""How often a login may go unanswered before it is taken for refused."""
BETTER: tuple[tuple[str, LoginScheme], ...] = (("digest", "digest"), ("negotiate", "negotiate"), ("ntlm", "ntlm"))
"""The ways of logging in besides Basic, by their names on the wire, in the order in which they are taken."""


class ProxyLogins:
    """Tries a proxy's credentials once at a time, and never again once they were refused: once for tunnels, once for requests.

    Basic goes first, as most clients have it. A proxy that does not offer Basic has not looked at the password: it is then
    given in a way that is on offer, once.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._way: dict[Authority, LoginScheme] = {}
        """The way that was accepted."""
        self._refused: dict[_Place, list[Wish]] = {}
        self._unclear: Counter[_Place] = Counter()

    async def ask(self, question: Wish, ask: Ask) -> list[Asked]:
        """What was asked for `question`, in order; the last one counts. Once its proxy has refused, that is what counts."""
        if question.login == "none" or question.proxy is None:
            return [(question, await ask(question))]
        if question.proxy in self._way:
            return [await _asked(replace(question, login=self._way[question.proxy]), ask)]
        async with self._turn:
            place = (type(question), question.proxy)
            if question.proxy in self._way:
                return [await _asked(replace(question, login=self._way[question.proxy]), ask)]
            if place in self._refused:
                return [await _asked(known, ask) for known in self._refused[place]]
            asked = [await _asked(question, ask)]
            better = _better(asked[0])
            if better is not None:
                asked.append(await _asked(better, ask))
            self._learn(asked, place)
            return asked

    def _learn(self, asked: list[Asked], place: _Place) -> None:
        """What the answers say of the login. Silence says nothing, but is not asked for without end."""
        question, observation = asked[-1]
        if observation is None:
            return
        answer = observation.answer
        if not isinstance(answer, TunnelReply | HttpReply):  # a way of logging in that this build does not have
            self._refused[place] = [one for one, _ in asked]
            return
        self._unclear[place] += not answer.heard
        if login_refused(answer) or self._unclear[place] >= MOST_UNCLEAR:
            self._refused[place] = [one for one, _ in asked]
        elif answer.heard:
            self._way[place[1]] = question.login


async def _asked(question: Wish, ask: Ask) -> Asked:
    return question, await ask(question)


def _better(asked: Asked) -> Wish | None:
    """The same with a way of logging in that the proxy offers, where it does not offer Basic; None: there is none."""
    question, observation = asked
    answer = observation.answer if observation else None
    if question.login != "basic" or not isinstance(answer, TunnelReply | HttpReply) or not login_refused(answer):
        return None
    offered = {scheme.lower() for scheme in login_schemes(answer)}
    way = next((login for name, login in BETTER if name in offered), None)
    return None if way is None or "basic" in offered else replace(question, login=way)
