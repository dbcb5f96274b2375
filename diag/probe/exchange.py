"""What comes back to one HTTP/1.1 request? (RFC 9112) It carries no cookie, asks to close afterwards, and has no credentials
but those for a proxy that forwards it.
"""

import asyncio
from collections.abc import Sequence

import h11

from diag.model.address import Authority
from diag.model.answer import LOGIN_WANTED, HttpReply
from diag.model.failure import Failure
from diag.model.question import Exchange, Handshake
from diag.model.secret import Login, Secret
from diag.model.text import clean
from diag.probe.login_steps import LoginSteps
from diag.probe.scrub import kept_bytes, kept_headers, without
from diag.probe.tls_wire import TlsWire
from diag.probe.tunnel import reads_as_http
from diag.probe.wires import Ended, Reopen, Wire

_LONGEST_HEAD = 64 * 1024
_KEPT = 1024
"""How many of the first bytes are kept of an answer that is no HTTP."""


async def exchange(
    question: Exchange, wire: Wire, login: Login | None, user_agent: str, until: float, reopen: Reopen
) -> HttpReply:
    """Ask once over `wire` and read until the body is kept or over, but not past the loop's time `until`. Closes the wire.

    Where the head came and the body did not, status and failure stand side by side. A login that answers a challenge takes
    several requests, of which the last one's answer is kept. Raises Unsupported where this build has no such login.
    """
    failure = ""
    secrets: Sequence[Secret] = ()
    reading = _Reading(question, wire)
    try:
        async with asyncio.timeout_at(until):
            host = question.proxy.host if question.proxy else ""
            steps = LoginSteps(question.login, login, host, question.method, question.target)
            secrets = steps.secrets
            value = steps.first()
            while True:
                reading = _Reading(question, wire, stays=not steps.may_reopen)
                await reading.ask(user_agent, value)
                await reading.read()
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
        failure = Failure.TOO_LONG if reading.received > _LONGEST_HEAD and not reading.head else Failure.MALFORMED
    finally:
        tcp = wire.tcp
        wire.abort()
    head = reading.head
    return HttpReply(
        failure=failure,
        status=head.status_code if head else 0,
        reason=clean(without(bytes(head.reason), secrets)) if head else "",
        version=head.http_version.decode("ascii") if head else "",
        headers=kept_headers(head.headers.raw_items(), secrets) if head else (),
        body=without(bytes(reading.body), secrets),
        complete=reading.complete,
        first_bytes=b"" if head else kept_bytes(reading.first, secrets),
        first_byte_after=reading.first_byte_after,
        alerts=wire.fresh_alerts if isinstance(wire, TlsWire) else (),
        tcp=tcp,
    )


class _Reading:
    """One request and its answer, as far as it has come."""

    def __init__(self, question: Exchange, wire: Wire, *, stays: bool = False) -> None:
        """`stays`: the connection may be needed for one more request, so a refused login's page is read to its end."""
        self._question = question
        self._wire = wire
        self._stays = stays
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        self._asked = 0.0
        self.head: h11.Response | None = None
        self.body = bytearray()
        self.complete = False
        self.first = b""
        self.received = 0
        self.first_byte_after = 0.0

    @property
    def leaves_open(self) -> bool:
        """Whether one more request can be sent on this connection."""
        return self.complete and self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    async def ask(self, user_agent: str, login: Secret | None) -> None:
        """Send the request."""
        question = self._question
        default = 443 if isinstance(question.over, Handshake) else 80
        fields = [
            ("Host", _host(question.authority, default)),
            ("User-Agent", user_agent),
            ("Accept", "*/*"),
            ("Connection", "keep-alive" if self._stays else "close"),
        ]
        if login:
            fields.append(("Proxy-Authorization", login.reveal()))
        request = h11.Request(method=question.method, target=question.target, headers=fields)
        data = (self._http.send(request) or b"") + (self._http.send(h11.EndOfMessage()) or b"")
        self._asked = asyncio.get_running_loop().time()
        await self._wire.write(data)

    async def read(self) -> None:
        """Read the head and as much of the body as is wanted. Raises Ended, h11.RemoteProtocolError."""
        while not self.complete:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if len(self.body) >= self._question.keep and self.head and not self._reads_on:
                    return
                await self._feed()
            elif isinstance(event, h11.Response):
                self.head = event
            elif isinstance(event, h11.Data):
                room = self._question.keep - len(self.body)
                self.body += event.data[:room]
                if len(event.data) > room and not self._reads_on:
                    return
            elif isinstance(event, h11.EndOfMessage):
                self.complete = True
            elif not isinstance(event, h11.InformationalResponse):  # closed, or handed to another protocol
                return

    @property
    def _reads_on(self) -> bool:
        wanted = self.head is not None and self.head.status_code == LOGIN_WANTED
        return self._stays and wanted and self.received < _LONGEST_HEAD

    async def _feed(self) -> None:
        data = await self._wire.read()
        if not data and (self.head is None or not self._ends_with_connection()):
            raise Ended(Failure.CUT)
        if data and not self.received:
            self.first_byte_after = asyncio.get_running_loop().time() - self._asked
        self.received += len(data)
        self.first += data[: _KEPT - len(self.first)]
        if not reads_as_http(self.first):
            raise Ended(Failure.MALFORMED)
        self._http.receive_data(data)

    def _ends_with_connection(self) -> bool:
        """Whether the body has no length of its own, so that the end of the connection is its end."""
        assert self.head
        return not {name for name, _ in self.head.headers} & {b"content-length", b"transfer-encoding"}


def _host(authority: Authority, default: int) -> str:
    shown = str(authority)
    return shown.removesuffix(f":{default}") if authority.port == default else shown
