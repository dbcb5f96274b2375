"""Every question goes to the probe of its kind; what is not ours to answer is handed on."""

import asyncio

from diag.model.answer import SystemLookup
from diag.model.machine import Interfaces
from diag.model.question import Inspect, Lookup, Topic
from diag.probe.logins import Logins
from diag.probe.prober import Prober
from tests.probe.asking import Blind, Deaf


def test_lookups_and_inspections_are_handed_on() -> None:
    lookups = Deaf()

    async def walk() -> tuple[object, object]:
        prober = Prober(environment={}, logins=Logins(), lookups=lookups, inspector=Blind(), user_agent="diag/test")
        found = await prober.ask(Lookup("service.test"), {}, 5), await prober.ask(Inspect(Topic.INTERFACES), {}, 5)
        await prober.close()
        return found

    assert asyncio.run(walk()) == (SystemLookup(addresses=("127.0.0.1",)), Interfaces(()))
    assert lookups.closed
