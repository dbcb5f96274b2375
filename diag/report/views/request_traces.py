"""To trace these requests: by what the provider, the proxy team and the firewall team find them in their own logs.

One line an endpoint: the moment in UTC to the millisecond, from which address and port to which, TLS, the status, the identifiers
that the answer carried, and the answer's own words.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from msgspec import Struct

from diag.model.answer import Connection, Header, HttpReply, TunnelReply
from diag.model.diagnosis import Diagnosis, Outcome
from diag.model.endpoint_view import EndpointView
from diag.model.expression import expression
from diag.model.observation import Observation
from diag.model.question import Connect, Question, stands_on
from diag.model.run import Evidence
from diag.model.text import clean

MOST_TRACES = 12
"""Endpoints that are traced in a report; the rest are like them, or in the evidence."""
IDENTIFIERS = (
    "x-request-id",
    "x-correlation-id",
    "request-id",
    "x-amz-request-id",
    "x-amz-id-2",
    "x-amzn-requestid",
    "x-amz-cf-id",
    "x-ms-request-id",
    "x-azure-ref",
    "cf-ray",
    "x-goog-request-id",
    "x-cloud-trace-context",
    "x-snowflake-request-id",
    "x-squid-error",
    "via",
    "server",
)
"""Fields by which a service finds a request, or that name who answered."""
_LONGEST_WORDS = 160
_TAGS = expression(r"<(script|style)\b.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)


class RequestTrace(Struct, frozen=True):
    """One request, as others' logs have it."""

    endpoint: str
    at: datetime
    """When it began."""
    source: str
    """Address and port that it left from; empty: not known."""
    destination: str
    """Address and port that it went to, the proxy's where one is on the way."""
    tls: str
    status: str
    identifiers: tuple[tuple[str, str], ...]
    words: str
    """The answer's own words, on one line; empty: it had none, or all is well."""

    @property
    def moment(self) -> str:
        """When it began, in UTC, to the millisecond."""
        return f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}.{self.at.microsecond // 1000:03} UTC"

    @property
    def path(self) -> str:
        """`source → destination`, as far as they are known."""
        return " \u2192 ".join(place for place in (self.source, self.destination) if place)

    @property
    def line(self) -> str:
        """All but the endpoint and the answer's words, on one line."""
        status = f"HTTP {self.status}" if self.status else ""
        parts = (self.moment, self.path, self.tls, status, *(f"{name}: {value}" for name, value in self.identifiers))
        return "; ".join(part for part in parts if part)


def traces_of(
    diagnosis: Diagnosis, evidence: Evidence, quoted: Evidence | None, *, every: bool = False
) -> tuple[RequestTrace, ...]:
    """Return a trace for each endpoint that is at fault, or for `every` one, in the order of the run.

    An answer may repeat what it was sent, secrets among it: its fields and words are quoted from `quoted`, which is the same
    evidence redacted. None: there is none, and no answer is quoted.
    """
    states = {str(state.endpoint): state for state in diagnosis.endpoints}
    views = (EndpointView(evidence, trail) for trail in evidence.run.trails)
    well = {name for name, state in states.items() if state.status is Outcome.OK}
    wanted = (view for view in views if str(view.endpoint) in states and (every or str(view.endpoint) not in well))
    return tuple(trace for view in wanted if (trace := _trace(view, quoted)))[:MOST_TRACES]


def _trace(view: EndpointView, quoted: Evidence | None) -> RequestTrace | None:
    dial = next((one for one in view.dials if not one.answer.failure), next(iter(view.dials), None))
    last = view.exchange or view.session or view.tunnel or dial
    if dial is None or last is None:
        return None
    reply = view.exchange.answer if view.exchange else view.tunnel.answer if view.tunnel and view.tunnel.answer.failure else None
    session = view.session.answer if view.session else None
    said = quoted_reply(last.observation, quoted)
    source = _source(_carrying(view, last.observation) or dial.observation)
    return RequestTrace(
        endpoint=clean(str(view.endpoint)),
        at=last.observation.began.replace(microsecond=last.observation.began.microsecond // 1000 * 1000),
        source=clean(source),
        destination=clean(str(dial.question.address)),
        tls=clean(" ".join(part for part in (session.version, session.cipher) if part)) if session and session.finished else "",
        status=str(reply.status) if reply and reply.status else "",
        identifiers=tuple(_identifiers(said.headers)) if reply and said else (),
        words=reply_words(said) if reply and said and (reply.status >= 400 or reply.failure) else "",
    )


def quoted_reply(observation: Observation, quoted: Evidence | None) -> HttpReply | TunnelReply | None:
    """Return the answer of one observation as it may be quoted; None: it is none over HTTP, or nothing may be."""
    found = quoted.by_id.get(observation.id) if quoted else None
    answer = found.answer if found else None
    return answer if isinstance(answer, HttpReply | TunnelReply) else None


def _carrying(view: EndpointView, observation: Observation) -> Observation | None:
    """The connect that an observation's question stands on."""
    waiting: list[Question] = [observation.question]
    while waiting:
        question = waiting.pop()
        if isinstance(question, Connect):
            return view.asked(question)
        waiting.extend(stands_on(question))
    return None


def _source(observation: Observation) -> str:
    answer = observation.answer
    if not isinstance(answer, Connection) or not answer.source:
        return ""
    host = f"[{answer.source}]" if ":" in answer.source else answer.source
    return f"{host}:{answer.source_port}" if answer.source_port else host


def _identifiers(headers: Iterable[Header]) -> Iterator[tuple[str, str]]:
    for name in IDENTIFIERS:
        value = next((header.value for header in headers if header.name == name and header.value), "")
        if value:
            yield name, clean(value, 120)


def reply_words(reply: HttpReply | TunnelReply) -> str:
    """Return what a page or a document says, without its markup, on one line."""
    body = reply.body if isinstance(reply, HttpReply) else reply.first_bytes.partition(b"\r\n\r\n")[2]
    text = _TAGS.sub(" ", body.decode("utf-8", "replace"))
    return clean(" ".join(text.split()), _LONGEST_WORDS)
