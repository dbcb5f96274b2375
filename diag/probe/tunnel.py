"""Does this proxy open a tunnel to this target? (CONNECT, RFC 9110, section 9.3.6)

The answer is read by hand: what a proxy sends may be sloppy, and every byte after the blank line belongs to the tunnel.
"""

import asyncio
import contextlib
from collections.abc import Sequence

from diag.model.answer import TunnelReply
from diag.model.expression import expression
from diag.model.failure import Failure
from diag.model.question import Tunnel
from diag.model.secret import Login, Secret
from diag.model.text import clean
from diag.probe.http_reading import reads_as_http
from diag.probe.login_steps import LoginSteps
from diag.probe.scrub import kept_bytes, kept_headers, without
from diag.probe.streams import ByteStream, Ended, Reopen

_LONGEST_HEAD = 64 * 1024
_KEPT = 1024
"""How many of the first bytes are kept."""
_PAGE_WAIT = 1.0
"""Seconds in which the rest of a refusal's page may come."""
_BLANK = expression(rb"\r?\n\r?\n")
_STATUS = expression(rb"HTTP/(1\.[01]) +([1-9]\d\d)(?: +([^\r\n]*))?\r?$")
_FIELD = expression(rb"([^\s:]+)[ \t]*:[ \t]*(.*?)[ \t\r]*$")


async def tunnel(
    question: Tunnel, wire: ByteStream, login: Login | None, user_agent: str, until: float, reopen: Reopen
) -> tuple[TunnelReply, ByteStream | None]:
    """Ask for a tunnel, until the loop's time is `until`. The wire is closed and the second part None where none was opened.

    A login that answers a challenge takes several requests, of which the last one's answer is kept. Digest may go on over a
    new connection, since some proxies end the first; NTLM and Negotiate hold for one connection and cannot.
    Raises Unsupported where this build has no such login.
    """
    head = _Head()
    failure = ""
    secrets: Sequence[Secret] = ()
    legs = 0
    try:
        async with asyncio.timeout_at(until):
            talk = LoginSteps(question.login, login, question.proxy.host, "CONNECT", str(question.target))
            secrets = talk.secrets
            value = talk.first()
            while True:
                legs += 1
                await wire.write(_request(question, value, user_agent))
                head = _Head()
                await head.read(wire)
                if head.refuses:
                    await head.read_page(wire)
                value = talk.next(head.status, head.fields) if head.refuses else None
                if value is None:
                    break
                secrets = talk.secrets
                if not head.leaves_open:
                    if not talk.may_reopen:
                        raise Ended(Failure.CUT)
                    wire.abort()
                    wire = await reopen()
    except Ended as error:
        failure = error.failure
    except TimeoutError:
        failure = Failure.TIMED_OUT
    except BaseException:
        wire.abort()
        raise
    if head.refuses:
        failure = Failure.TUNNEL_REFUSED
    reply = TunnelReply(
        failure=failure,
        status=head.status,
        reason=clean(without(head.reason, secrets)),
        headers=kept_headers(head.fields, secrets),
        first_bytes=kept_bytes(head.raw, secrets)[:_KEPT],
        tcp=wire.tcp,
        legs=legs if legs > 1 else 0,
    )
    if failure:
        wire.abort()
        return reply, None
    return reply, wire


def _request(question: Tunnel, login: Secret | None, user_agent: str) -> bytes:
    lines = [f"CONNECT {question.target} HTTP/1.1", f"Host: {question.target}", f"User-Agent: {user_agent}"]
    if login:
        lines.append(f"Proxy-Authorization: {login.reveal()}")
    return "\r\n".join([*lines, "", ""]).encode()


class _Head:
    """The head of the proxy's answer, as far as it has come."""

    def __init__(self) -> None:
        self.raw = b""
        self.whole = False
        self.status = 0
        self.reason = b""
        self.fields: list[tuple[bytes, bytes]] = []
        self.version = b""
        self._page_read = 0

    @property
    def refuses(self) -> bool:
        """Whether a whole head says anything but 2xx."""
        return self.whole and not 200 <= self.status < 300

    @property
    def leaves_open(self) -> bool:
        """Whether one more request can be sent on this connection: the whole page was read, and nobody wants to close."""
        length, words = self._length, {name.lower(): value.lower() for name, value in self.fields}
        closing = any(b"close" in words.get(name, b"") for name in (b"connection", b"proxy-connection"))
        return length is not None and self._page_read >= length and self.version > b"1.0" and not closing

    @property
    def _length(self) -> int | None:
        lengths = (int(value) for name, value in self.fields if name.lower() == b"content-length" and value.isdigit())
        return next(lengths, None)

    async def read(self, wire: ByteStream) -> None:
        """Read to the blank line and put back what follows it. Raises Ended where none comes."""
        while not self.whole:
            data = await wire.read()
            if not data:
                raise Ended(Failure.CUT)
            self.raw += data
            if not reads_as_http(self.raw):
                raise Ended(Failure.MALFORMED)
            while not self.whole and (blank := _BLANK.search(self.raw)):
                self._parse(self.raw[: blank.start()])
                if self.status < 200:  # an interim answer: the one that counts follows
                    self.raw = self.raw[blank.end() :]
                    continue
                self.whole = True
                if not self.refuses:
                    wire.unread(self.raw[blank.end() :])
                    self.raw = self.raw[: blank.end()]
            if len(self.raw) > _LONGEST_HEAD:
                raise Ended(Failure.TOO_LONG)

    async def read_page(self, wire: ByteStream) -> None:
        """Read on until enough of a refusal's page is there; a page that stops early is as good."""
        blank = _BLANK.search(self.raw)
        head = blank.end() if blank else 0
        length = self._length
        enough = head + (_KEPT if length is None else min(length, _LONGEST_HEAD))
        with contextlib.suppress(Ended, TimeoutError):
            async with asyncio.timeout(_PAGE_WAIT):
                while len(self.raw) < enough and (data := await wire.read()):
                    self.raw += data
        self._page_read = len(self.raw) - head

    def _parse(self, head: bytes) -> None:
        first, *lines = head.split(b"\n")
        status = _STATUS.match(first)
        if not status:
            raise Ended(Failure.MALFORMED)
        self.version, self.status, self.reason = status[1], int(status[2]), status[3] or b""
        self.fields = [(field[1], field[2]) for line in lines if (field := _FIELD.match(line))]
