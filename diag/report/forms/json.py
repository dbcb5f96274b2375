"""The diagnosis for programs: one JSON document, `diag.report/1`, whose shape is a contract. Writer and schema are one.

Keys are only ever added; a reader ignores those that it does not know. The bytes depend on the diagnosis and the
catalogue alone.
"""

import math
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from diag.language import spoken
from diag.model.catalogue import KnownChecks
from diag.model.diagnosis import Cause, Diagnosis, EndpointState, Outcome
from diag.model.endpoint_view import EndpointView
from diag.model.run import Evidence
from diag.model.text import clean
from diag.model.verdict import Confidence, Fact, Owner, Status
from diag.report.views.asked_from import asked_from
from diag.report.views.endpoint_facts import NOTHING_SEEN, facts_of
from diag.report.views.reported import (
    ReportedCertificate,
    ReportedError,
    ReportedProcess,
    certificates_of,
    cleaned,
    error_of,
    moment_text,
    process_of,
)
from diag.report.views.request_traces import RequestTrace, traces_of
from diag.report.wording.lost import Parts
from diag.report.wording.open_questions import OpenQuestions, open_questions
from diag.report.wording.sentences import tell
from diag.report.wording.told import TOLD_ERRORS

_SCHEMA: Literal["diag.report/1"] = "diag.report/1"

JsonFact = str | int | float | bool | tuple[str, ...]
"""A moment is text as RFC 3339 writes it, in UTC."""


class ReportedCause(Struct, frozen=True):
    """One thing that is wrong. `title` and `remedy` are sentences for people, everything else is for programs."""

    id: str
    status: Annotated[
        Literal["problem", "warning", "unknown"],
        Meta(description="`unknown` only in a bundle from another version, whose word for it is not known here."),
    ]
    confidence: Confidence
    owner: Owner
    endpoints: Annotated[tuple[str, ...], Meta(description="Every endpoint it hits, as scheme://host:port.")]
    cites: Annotated[tuple[str, ...], Meta(description="Ids of the observations that it rests on.")]
    facts: dict[str, JsonFact]
    title: str
    remedy: tuple[str, ...]
    explains: Annotated[tuple[str, ...], Meta(description="Ids of causes found too that are consequences of this one.")]
    perhaps: Annotated[tuple[Owner, ...], Meta(description="Who else it may belong to; empty: nobody.")]
    rivals: Annotated[tuple[str, ...], Meta(description="What else it could be, or whose else, and is not ruled out.")]
    see_it: Annotated[str, Meta(description="A command, quoted for its shell, that shows it; empty: none is known.")] = ""
    see_it_shows: Annotated[str, Meta(description="What that command shows where the cause is present.")] = ""
    article: Annotated[str, Meta(description="Where its article stands on the web; empty: nobody said (--docs).")] = ""


class ReportedEndpoint(Struct, frozen=True):
    """How one endpoint fares."""

    endpoint: str
    status: Outcome
    reached: Annotated[
        Literal["start", "lookup", "connect", "tunnel", "upgrade", "handshake", "exchange"],
        Meta(description="The stage at which the way there ends: the first that fails, or the last where none does."),
    ]
    causes: tuple[str, ...]
    required: bool
    address: Annotated[str, Meta(description="The address that was used, the proxy's where one is on the way; empty: none.")]
    address_scope: Annotated[Literal["", "own", "private", "public"], Meta(description="What kind of address that is.")]
    proxy: Annotated[str, Meta(description="The proxy on the way, as host:port; empty: direct.")]
    seconds: Annotated[float | None, Meta(description="From the first question of the walk to its last answer.")]
    phases: Annotated[dict[str, float], Meta(description="Seconds of each stage of the walk, by its name.")]
    tls: Annotated[str, Meta(description="The TLS version; empty: none was agreed on.")]
    cipher: Annotated[str, Meta(description="The cipher suite that was agreed on; empty: none.")]
    certificate_issuer: str
    certificate_expires: Annotated[
        str, Meta(description="The end of the server's own certificate, RFC 3339 in UTC; empty: none.")
    ]
    http_status: Annotated[int, Meta(description="0: no answer over HTTP.")]
    certificates: Annotated[
        tuple[ReportedCertificate, ...], Meta(description="The chain, the server's own first; empty: none that can be read.")
    ] = ()


class ReportedRun(Struct, frozen=True):
    """The run that was judged."""

    began: Annotated[str, Meta(description="RFC 3339, in UTC.")]
    seconds: float
    tool: Annotated[str, Meta(description="The version of diag that looked.")]
    interrupted: bool
    bundle: Annotated[str, Meta(description="The name of the file that the evidence is in; empty: none was written.")] = ""
    client: Annotated[str, Meta(description="The program by whose rules it went (`--client`); empty: by none's.")] = ""
    process: ReportedProcess | None = None
    told: Annotated[tuple[ReportedError, ...], Meta(description="What programs' messages said (`diag read`).")] = ()


class ReportedTrace(Struct, frozen=True):
    """By what others find one request in their own logs."""

    endpoint: str
    moment: Annotated[str, Meta(description="RFC 3339, in UTC, to the millisecond.")]
    source: Annotated[str, Meta(description="Address and port that it left from; empty: not known.")]
    destination: Annotated[str, Meta(description="Address and port that it went to, the proxy's where one is on the way.")]
    tls: Annotated[str, Meta(description="Version and cipher; empty: none was agreed on.")]
    http_status: Annotated[int, Meta(description="0: no answer over HTTP.")]
    identifiers: Annotated[dict[str, str], Meta(description="Fields of the answer by which the service finds the request.")]
    words: Annotated[str, Meta(description="The answer's own words, where it refused; redacted.")]


class ReportedSuspect(Struct, frozen=True):
    """A cause that fits what failed where none is proved."""

    id: str
    endpoints: Annotated[tuple[str, ...], Meta(description="The endpoints at which it may be.")]
    cites: Annotated[tuple[str, ...], Meta(description="Ids of what failed there and speaks for it.")]


class Counts(Struct, frozen=True):
    """How many verdicts of each status."""

    problem: int
    warning: int
    ok: int
    unknown: int
    not_applicable: int


class _Report(Struct, frozen=True):
    """One diagnosis. `causes` is ranked: what to fix first comes first, warnings after problems."""

    schema: Literal["diag.report/1"]
    verdict: Outcome
    causes: tuple[ReportedCause, ...]
    endpoints: tuple[ReportedEndpoint, ...]
    counts: Counts
    run: ReportedRun
    consequences: Annotated[
        tuple[str, ...],
        Meta(description="What works and what will not, in sentences for people; empty: nothing fails, or roles say nothing."),
    ] = ()
    unclaimed: Annotated[
        tuple[str, ...], Meta(description="Ids of what failed on the way to an endpoint and what no cause speaks of.")
    ] = ()
    suspects: Annotated[
        tuple[ReportedSuspect, ...], Meta(description="Where nothing is proved: the likeliest causes, the likelier first.")
    ] = ()
    notes: Annotated[
        tuple[str, ...],
        Meta(
            description="Of a bundle: what today's checks see otherwise than those of then. Of any: what could not be said, "
            "by a fault in diag itself. In sentences."
        ),
    ] = ()
    asked_from: Annotated[
        dict[str, str],
        Meta(description="Where the run looked from, in words, by what they are about: system, address, names, way and so on."),
    ] = msgspec.field(default_factory=dict)
    traces: Annotated[
        tuple[ReportedTrace, ...], Meta(description="A request of each endpoint that is at fault, as others' logs have it.")
    ] = ()
    only_you_can_answer: Annotated[tuple[str, ...], Meta(description="What no look at the machine can tell.")] = ()
    not_needed: Annotated[str, Meta(description="What support need not ask for, in a sentence; empty: nothing of the kind.")] = ""
    language: Annotated[
        str, Meta(description="The language of all sentences, as its tag: `en` where no other was asked for.")
    ] = "en"


def write_report(
    diagnosis: Diagnosis,
    catalogue: KnownChecks,
    evidence: Evidence,
    meaning: Sequence[str] = (),
    *,
    notes: Sequence[str] = (),
    bundle: str = "",
    quoted: Evidence | None = None,
    one_line: bool = False,
) -> bytes:
    """Return the document in UTF-8, indented or on one line, with a newline at its end. `meaning` becomes `consequences`.

    `bundle` is the name of the file that the evidence is in; `quoted` the evidence redacted, from which answers are quoted.
    """
    parts = Parts()
    stand_ins = quoted is None or quoted is evidence
    open_ones = parts.made(lambda: open_questions(diagnosis, catalogue), OpenQuestions((), ""))
    views = {str(trail.endpoint): EndpointView(evidence, trail) for trail in evidence.run.trails}
    report = _Report(
        schema=_SCHEMA,
        verdict=diagnosis.verdict,
        causes=tuple(_cause(cause, catalogue, parts, stand_ins=stand_ins) for cause in diagnosis.causes),
        endpoints=tuple(_endpoint(state, views.get(str(state.endpoint)), parts) for state in diagnosis.endpoints),
        counts=Counts(**diagnosis.counts),
        run=ReportedRun(
            began=moment_text(evidence.run.began),
            seconds=round((evidence.run.ended - evidence.run.began).total_seconds(), 3),
            tool=clean(evidence.run.tool),
            interrupted=evidence.run.interrupted,
            bundle=clean(bundle),
            client=clean(evidence.run.client),
            process=process_of(evidence.run.process) if evidence.run.process else None,
            told=tuple(error_of(error, diagnosis) for error in evidence.run.told if error.error in TOLD_ERRORS),
        ),
        consequences=cleaned(tuple(meaning)),
        unclaimed=cleaned(diagnosis.unclaimed),
        suspects=tuple(ReportedSuspect(clean(one.id), cleaned(one.endpoints), cleaned(one.cites)) for one in diagnosis.suspects),
        asked_from=parts.made(lambda: {line.name: line.words for line in asked_from(evidence)}, {}),
        traces=parts.made(lambda: tuple(_trace(trace) for trace in traces_of(diagnosis, evidence, quoted)), ()),
        only_you_can_answer=open_ones.asked,
        not_needed=open_ones.not_needed,
        language=spoken(),
        notes=cleaned((*notes, *parts.lost)),
    )
    written = msgspec.json.encode(report, order="deterministic")
    return (written if one_line else msgspec.json.format(written, indent=2)) + b"\n"


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what `write_report` writes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _SCHEMA,
        **msgspec.json.schema(_Report),
    }


def _cause(cause: Cause, catalogue: KnownChecks, parts: Parts, *, stand_ins: bool) -> ReportedCause:
    story = parts.made(lambda: tell(cause, catalogue, stand_ins=stand_ins), None)
    return ReportedCause(
        id=clean(cause.id),
        status=_CAUSE_STATUS.get(cause.status, "unknown"),
        confidence=cause.confidence,
        owner=cause.owner,
        endpoints=cleaned(cause.endpoints),
        cites=cleaned(cause.cites),
        facts={clean(name): _fact(fact) for name, fact in cause.facts.items()},
        title=story.title if story else parts.lost[-1],
        remedy=story.remedy if story else (),
        explains=cleaned(cause.explains),
        perhaps=cause.perhaps,
        rivals=cleaned(cause.rivals),
        see_it=story.see_it.line if story and story.see_it else "",
        see_it_shows=story.see_it.shows if story and story.see_it else "",
        article=story.article_at if story else "",
    )


def _endpoint(state: EndpointState, view: EndpointView | None, parts: Parts) -> ReportedEndpoint:
    facts = parts.made(lambda: facts_of(view), NOTHING_SEEN) if view else NOTHING_SEEN
    return ReportedEndpoint(
        endpoint=clean(str(state.endpoint)),
        status=state.status,
        reached=_STAGE_WORDS[state.reached],
        causes=cleaned(state.causes),
        required=state.endpoint.expects.required,
        address=clean(facts.address),
        address_scope=facts.scope,
        proxy=clean(facts.proxy),
        seconds=facts.seconds,
        phases={phase.name: phase.seconds for phase in facts.phases},
        tls=clean(facts.tls),
        cipher=clean(facts.cipher),
        certificate_issuer=clean(facts.issuer),
        certificate_expires=moment_text(facts.expires) if facts.expires else "",
        http_status=facts.status,
        certificates=parts.made(lambda: tuple(certificates_of(view)), ()) if view else (),
    )


def _trace(trace: RequestTrace) -> ReportedTrace:
    return ReportedTrace(
        endpoint=trace.endpoint,
        moment=moment_text(trace.at),
        source=trace.source,
        destination=trace.destination,
        tls=trace.tls,
        http_status=int(trace.status or 0),
        identifiers=dict(trace.identifiers),
        words=trace.words,
    )


_CAUSE_STATUS: dict[Status, Literal["problem", "warning", "unknown"]] = {Status.PROBLEM: "problem", Status.WARNING: "warning"}
_STAGE_WORDS: tuple[Literal["start", "lookup", "connect", "tunnel", "upgrade", "handshake", "exchange"], ...] = (
    "start",
    "lookup",
    "connect",
    "tunnel",
    "upgrade",
    "handshake",
    "exchange",
)
"""The names of `Stage`, by its numbers."""


def _fact(fact: Fact) -> JsonFact:
    match fact:
        case str():
            return clean(fact)
        case float() if not math.isfinite(fact):
            return str(fact)
        case bool() | int() | float():
            return fact
        case tuple() | list():
            return cleaned(fact)
        case _:
            return fact.isoformat().replace("+00:00", "Z")
