"""How often, and in which way, a proxy is given a login: accounts get locked by wrong ones, and a password is not for everybody.

A proxy is first asked without one. It is given one only if it wants one, in a way that it offers itself, and, where it is spoken
to over TLS, after it has shown a certificate that this client accepts. Once refused it is refused, whatever is asked, and how.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine
from typing import Any

from msgspec.structs import replace

from diag.knowledge.response_author import login_refused, login_schemes
from diag.model.address import Authority
from diag.model.answer import HttpReply, Session, TunnelReply
from diag.model.observation import Observation
from diag.model.question import Exchange, Handshake, LoginScheme, Question, Tunnel
from diag.model.wire.certificate import covers, read_chain

Ask = Callable[[Question], Coroutine[Any, Any, Observation | None]]
Wish = Tunnel | Exchange
"""A question with which a proxy's login may go: for a tunnel, or for a plain request that it forwards."""
Asked = tuple[Wish, Observation | None]
MOST_UNCLEAR = 3
"""How often a proxy may say nothing before it is taken for one that refuses."""
WAYS: tuple[tuple[str, LoginScheme], ...] = (
    ("basic", "basic"),
    ("digest", "digest"),
    ("negotiate", "negotiate"),
    ("ntlm", "ntlm"),
)
"""The ways of logging in by their names on the wire, in the order in which they are taken; most clients have Basic."""


class ProxyLogins:
    """Tries a proxy's credentials once at a time, and never again once they were refused."""

    def __init__(self) -> None:
        self._turns: defaultdict[Authority, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._way: dict[Authority, LoginScheme] = {}
        """The way that was accepted."""
        self._open: set[Authority] = set()
        """The proxies that have let something through without a login."""
        self._refused: dict[Authority, list[Wish]] = {}
        """What was asked when the login was refused, in order."""
        self._unclear: Counter[Authority] = Counter()

    async def ask(self, question: Wish, ask: Ask) -> list[Asked]:
        """Return what was asked for `question`, in order; the last one counts.

        Once its proxy has refused, that is what counts.
        """
        proxy = question.proxy
        if question.login == "none" or proxy is None:
            return [await _asked(question, ask)]
        if not await _is_trusted(question, ask):
            return [await _asked(_bare(question), ask)]
        if proxy in self._way:
            return [await _asked(replace(question, login=self._way[proxy]), ask)]
        first: list[Asked] = []
        if proxy in self._open:
            first = [await _asked(_bare(question), ask)]
            if not _wants_login(first[0]):
                return first
        async with self._turns[proxy]:
            if proxy in self._way:
                return [*first, await _asked(replace(question, login=self._way[proxy]), ask)]
            if proxy in self._refused:
                return [await _asked(known, ask) for known in self._refused[proxy]]
            asked = first or [await _asked(question if question.login == "password" else _bare(question), ask)]
            login = _login_for(asked[0])
            if login is not None:
                asked.append(await _asked(login, ask))
            self._learn(asked, proxy)
            return asked

    def _learn(self, asked: list[Asked], proxy: Authority) -> None:
        """What the answers say of the login. Silence says nothing, but is not asked for without end."""
        question, observation = asked[-1]
        if observation is None:
            return
        answer = observation.answer
        if not isinstance(answer, TunnelReply | HttpReply):  # a way of logging in that this build does not have
            self._refused[proxy] = [one for one, _ in asked]
            return
        self._unclear[proxy] += not answer.heard
        if login_refused(answer) or self._unclear[proxy] >= MOST_UNCLEAR:
            self._refused[proxy] = [one for one, _ in asked]
        elif answer.heard and question.login == "none":
            self._open.add(proxy)
        elif answer.heard:
            self._way[proxy] = question.login


async def _asked(question: Wish, ask: Ask) -> Asked:
    return question, await ask(question)


def _bare(question: Wish) -> Wish:
    return replace(question, login="none")


async def _is_trusted(question: Wish, ask: Ask) -> bool:
    """Whether the proxy is spoken to in the clear, as it is set, or has shown a certificate that this client accepts."""
    if not isinstance(question.over, Handshake):
        return True
    shown = await ask(question.over)
    answer = shown.answer if shown else None
    if not isinstance(answer, Session) or answer.verify_errors or question.proxy is None:
        return False
    chain = read_chain(answer.chain)
    return bool(chain) and covers(chain[0], question.proxy.host)


def _wants_login(asked: Asked) -> bool:
    """Whether a proxy refused for want of a login."""
    answer = asked[1].answer if asked[1] else None
    return isinstance(answer, TunnelReply | HttpReply) and login_refused(answer)


def _login_for(asked: Asked) -> Wish | None:
    """The same with a login, in the first way that the proxy offers; None: it wants none, or offers none that there is."""
    question, observation = asked
    answer = observation.answer if observation else None
    if question.login != "none" or not isinstance(answer, TunnelReply | HttpReply) or not login_refused(answer):
        return None
    offered = {scheme.lower() for scheme in login_schemes(answer)}
    way = next((login for name, login in WAYS if name in offered), None)
    return None if way is None else replace(question, login=way)
