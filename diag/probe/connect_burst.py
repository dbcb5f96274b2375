"""How many of so many TCP connects at once does an address accept? All stay open until the last one is decided."""

import asyncio

from diag.model.answer import ConnectBurstEnd, Dialled
from diag.model.question import Connect, ConnectBurst
from diag.probe.connect import connect
from diag.probe.streams import StreamPool, TcpStream

_MOST = 64
"""Connects at once that are ever tried: what any browser may do, and no burden to a service."""


async def crowd(question: ConnectBurst, until: float, wires: StreamPool) -> ConnectBurstEnd:
    """Return how each fared, until the loop's time is `until`. Nothing is sent on them, and in the end all are closed."""
    loop = asyncio.get_running_loop()

    async def one() -> tuple[Dialled, TcpStream | None]:
        began = loop.time()
        answer, wire = await connect(Connect(question.address), until, wires)
        again = answer.tcp.total_retransmits if answer.tcp else 0
        return Dialled(answer.failure, round(loop.time() - began, 6), again), wire

    ended = await asyncio.gather(*(one() for _ in range(min(question.number, _MOST))))
    for _, wire in ended:
        if wire:
            wire.abort()
    return ConnectBurstEnd(tuple(dialled for dialled, _ in ended))
