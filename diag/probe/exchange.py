"""What comes back to one HTTP/1.1 request? (RFC 9112) It carries no cookie and no credentials, and asks to close afterwards."""

import asyncio

import h11

from diag.model.answer import HttpReply
from diag.model.failure import Failure
from diag.model.question import Exchange
from diag.model.text import clean
from diag.probe.http_reading import LONGEST_HEAD, Reading
from diag.probe.scrub import kept_bytes, kept_headers
from diag.probe.tls_wire import TlsWire
from diag.probe.wires import Ended, Wire


async def exchange(question: Exchange, wire: Wire, user_agent: str, until: float) -> HttpReply:
    """Ask once over `wire` and read until the body is kept or over, but not past the loop's time `until`. Closes the wire.

    Where the head came and the body did not, status and failure stand side by side.
    """
    body = _Kept(question.keep)
    reading = Reading(question, wire, body)
    failure = ""
    try:
        async with asyncio.timeout_at(until):
            await reading.ask(user_agent)
            await reading.read_head()
            await reading.read_body()
    except Ended as error:
        failure = error.failure
    except TimeoutError:
        failure = Failure.TIMED_OUT
    except (h11.LocalProtocolError, UnicodeEncodeError):
        failure = Failure.NOT_SUPPORTED  # the target, which may come from a certificate, fits into no request
    except h11.RemoteProtocolError:
        failure = Failure.TOO_LONG if reading.received > LONGEST_HEAD and not reading.head else Failure.MALFORMED
    finally:
        tcp = wire.tcp
        wire.abort()
    head = reading.head
    return HttpReply(
        failure=failure,
        status=head.status_code if head else 0,
        reason=clean(bytes(head.reason)) if head else "",
        version=head.http_version.decode("ascii") if head else "",
        headers=kept_headers(head.headers.raw_items()) if head else (),
        body=bytes(body.data),
        complete=reading.complete and not body.cut,
        first_bytes=b"" if head else kept_bytes(reading.first),
        first_byte_after=reading.first_byte_after,
        alerts=wire.fresh_alerts if isinstance(wire, TlsWire) else (),
        tcp=tcp,
    )


class _Kept:
    """The beginning of a body."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.data = bytearray()
        self.cut = False
        """Whether more came than was to be kept."""

    @property
    def full(self) -> bool:
        return len(self.data) >= self._most

    def take(self, data: bytes) -> None:
        room = self._most - len(self.data)
        self.data += data[:room]
        self.cut = self.cut or len(data) > room
