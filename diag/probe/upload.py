"""Does a large request get through? A body that means nothing is sent, and what becomes of it is counted."""

import asyncio
from contextlib import suppress

import h11

from diag.model.answer import Transferred
from diag.model.failure import Failure
from diag.model.question import Transfer
from diag.probe.http_reading import HttpReading
from diag.probe.streams import ByteStream, Ended

_PIECE = bytes(64 * 1024)


async def upload(question: Transfer, wire: ByteStream, user_agent: str, until: float) -> Transferred:
    """Send a request with a body of `most` bytes over `wire`, within `seconds`, and wait for the answer; closes the wire.

    An answer that comes before all is sent ends it. That the time is over while bytes still go is no failure; that nothing
    answers once all was sent is TIMED_OUT. `longest_pause` is the longest time in which nothing could be sent, or was answered.
    """
    loop = asyncio.get_running_loop()
    reading = HttpReading(question, wire, _Nothing())
    body = _Sending(question.most, loop.time())
    failure = ""
    try:
        async with asyncio.timeout_at(until + question.seconds):
            await reading.ask(user_agent, size=question.most)
            failure = await _send_and_hear(reading, body, question.seconds)
    except Ended as error:
        failure = error.failure
    except TimeoutError:
        failure = Failure.TIMED_OUT
    except (h11.LocalProtocolError, UnicodeEncodeError):
        failure = Failure.NOT_SUPPORTED
    except h11.RemoteProtocolError:
        failure = Failure.MALFORMED
    finally:
        tcp = wire.tcp
        wire.abort()
    body.note(loop.time())
    return Transferred(
        failure=failure,
        status=reading.head.status_code if reading.head else 0,
        sent=body.sent,
        seconds=round(loop.time() - body.began, 6),
        longest_pause=round(body.longest_pause, 6),
        complete=body.sent >= question.most and reading.head is not None,
        tcp=tcp,
    )


async def _send_and_hear(reading: HttpReading, body: "_Sending", seconds: float) -> str:
    """Send, and listen meanwhile; the failure's word, or empty. Raises what the reading raises."""
    sending, hearing = asyncio.create_task(body.go(reading)), asyncio.create_task(reading.read_head())
    try:
        await asyncio.wait({sending, hearing}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if sending.done() and not hearing.done():
            await asyncio.wait({hearing}, timeout=max(0.0, body.began + seconds - asyncio.get_running_loop().time()))
        if hearing.done():
            await hearing
            return ""
        return Failure.TIMED_OUT if sending.done() else ""
    finally:
        for task in (sending, hearing):
            task.cancel()
            with suppress(asyncio.CancelledError, Ended, h11.ProtocolError):
                await task


class _Sending:
    """A body that is sent piece by piece."""

    def __init__(self, size: int, now: float) -> None:
        self._size = size
        self._last = now
        self.began = now
        self.sent = 0
        self.longest_pause = 0.0

    async def go(self, reading: HttpReading) -> None:
        """Send all of it."""
        loop = asyncio.get_running_loop()
        while self.sent < self._size:
            piece = _PIECE[: self._size - self.sent]
            await reading.send(piece)
            self.sent += len(piece)
            self.note(loop.time())
            await asyncio.sleep(0)
        await reading.send(b"")

    def note(self, now: float) -> None:
        """Note that something went, or that it is over."""
        self.longest_pause = max(self.longest_pause, now - self._last)
        self._last = now


class _Nothing:
    """No body of an answer is wanted."""

    full = True

    def take(self, data: bytes) -> None:
        """Let it go."""
