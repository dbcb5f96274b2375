"""A network that answers from a script: for tests of the engine, which must not care who answers."""

import asyncio
from collections.abc import Callable, Collection, Mapping

from diag.model.address import Address
from diag.model.answer import Connection, HoldEnd, HttpReply, Session, SystemLookup, TunnelReply, UpgradeReply
from diag.model.machine import (
    HostsFile,
    Interfaces,
    Proxies,
    Resolvers,
    Routes,
    System,
    TrustSettings,
)
from diag.model.observation import Answer, Observation
from diag.model.question import Connect, Exchange, Handshake, Hold, Inspect, Lookup, Question, Topic, Tunnel, Upgrade

MACHINE: dict[Topic, Answer] = {
    Topic.SYSTEM: System("Linux", "6", "x86_64", "3.11", "3", "4"),
    Topic.INTERFACES: Interfaces(()),
    Topic.ROUTES: Routes(()),
    Topic.RESOLVERS: Resolvers(()),
    Topic.HOSTS: HostsFile("/etc/hosts"),
    Topic.PROXIES: Proxies(),
    Topic.TRUST: TrustSettings(),
}
Script = Callable[[Question], Answer | BaseException | None]


def healthy(question: Question) -> Answer:
    """The answer of a machine and a network without fault."""
    match question:
        case Inspect():
            return MACHINE[question.topic]
        case Lookup():
            return SystemLookup(("10.0.0.1", "10.0.0.2"))
        case Connect():
            return Connection(source="10.0.0.9")
        case Tunnel():
            return TunnelReply(status=200)
        case Upgrade():
            return UpgradeReply()
        case Handshake():
            return Session(finished=True)
        case Exchange():
            return HttpReply(status=404)
        case Hold():
            return HoldEnd(lived=question.seconds)
        case _:
            raise AssertionError(f"nobody should ask {question}")


class Scripted:
    """A prober that follows a script, and the healthy answers where the script says None. It remembers what was asked."""

    def __init__(self, script: Script = lambda _: None, delay: Callable[[Question], float] = lambda _: 0.0) -> None:
        self.asked: list[Question] = []
        self.patience: dict[Question, float] = {}
        self.closed = False
        self.withdrawn: list[Address] = []
        self.most_at_once = 0
        self._at_once = 0
        self._script = script
        self._delay = delay

    async def ask(self, question: Question, known: Mapping[Question, Observation], patience: float) -> Answer:
        self.asked.append(question)
        self.patience[question] = patience
        if isinstance(question, Inspect):
            return self._answer(question)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await asyncio.sleep(self._delay(question))
        finally:
            self._at_once -= 1
        return self._answer(question)

    def _answer(self, question: Question) -> Answer:
        answer = self._script(question)
        if isinstance(answer, BaseException):
            raise answer
        return answer or healthy(question)

    def withdraw(self, addresses: Collection[Address], but: Collection[Question]) -> None:
        self.withdrawn += addresses

    async def close(self) -> None:
        self.closed = True
