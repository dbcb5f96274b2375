"""A forward proxy (CONNECT and absolute form, RFC 9110, 9.3.6 and 7.2) that opens the way, or gets in it.

It resolves names by itself, in the lab's own zone, and dials the lab alone (`Listeners.is_ours`): nothing leaves the machine.
Its pages and headers look like those of Squid, which is what most people meet.
"""

import asyncio
import base64
import contextlib
import ipaddress
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Literal

import h11

from diag.lab.http import LabRequest, hear_request
from diag.lab.stream import LabStream, Stream, silence

_NAME = "squid/6.6"
VIA = "1.1 proxy.lab.test (squid/6.6)"
CREDENTIALS = "lab-user:lab-password"
"""What a proxy of the lab takes for a login, unless told otherwise."""

_Scheme = Literal["Basic", "Digest", "NTLM", "Negotiate"]
_Outcome = Literal[
    "open", "refused", "unresolved", "unreachable", "late", "cut", "parted", "stalled", "page", "silent", "garbage"
]
TargetPlace = tuple[str, int]

CHALLENGES: Mapping[_Scheme, str] = {
    "Basic": 'Basic realm="lab proxy"',
    "Digest": 'Digest realm="lab proxy", nonce="6c61622d6e6f6e6365", qop="auth", algorithm=SHA-256',
    "NTLM": "NTLM",
    "Negotiate": "Negotiate",
}


@dataclass(frozen=True)
class _Refusal:
    """How a proxy says that it will not, or cannot."""

    status: int
    error: str
    """The word in X-Squid-Error."""
    sentence: str


_REFUSALS: Mapping[_Outcome, _Refusal] = {
    "refused": _Refusal(403, "ERR_ACCESS_DENIED 0", "Access control configuration prevents your request."),
    "unresolved": _Refusal(503, "ERR_DNS_FAIL 0", "Unable to determine IP address from host name."),
    "unreachable": _Refusal(503, "ERR_CONNECT_FAIL 111", "The system returned: (111) Connection refused."),
    "late": _Refusal(504, "ERR_CONNECT_FAIL 110", "The system returned: (110) Connection timed out."),
}
_LOGIN_WANTED = _Refusal(407, "ERR_CACHE_ACCESS_DENIED 0", "Cache access denied: you have to authenticate first.")


@dataclass(frozen=True)
class Rules:
    """What a proxy does with a request."""

    schemes: tuple[_Scheme, ...] = ()
    """The login schemes offered; empty: no login is wanted. Only Basic can be answered successfully."""
    accepts: str = CREDENTIALS
    """The one login that is taken, "user:password"; empty: none is."""
    outcome: _Outcome = "open"
    only: tuple[str, ...] = ()
    """The hosts that `outcome` is for, others pass; empty: all hosts."""

    def wants_login(self, request: LabRequest) -> bool:
        """Return whether this request still lacks a login that is taken."""
        if not self.schemes:
            return False
        expected = "Basic " + base64.b64encode(self.accepts.encode()).decode()
        return not self.accepts or request.headers.get("proxy-authorization") != expected

    def outcome_for(self, host: str) -> _Outcome:
        """Return what comes of a request for this host, once logged in."""
        return self.outcome if not self.only or host in self.only else "open"


OPEN = Rules()


class Proxy:
    """Forwards by `rules`. `routes` says where a host and port really are, `addresses` what a name resolves to."""

    def __init__(
        self,
        rules: Rules,
        *,
        routes: Mapping[TargetPlace, TargetPlace],
        addresses: Callable[[str], tuple[str, ...]],
        may_dial: Callable[[str, int], bool],
        clock: Callable[[], datetime],
        tally: Counter[str],
    ) -> None:
        self._rules = rules
        self._routes = routes
        self._addresses = addresses
        self._may_dial = may_dial
        self._clock = clock
        self._tally = tally

    async def __call__(self, stream: Stream) -> None:
        """Serve one client connection; after a refusal it stays open for another try, as login schemes need."""
        guest = _Guest(stream, h11.Connection(h11.SERVER))
        while True:
            try:
                request = await hear_request(guest.connection, stream)
            except h11.RemoteProtocolError:
                await self._refuse(guest, _Refusal(400, "ERR_PROTOCOL_UNKNOWN 0", "That was not HTTP."))
                return
            if request is None:
                return
            guest.method = request.method
            await self._handle(guest, request)
            if guest.connection.our_state is not h11.DONE or guest.connection.their_state is not h11.DONE:
                return
            guest.connection.start_next_cycle()

    async def _handle(self, guest: "_Guest", request: LabRequest) -> None:
        self._tally["proxy requests"] += 1
        if "proxy-authorization" in request.headers:
            self._tally["proxy logins"] += 1
        if self._rules.wants_login(request):
            await self._refuse(guest, _LOGIN_WANTED, schemes=self._rules.schemes)
            return
        place = target_of(request)
        if place is None:
            await self._refuse(guest, _Refusal(400, "ERR_INVALID_URL 0", "Invalid URL."))
            return
        outcome = self._rules.outcome_for(place[0])
        if outcome in _REFUSALS:
            await self._refuse(guest, _REFUSALS[outcome])
            return
        if outcome != "open":
            await self._misbehave(guest, outcome)
            return
        dialled = await self._dial(place)
        if not isinstance(dialled, _Dialled):
            await self._refuse(guest, _REFUSALS[dialled])
            return
        with dialled:
            if request.method == "CONNECT":
                await self._establish(guest)
                rest, _ = guest.connection.trailing_data
                await _relay(guest.stream, dialled.stream, rest)
            else:
                await self._forward(guest, dialled.stream, request, place)

    async def _misbehave(self, guest: "_Guest", outcome: _Outcome) -> None:
        if outcome == "garbage":
            await guest.stream.send(b"\x05\xff\x00\x01 this is no HTTP")
            return
        if outcome == "page":
            await self._show_page(guest)
            return
        if outcome != "silent":
            await self._establish(guest)
        if outcome in ("cut", "parted"):
            await guest.stream.receive()  # the ClientHello, so that the cut comes within the handshake
            if outcome == "cut":
                guest.stream.reset()
            return
        await silence(guest.stream)

    async def _dial(self, place: TargetPlace) -> "_Dialled | Literal['unresolved', 'unreachable']":
        routed = self._routes.get(place)
        if routed is None:
            found = self._resolve(*place)
            if found is None:
                return "unresolved"
            routed = (found, place[1])
        try:
            return _Dialled(*await asyncio.open_connection(*routed))
        except OSError:
            return "unreachable"

    def _resolve(self, host: str, port: int) -> str | None:
        candidates = self._addresses(host)
        with contextlib.suppress(ValueError):  # else it is a name, and the zone knows it or not
            candidates = (str(ipaddress.ip_address(host)),)
        return next((each for each in candidates if self._may_dial(each, port)), None)

    async def _establish(self, guest: "_Guest") -> None:
        self._tally["proxy tunnels"] += 1
        await guest.send(h11.Response(status_code=200, headers=[], reason=b"Connection established"))

    async def _forward(self, guest: "_Guest", origin: Stream, request: LabRequest, place: TargetPlace) -> None:
        path = "/" + request.target.partition("://")[2].partition("/")[2]
        headers = [("Host", f"{place[0]}:{place[1]}"), ("Via", VIA), ("Connection", "close")]
        headers += [(name, value) for name, value in request.headers.items() if name in FORWARDED]
        headers += [("Content-Length", str(len(request.body)))] if request.body else []
        head, body = await _fetch(origin, h11.Request(method=request.method, target=path, headers=headers), request.body)
        if head is None:
            await self._refuse(guest, _Refusal(502, "ERR_ZERO_SIZE_OBJECT 0", "No answer came."))
            return
        passed = [(name.decode("ascii"), value.decode("latin-1")) for name, value in head.headers]
        passed = [(name, value) for name, value in passed if name not in ("connection", "content-length", "via")]
        passed += [("Content-Length", str(len(body))), ("Via", VIA), ("Connection", "close")]
        await guest.answer(head.status_code, passed, body)

    async def _refuse(self, guest: "_Guest", refusal: _Refusal, schemes: tuple[_Scheme, ...] = ()) -> None:
        page = (
            "<html><head><title>ERROR: The requested URL could not be retrieved</title></head>"
            f"<body><p>{refusal.sentence}</p><p>Generated by proxy.lab.test ({_NAME})</p></body></html>\n"
        ).encode()
        headers = [*self._own_headers(page), ("X-Squid-Error", refusal.error)]
        headers += [("Proxy-Authenticate", CHALLENGES[scheme]) for scheme in schemes]
        await guest.answer(refusal.status, headers, page)

    async def _show_page(self, guest: "_Guest") -> None:
        # Written by hand: h11 would, rightly, not let a 2xx to CONNECT carry a page, and a portal does just that.
        page = b"<html><title>Notice</title><p>Please accept the terms of use to go on.</p></html>\n"
        lines = "".join(f"{name}: {value}\r\n" for name, value in self._own_headers(page))
        await guest.stream.send(f"HTTP/1.1 200 OK\r\n{lines}Connection: close\r\n\r\n".encode() + page)

    def _own_headers(self, page: bytes) -> list[tuple[str, str]]:
        return [
            ("Server", _NAME),
            ("Date", format_datetime(self._clock(), usegmt=True)),
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(page))),
            ("Via", VIA),
        ]


@dataclass
class _Guest:
    """A client's connection and the method of what it asked last."""

    stream: Stream
    connection: h11.Connection
    method: str = "GET"

    async def send(self, *events: h11.Event) -> None:
        await self.stream.send(b"".join(self.connection.send(event) or b"" for event in events))

    async def answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        head, end = h11.Response(status_code=status, headers=headers), h11.EndOfMessage()
        await self.send(*((head, end) if self.method == "HEAD" else (head, h11.Data(data=body), end)))


FORWARDED = ("accept", "user-agent", "content-type", "authorization", "range", "if-none-match")
"""The request headers that are passed on; all others end at the proxy."""


def target_of(request: LabRequest) -> TargetPlace | None:
    """Return where a request wants to go: the authority of CONNECT, or of an absolute form; None when it is neither."""
    authority = request.target
    default = ""
    if request.method != "CONNECT":
        scheme, found, rest = request.target.partition("://")
        if not found or scheme.lower() != "http":
            return None
        authority, default = rest.partition("/")[0], "80"
    host, _, port = authority.rpartition(":") if not authority.endswith("]") else (authority, "", "")
    if not host:
        host, port = authority, ""
    port = port or default
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        return None
    return host.strip("[]").lower(), int(port)


class _Dialled:
    """A connection to the target, closed at the end of its block."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.stream = LabStream(reader, writer)
        self._writer = writer

    def __enter__(self) -> "_Dialled":
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.transport.abort()


async def _fetch(origin: Stream, head: h11.Request, body: bytes) -> tuple[h11.Response | None, bytes]:
    """Ask the origin and hear its whole answer; no response when that was none."""
    connection = h11.Connection(h11.CLIENT)
    asked = [head, h11.Data(data=body), h11.EndOfMessage()] if body else [head, h11.EndOfMessage()]
    await origin.send(b"".join(connection.send(event) or b"" for event in asked))
    response: h11.Response | None = None
    heard = b""
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError:
            return None, b""
        if event is h11.NEED_DATA:
            connection.receive_data(await origin.receive())
        elif isinstance(event, h11.Response):
            response = event
        elif isinstance(event, h11.Data):
            heard += bytes(event.data)
        else:
            return response, heard


async def _relay(client: Stream, origin: Stream, rest: bytes) -> None:
    """Carry bytes both ways until one side ends."""

    async def carry(source: Stream, sink: Stream) -> None:
        while data := await source.receive():
            await sink.send(data)

    if rest:
        await origin.send(rest)
    ways = {asyncio.ensure_future(carry(client, origin)), asyncio.ensure_future(carry(origin, client))}
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
