"""How fast does the answer to one request come? Its body is counted and let go."""

import asyncio

import h11

from diag.model.answer import Transferred
from diag.model.failure import Failure
from diag.model.question import Transfer
from diag.probe.http_reading import HttpReading
from diag.probe.streams import ByteStream, Ended


async def transfer(question: Transfer, wire: ByteStream, user_agent: str, until: float) -> Transferred:
    """Ask once over `wire`; once the head is there, which must be by the loop's time `until`, count for as long as is wanted.

    That the time for counting is over is no failure. Closes the wire.
    """
    loop = asyncio.get_running_loop()
    body = _Counted(question.most, loop)
    reading = HttpReading(question, wire, body)
    failure = ""
    try:
        async with asyncio.timeout_at(until) as limit:
            await reading.ask(user_agent)
            await reading.read_head()
            body.begin()
            limit.reschedule(body.began + question.seconds)
            await reading.read_body()
    except Ended as error:
        failure = error.failure
    except TimeoutError:
        failure = "" if reading.head else Failure.TIMED_OUT
    except (h11.LocalProtocolError, UnicodeEncodeError):
        failure = Failure.NOT_SUPPORTED
    except h11.RemoteProtocolError:
        failure = Failure.MALFORMED
    finally:
        tcp = wire.tcp
        wire.abort()
    body.pause()
    return Transferred(
        failure=failure,
        status=reading.head.status_code if reading.head else 0,
        size=body.size,
        seconds=round(loop.time() - body.began, 6) if reading.head else 0.0,
        longest_pause=round(body.longest_pause, 6),
        complete=reading.complete,
        tcp=tcp,
    )


class _Counted:
    """A body that is counted."""

    def __init__(self, most: int, loop: asyncio.AbstractEventLoop) -> None:
        self._most = most
        self._clock = loop.time
        self._last = 0.0
        self.began = 0.0
        self.size = 0
        self.longest_pause = 0.0

    def begin(self) -> None:
        """Note that the head is there."""
        self.began = self._last = self._clock()

    @property
    def full(self) -> bool:
        return self.size >= self._most

    def take(self, data: bytes) -> None:
        self.pause()
        self.size += len(data)

    def pause(self) -> None:
        """Note that a pause is over, or the reading."""
        if self.began:
            self.longest_pause = max(self.longest_pause, self._clock() - self._last)
            self._last = self._clock()
