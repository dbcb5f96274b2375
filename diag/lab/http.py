"""An HTTP/1.1 service whose answer to each path is data (RFC 9110, RFC 9112): right, wrong, late or never."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Literal

import h11

from diag.lab.stream import Stream

_Manner = Literal["spoken", "silent", "raw", "cut"]

MOST_BODY = 65_536
SERVICE_NAME = "lab-service"


@dataclass(frozen=True)
class LabRequest:
    """What a client asked."""

    method: str
    target: str
    headers: Mapping[str, str]
    """Names in lower case; of a repeated header the last."""
    body: bytes


@dataclass(frozen=True)
class LabAnswer:
    """What the service says."""

    status: int = 200
    body: bytes = b"This is the lab's service, and it works.\n"
    kind: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    """Seconds between the request and the first byte."""
    manner: _Manner = "spoken"
    """Silent: the request is read and never answered. Raw: `body` alone is sent, then the end. Cut: a RST."""
    last: bool = False
    """End the connection after this answer."""


Answerer = Callable[[LabRequest], LabAnswer]

HERE = LabAnswer()
NOT_HERE = LabAnswer(404, b'{"error": "not found"}\n', "application/json")
SILENT_ANSWER = LabAnswer(manner="silent")


class HttpService:
    """Answers each path by its rule and every other path with `otherwise`. `ahead` is how far its clock runs ahead."""

    def __init__(
        self,
        answers: Mapping[str, LabAnswer | Answerer],
        otherwise: LabAnswer | Answerer = NOT_HERE,
        *,
        clock: Callable[[], datetime],
        tally: Counter[str],
        name: str = SERVICE_NAME,
        ahead: timedelta = timedelta(0),
    ) -> None:
        self._answers = answers
        self._otherwise = otherwise
        self._clock = clock
        self._tally = tally
        self._name = name
        self._ahead = ahead

    async def __call__(self, stream: Stream) -> None:
        """Serve one connection until either side ends it."""
        connection = h11.Connection(h11.SERVER)
        while True:
            try:
                request = await hear_request(connection, stream)
            except h11.RemoteProtocolError:
                await self._say(connection, stream, LabAnswer(400, b"That was not HTTP.\n", last=True), "GET")
                return
            if request is None:
                return
            self._tally["http requests"] += 1
            answer = self.answer(request)
            await asyncio.sleep(answer.delay)
            if answer.manner == "silent":
                while await stream.receive():
                    pass
                return
            if answer.manner == "cut":
                stream.reset()
                return
            if answer.manner == "raw":
                await stream.send(answer.body)
                return
            await self._say(connection, stream, answer, request.method)
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                return
            connection.start_next_cycle()

    def answer(self, request: LabRequest) -> LabAnswer:
        """Return the answer by path, query left aside; absolute forms are read as their path."""
        path = request.target.partition("?")[0]
        if "://" in path:
            path = "/" + path.partition("://")[2].partition("/")[2]
        rule = self._answers.get(path, self._otherwise)
        return rule if isinstance(rule, LabAnswer) else rule(request)

    async def _say(self, connection: h11.Connection, stream: Stream, answer: LabAnswer, method: str) -> None:
        headers = [
            ("Date", format_datetime(self._clock() + self._ahead, usegmt=True)),
            ("Server", self._name),
            ("Content-Type", answer.kind),
            ("Content-Length", str(len(answer.body))),
            *answer.headers,
        ]
        if answer.last:
            headers.append(("Connection", "close"))
        out = connection.send(h11.Response(status_code=answer.status, headers=headers)) or b""
        if method != "HEAD":
            out += connection.send(h11.Data(data=answer.body)) or b""
        out += connection.send(h11.EndOfMessage()) or b""
        await stream.send(out)


async def hear_request(connection: h11.Connection, stream: Stream) -> LabRequest | None:
    """Read one request with its body (at most 64 KiB of it is kept); None when the client has ended."""
    head: h11.Request | None = None
    body = b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await stream.receive())
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body = (body + bytes(event.data))[:MOST_BODY]
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            headers = {name.decode("ascii"): value.decode("latin-1") for name, value in head.headers}
            return LabRequest(head.method.decode("ascii"), head.target.decode("latin-1"), headers, body)
        else:
            return None
