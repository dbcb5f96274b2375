"""Does an idle connection live this long? Held still; then, unless it is only watched, an empty line is sent to try it out."""

import asyncio

from diag.model.answer import HoldEnd
from diag.model.failure import Failure
from diag.model.observation import Unsupported
from diag.model.question import Hold
from diag.probe.streams import ByteStream, Ended

_HARMLESS = b"\r\n"
"""What HTTP servers skip (RFC 9112, section 2.2), and too little for a TLS server to make a record of."""
_LOOK = 0.05
"""Seconds between two looks at what the other side has acknowledged."""


async def hold(question: Hold, wire: ByteStream, until: float) -> HoldEnd:
    """Keep `wire` idle, then see whether it still carries, at the latest until the loop's time is `until`. Closes the wire.

    It carries when the other side answers, or acknowledges what was sent. Raises Unsupported where the system does not tell
    about acknowledgements and nothing came back either.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    failure, lived = "", 0.0
    try:
        failure = await _idle(wire, question.seconds)
        lived = loop.time() - began
        if not failure and not question.still:
            async with asyncio.timeout_at(until):
                failure = await _try_out(wire)
    except TimeoutError:
        if wire.tcp is None:
            raise Unsupported("this system does not tell what was acknowledged") from None
        failure = Failure.TIMED_OUT
    finally:
        tcp = wire.tcp
        wire.abort()
    return HoldEnd(failure=failure, lived=lived, tcp=tcp)


async def _idle(wire: ByteStream, seconds: float) -> str:
    """How the connection ended while nothing was sent; empty: it did not."""
    try:
        async with asyncio.timeout(seconds):
            while await wire.read():
                pass
    except TimeoutError:
        return ""
    except Ended as error:
        return error.failure
    return Failure.CUT


async def _try_out(wire: ByteStream) -> str:
    """What the connection makes of one more line; empty: it carries. Runs until it is known."""
    before = wire.tcp
    try:
        await wire.write(_HARMLESS)
        while True:
            try:
                async with asyncio.timeout(_LOOK):
                    await wire.read()
                    return ""  # an answer, and be it the end: the other side has heard
            except TimeoutError:
                now = wire.tcp
                if before and now and not now.unacked and now.bytes_acked > before.bytes_acked:
                    return ""
    except Ended as error:
        return error.failure
