"""The post: requests to one host over HTTPS, by whichever way is open, again where that can do no harm, and nothing twice.

A request that was lost on its way out is sent by the next way. One whose *answer* was lost may have been carried out: what is
safe to repeat is repeated, of the rest the receiver is asked first whether it has arrived.
"""

import json
import os
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial, reduce
from pathlib import Path
from typing import Any

import certifi
import httpx

from diag.desk.send.attachment import NotSent, Receipt, Uncertain
from diag.desk.send.proxies import SendRoute
from diag.desk.send.wall_clock import Lines, Timed, TimeUp
from diag.model.obstacle import Obstacle, Told
from diag.model.text import clean

TRIES = (2.0, 5.0, 15.0, None)
"""One entry a try: the seconds to wait after it, where the receiver does not say how long; None: it was the last."""
LONGEST_WAIT = 120.0
"""Seconds: a receiver that wants a longer pause gets no further try."""
LARGEST_ANSWER = 1 << 20
"""Bytes of an answer that are read."""
_TOO_MANY = 429
"""Too Many Requests (RFC 6585, section 4)."""
BUSY = frozenset({_TOO_MANY, 500, 502, 503, 504})
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
"""Seconds of one connect, one read, one write."""
_PATIENCE, SLOWEST = 120.0, 8 << 10
"""One request takes at most so many seconds, and one more for each so many bytes that go with it."""
LONGEST_HAND_OVER = 1800.0
"""Seconds of a whole hand-over, pauses and all."""
Tell = Callable[[Told], None]


@dataclass(frozen=True)
class Request:
    """One request to the host of a post."""

    method: str
    target: str
    """Path and query."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: httpx.Headers = field(repr=False)
    content: bytes = field(default=b"", repr=False)

    @property
    def ok(self) -> bool:
        """Whether the request was carried out."""
        return 200 <= self.status < 300

    def document(self) -> Any:
        """Return the JSON in it; None where there is none."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            return None


class LostAnswer(Exception):
    """The request went out, at least in part, and no whole answer came back."""


class NotReached(Obstacle):
    """No connection came about, so nothing was sent. The message says how it failed, in a few words."""


class Post:
    """The way to one host. Close it in the end."""

    def __init__(
        self,
        origin: str,
        ways: Sequence[SendRoute],
        *,
        trust: ssl.SSLContext,
        headers: Mapping[str, str],
        tell: Tell,
        sleep: Callable[[float], None],
    ) -> None:
        """`origin` is `https://host[:port]`, `headers` go with every request, `tell` takes lines for the user."""
        assert origin.startswith("https://"), "a bundle is never sent in the clear"
        self.origin = origin
        self._ways = list(ways)
        self._trust = trust
        self._headers = dict(headers)
        self._tell = tell
        self._sleep = sleep
        self._client: httpx.Client | None = None
        self._lines = Lines()
        self._ends = time.monotonic() + LONGEST_HAND_OVER

    def close(self) -> None:
        """End the connection, if there is one."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def once(self, request: Request) -> Reply:
        """Send a request, by the first way that is open. Raises LostAnswer, and NotSent where no way is."""
        failures: list[Told] = []
        for _ in self._ways:
            try:
                return self._send(request)
            except NotReached as failure:
                failures.append(Told("{way}: {failure}", {"way": self._ways[0].words, "failure": failure.kept()}))
                self.close()
                self._ways = [*self._ways[1:], self._ways[0]]
        raise NotSent(
            "{origin} cannot be reached ({failures}). Nothing was sent. To find out why: diag run {origin}",
            origin=self.origin,
            failures=reduce(lambda before, after: Told("{before}; {after}", {"before": before, "after": after}), failures),
        )

    def repeat(self, request: Request) -> Reply:
        """Send what may be sent twice without harm, again where the answer is lost or the receiver is busy. Raises NotSent."""
        reply: Reply | None = None
        for wait in TRIES:
            try:
                reply = self.once(request)
            except LostAnswer:
                self.pause(wait)
                continue
            if reply.status not in BUSY:
                return reply
            self.pause(wait, reply)
        if reply is None:
            raise NotSent(
                "{origin} does not answer: the connection ends before a whole answer is there. Try again later.",
                origin=self.origin,
            )
        return reply

    def hand_over(self, request: Request, arrived: Callable[[], Receipt | None]) -> Reply | Receipt:
        """Send what must be carried out once only; before every try the receiver is asked, by `arrived`, whether it has been.

        Raises NotSent, and Uncertain where an answer was lost and the receiver does not show the parcel.
        """
        lost = False
        reply: Reply | None = None
        try:
            for wait in TRIES:
                receipt = arrived()
                if receipt is not None:
                    return receipt
                try:
                    reply = self.once(request)
                except LostAnswer:
                    lost = True
                    self.pause(wait)
                    continue
                if reply.status not in BUSY:
                    return reply
                # A receiver that failed while it worked may have finished; one that refused for now (429) has not begun.
                lost = lost or reply.status != _TOO_MANY
                self.pause(wait, reply)
            receipt = arrived()
        except NotSent as failure:
            if not lost:
                raise
            raise Uncertain(
                "The bundle may have arrived, and that cannot be seen from here: {failure}", failure=failure
            ) from None
        if receipt is not None:
            return receipt
        if lost or reply is None:
            raise Uncertain(
                "{origin} broke off while the bundle was handed over, and does not show it since. Look at the case before you "
                "send it again. diag itself looks too, and does not attach it twice.",
                origin=self.origin,
            )
        return reply

    def pause(self, usual: float | None, reply: Reply | None = None) -> None:
        """Wait before the next try; None: there is none."""
        if usual is None:
            return
        wait = usual if reply is None else _wanted_pause(reply, usual)
        if wait > LONGEST_WAIT:
            raise NotSent(
                "{origin} is busy and asks for {wait} minutes of patience: send the bundle again then.",
                origin=self.origin,
                wait=round(wait / 60),
            )
        seconds = f"{wait:g}"
        if reply is None:
            self._tell(Told("The answer was lost; the next try is in {seconds} seconds.", {"seconds": seconds}))
        else:
            busy: dict[str, str | int] = {"origin": self.origin, "status": reply.status, "seconds": seconds}
            self._tell(Told("{origin} is busy (status {status}); the next try is in {seconds} seconds.", busy))
        self._sleep(wait)

    def _send(self, request: Request) -> Reply:
        """One request by the way at hand. Raises NotReached, LostAnswer, and NotSent where the whole hand-over took too long."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise NotSent(
                "{origin} took longer than {longest} minutes in all: send the bundle again later.",
                origin=self.origin,
                longest=f"{LONGEST_HAND_OVER / 60:g}",
            )
        if self._client is None:
            self._client = _client(self._ways[0], self._trust)
        patience = min(left, _PATIENCE + len(request.content) / SLOWEST)
        try:
            return Timed(partial(self._asked, self._client, request), self._lines).within(patience)
        except TimeUp:
            self._client = None  # whoever still waits in it keeps it
            raise LostAnswer("no whole answer in time") from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol) as error:
            raise _how(error) from None
        except httpx.TransportError as error:
            raise LostAnswer(str(_how(error))) from None

    def _asked(self, client: httpx.Client, request: Request) -> Reply:
        with client.stream(
            request.method,
            f"{self.origin}{request.target}",
            headers={**self._headers, **request.headers},
            content=request.content if request.method != "GET" else None,
            extensions={"trace": self._lines.trace},
        ) as response:
            return Reply(response.status_code, response.headers, _beginning(response))


def open_post(
    origin: str,
    ways: Sequence[SendRoute],
    *,
    trust: Path | None = None,
    headers: Mapping[str, str],
    tell: Tell,
    sleep: Callable[[float], None] = time.sleep,
) -> closing[Post]:
    """Return a post that closes itself. `trust` is a PEM file with the authorities to accept; None: those of this system."""
    return closing(Post(origin, ways, trust=_trusting(trust), headers=headers, tell=tell, sleep=sleep))


def _trusting(trust: Path | None) -> ssl.SSLContext:
    """Where a Python on its own knows no store of the system, the public authorities stand in for it."""
    if trust is not None:
        return ssl.create_default_context(cafile=trust)
    paths = ssl.get_default_verify_paths()
    knows = os.name == "nt" or paths.cafile or paths.capath
    return ssl.create_default_context() if knows else ssl.create_default_context(cafile=certifi.where())


def _client(way: SendRoute, trust: ssl.SSLContext) -> httpx.Client:
    """Redirections are not followed and the environment is not read: the way is the one that was chosen. Raises NotReached."""
    proxy = None
    if way.proxy is not None:
        if way.proxy.scheme.startswith("socks4"):
            raise NotReached("SOCKS 4 is not spoken here")
        login = (way.login.user.reveal(), way.login.password.reveal()) if way.login else None
        host = f"[{way.proxy.host}]" if ":" in way.proxy.host else way.proxy.host
        secured = trust if way.proxy.scheme == "https" else None
        proxy = httpx.Proxy(f"{way.proxy.scheme}://{host}:{way.proxy.port}", auth=login, ssl_context=secured)
    return httpx.Client(proxy=proxy, verify=trust, trust_env=False, follow_redirects=False, timeout=TIMEOUT)


def _beginning(response: httpx.Response) -> bytes:
    content = b""
    for part in response.iter_bytes():
        content += part
        if len(content) > LARGEST_ANSWER:
            break
    return content[:LARGEST_ANSWER]


def _wanted_pause(reply: Reply, usual: float) -> float:
    """The seconds that Retry-After asks for (RFC 9110, section 10.2.3); the usual pause where it cannot be read."""
    said = reply.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit() and len(said) < 8:
        return max(float(said), 1.0)
    try:
        until = parsedate_to_datetime(said)
    except (TypeError, ValueError, OverflowError):
        return usual
    if until.tzinfo is None:
        return usual
    try:
        return max((until - datetime.now(UTC)).total_seconds(), 1.0)
    except OverflowError:
        return usual


def _how(error: Exception) -> NotReached:
    """What kind of failure this is, in a few words; what the library says may hold anything and is left out."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NotReached("its certificate is not trusted here")
        if isinstance(cause, ssl.SSLError):
            return NotReached("no encryption could be agreed on")
        cause = cause.__cause__ or cause.__context__
    match error:
        case httpx.ConnectTimeout():
            return NotReached("no connection within 10 seconds")
        case httpx.ProxyError():
            answered = str(error)[:3].isdigit()
            return (
                NotReached("the proxy said {words}", words=clean(str(error), 60)) if answered else NotReached("the proxy refused")
            )
        case httpx.TimeoutException():
            return NotReached("no answer within 60 seconds")
        case httpx.UnsupportedProtocol():
            return NotReached("this kind of proxy is not spoken")
        case httpx.ConnectError():
            return NotReached("no connection")
        case _:
            return NotReached("the connection was cut")
