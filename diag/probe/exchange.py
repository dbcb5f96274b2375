"""What comes back to one HTTP/1.1 request? (RFC 9112) It carries no cookie, asks to close afterwards, and has no credentials
but those for a proxy that forwards it.
"""

import asyncio
from collections.abc import Sequence

import h11

from diag.model.answer import HttpReply, TcpInfo
from diag.model.failure import Failure
from diag.model.question import Exchange
from diag.model.secret import Login, Secret
from diag.model.text import clean
from diag.model.wire.content_coding import coding_fault
from diag.model.wire.http_head import HttpHead, read_head
from diag.probe.http_reading import LONGEST_HEAD, HttpReading
from diag.probe.login_steps import LoginSteps
from diag.probe.scrub import kept_bytes, kept_headers, without
from diag.probe.streams import ByteStream, Ended, Reopen
from diag.probe.tls_wire import TlsWire


async def exchange(
    question: Exchange, wire: ByteStream, login: Login | None, user_agent: str, until: float, reopen: Reopen
) -> HttpReply:
    """Ask once over `wire` and read until the body is kept or over, but not past the loop's time `until`. Closes the wire.

    Where the head came and the body did not, status and failure stand side by side. A login that answers a challenge takes
    several requests, of which the last one's answer is kept. Raises Unsupported where this build has no such login.
    """
    body = _Kept(question.keep)
    reading = HttpReading(question, wire, body)
    failure = ""
    secrets: Sequence[Secret] = ()
    try:
        async with asyncio.timeout_at(until):
            host = question.proxy.host if question.proxy else ""
            steps = LoginSteps(question.login, login, host, question.method, question.target)
            secrets = steps.secrets
            value = steps.first()
            while True:
                body = _Kept(question.keep)
                reading = HttpReading(question, wire, body, stays=not steps.may_reopen)
                await reading.ask(user_agent, value)
                await reading.read_head()
                await reading.read_body()
                value = steps.next(reading.head.status_code, reading.head.headers) if reading.head else None
                if value is None:
                    break
                secrets = steps.secrets
                if not reading.leaves_open:
                    if not steps.may_reopen:
                        raise Ended(Failure.CUT)
                    wire.abort()
                    wire = await reopen()
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
    if head is None and failure == Failure.MALFORMED and (sloppy := read_head(reading.first)):
        lenient = _read_leniently(sloppy, reading, secrets, tcp)
        return _withheld(lenient, question)
    reply = HttpReply(
        failure=failure,
        status=head.status_code if head else 0,
        reason=clean(without(bytes(head.reason), secrets)) if head else "",
        version=head.http_version.decode("ascii") if head else "",
        headers=kept_headers(head.headers.raw_items(), secrets) if head else (),
        body=without(bytes(body.data), secrets),
        complete=reading.complete and not body.cut,
        first_bytes=b"" if head else kept_bytes(reading.first, secrets),
        first_byte_after=reading.first_byte_after,
        alerts=wire.fresh_alerts if isinstance(wire, TlsWire) else (),
        tcp=tcp,
        coding=_coding(head, bytes(body.data)) if head else "",
    )
    return _withheld(reply, question)


def _coding(head: h11.Response, content: bytes) -> str:
    fields = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
    return coding_fault(fields, content) or ""


def _withheld(reply: HttpReply, question: Exchange) -> HttpReply:
    """The answer, without what nobody wanted of a stranger's."""
    if not question.wants:
        return reply
    from diag.probe.fetched import only  # where something is fetched

    return only(reply, question.wants)


def _read_leniently(head: HttpHead, reading: HttpReading, secrets: Sequence[Secret], tcp: TcpInfo | None) -> HttpReply:
    """What most clients would make of an answer that the strict reader refused. Its beginning is kept beside it."""
    return HttpReply(
        failure=Failure.MALFORMED,
        status=head.status,
        reason=clean(without(head.reason, secrets)),
        version=head.version,
        headers=kept_headers(head.fields, secrets),
        first_bytes=kept_bytes(reading.first, secrets),
        first_byte_after=reading.first_byte_after,
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
