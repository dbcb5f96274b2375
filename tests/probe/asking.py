"""Asks a Prober as the engine does: one question after the other, each answer an observation for the next."""

import asyncio
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

from diag.model.answer import DnsReply, SystemLookup
from diag.model.machine import Interfaces, MachineFacts
from diag.model.observation import Answer, Observation
from diag.model.question import Inspect, Lookup, Question
from diag.model.script import ScriptAddress
from diag.model.secret import Credential, Secret
from diag.probe.logins import Logins
from diag.probe.prober import Prober


class Deaf:
    """Stands where lookups and inspections would be answered."""

    closed = False

    async def ask(self, question: Lookup, patience: float) -> SystemLookup | DnsReply:
        return SystemLookup(addresses=("127.0.0.1",))

    async def close(self) -> None:
        self.closed = True


class Blind:
    def ask(self, question: Inspect) -> MachineFacts:
        return Interfaces(())


def prober(
    environment: Mapping[str, str] | None = None,
    logins: Logins | None = None,
    scripts: MutableMapping[ScriptAddress, Secret] | None = None,
    credentials: Mapping[str, Credential] | None = None,
) -> Prober:
    """A Prober with an empty environment, no logins, and nobody to look up or inspect."""
    return Prober(
        environment=environment or {},
        logins=logins or Logins(),
        lookups=Deaf(),
        inspector=Blind(),
        user_agent="diag/test",
        scripts=scripts,
        credentials=credentials,
    )


def ask(*questions: Question, patience: float = 5.0, **settings: Any) -> tuple[Any, ...]:
    """The answers to `questions`, in order, all over one Prober in a loop of its own."""

    async def walk() -> tuple[Answer, ...]:
        asked = prober(**settings)
        known: dict[Question, Observation] = {}
        try:
            for n, question in enumerate(questions):
                began = datetime.now(UTC)
                answer = await asked.ask(question, known, patience)
                known[question] = Observation(id=f"any-{n}", question=question, began=began, took=0.0, answer=answer)
        finally:
            await asked.close()
        return tuple(observation.answer for observation in known.values() if observation.answer)

    return asyncio.run(walk())
