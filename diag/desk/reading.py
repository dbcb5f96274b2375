"""One bundle as the desk knows it: judged anew from its evidence, small enough for a row, and safe to show.

What the customer was told (`verdicts.json`) is never believed. It stands beside, so that a difference can be told.

A bundle that was cut for its size is judged by what is left of it. Of the endpoints that are not in it nothing is said: they are
no part of the judgement, stand as `left_out`, and where one of them is required and nothing else is wrong, the bundle is open.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from diag.bundle.archive import unpack
from diag.bundle.keys import Identities
from diag.bundle.read import SeenAnew, archive_in, seen_in
from diag.desk.alike import DIRECT, ClusterParts, parts_of, routes_of, stop_for, stop_of, way_of
from diag.engine.judge import judge
from diag.model.check import AnyCheck
from diag.model.desk import LEFT_OUT
from diag.model.diagnosis import Cause, Outcome
from diag.model.endpoint import Endpoint
from diag.model.endpoint_view import EndpointView, RunView, Stage
from diag.model.run import Evidence, Trail
from diag.model.text import clean
from diag.model.verdict import Confidence, Facts

MOST_FACTS = 4_096
"""Bytes of a cause's facts as JSON."""
LONGEST_FACT_TEXT = 300
MOST_ENDPOINTS_KEPT = 500
"""Endpoints of one bundle that get a row, those that fare badly first."""


class ReadCause(Struct, frozen=True):
    """One cause, or the stop of a bundle in which none was proved."""

    parts: ClusterParts
    status: str
    confidence: str
    owner: str
    """Empty: nobody knows yet."""
    endpoints: int
    arrived: int
    facts: bytes
    """JSON."""


class ReadEndpoint(Struct, frozen=True):
    """How one endpoint fared."""

    host: str
    port: int
    scheme: str
    role: str
    route: str
    status: str
    reached: str


class ReadBundle(Struct, frozen=True):
    """One bundle; the fields are the columns of `bundle`."""

    digest: str
    began: datetime
    ended: datetime
    tool: str
    catalogue: str
    privacy: str
    verdict: str
    then_verdict: str
    then_causes: tuple[str, ...]
    os: str
    setting: str
    cloud: str
    endpoints: int
    arrived: int
    """Of the required endpoints, how many were reached."""
    interrupted: bool
    demo: str
    whole: bool
    """Whether all that was seen is in it; it was cut for its size otherwise, and is judged by what is left."""
    left_out: int
    """Endpoints of which nothing is in it."""
    causes: tuple[ReadCause, ...]
    rows: tuple[ReadEndpoint, ...]
    labels: tuple[tuple[str, str], ...]


def read_bundle_anew(content: bytes, catalogue: Sequence[AnyCheck], identities: Identities | None = None) -> ReadBundle:
    """Return what a file holds, judged by this catalogue. Raises CannotRead with the reader's own sentence, and UnusableKey."""
    seen = seen_in(unpack(archive_in(content, identities)))
    evidence, missing = _left_in(seen)
    run = evidence.run
    diagnosis = judge(evidence, catalogue)
    views = RunView(evidence).cases
    routes = routes_of(evidence)
    by_id = {check.id: check for check in catalogue}
    arrived = {str(state.endpoint) for state in diagnosis.endpoints if state.arrived}
    causes = [_cause(cause, parts_of(cause, by_id[cause.id], routes), arrived) for cause in diagnosis.causes]
    stop = stop_of(diagnosis, views, routes) if views or not missing else None
    if stop is not None:
        open_ones = [state for state in diagnosis.endpoints if state.status is Outcome.UNKNOWN]
        causes.append(_open(stop, len(open_ones), sum(state.arrived for state in open_ones)))
    verdict = diagnosis.verdict
    if verdict is not Outcome.PROBLEM and any(trail.endpoint.expects.required for trail in missing):
        verdict = Outcome.UNKNOWN
        if stop is None:
            causes.append(_open(stop_for(LEFT_OUT, missing), len(missing), 0))
    rows = [
        _row(state.endpoint, routes.get(str(state.endpoint), DIRECT), state.status, state.reached)
        for state in diagnosis.endpoints
    ]
    rows += [_row(trail.endpoint, way_of(trail), LEFT_OUT, Stage.START) for trail in missing]
    rows.sort(key=lambda row: row.status == Outcome.OK)
    system, setting, cloud = _machine(evidence, views)
    required = [state for state in diagnosis.endpoints if state.endpoint.expects.required] or diagnosis.endpoints
    return ReadBundle(
        digest=seen.digest,
        began=run.began,
        ended=run.ended,
        tool=clean(run.tool, 60),
        catalogue=clean(seen.manifest.catalogue, 100),
        privacy=clean(seen.manifest.privacy, 20),
        verdict=verdict,
        then_verdict=clean(seen.then.verdict, 20),
        then_causes=tuple(clean(cause, 80) for cause in seen.then.causes),
        os=system,
        setting=setting,
        cloud=cloud,
        endpoints=len(diagnosis.endpoints) + len(missing),
        arrived=sum(state.arrived for state in required),
        interrupted=run.interrupted,
        demo=clean(run.demo, 80),
        whole=seen.whole,
        left_out=len(missing),
        causes=tuple(causes),
        rows=tuple(rows[:MOST_ENDPOINTS_KEPT]),
        labels=tuple((label.key, clean(label.value, 200)) for label in run.labels),
    )


def _left_in(seen: SeenAnew) -> tuple[Evidence, tuple[Trail, ...]]:
    """The evidence of the endpoints that are in a bundle, and the trails of those that are not."""
    evidence, gone = seen.evidence, seen.left_out
    missing = tuple(trail for trail in evidence.run.trails if str(trail.endpoint) in gone) if gone else ()
    if not missing:
        return evidence, ()
    kept = tuple(trail for trail in evidence.run.trails if str(trail.endpoint) not in gone)
    return Evidence(replace(evidence.run, trails=kept), evidence.observations), missing


def _row(endpoint: Endpoint, route: str, status: str, reached: Stage) -> ReadEndpoint:
    host, role = clean(endpoint.host, LONGEST_FACT_TEXT), clean(endpoint.role, 100)
    return ReadEndpoint(host, endpoint.port, endpoint.scheme, role, route, status, reached.name.lower())


def _open(stop: ClusterParts, endpoints: int, arrived: int) -> ReadCause:
    return ReadCause(stop, Outcome.UNKNOWN, Confidence.POSSIBLE, "", endpoints, arrived, b"{}")


def _cause(cause: Cause, parts: ClusterParts, arrived: set[str]) -> ReadCause:
    reached = sum(name in arrived for name in cause.endpoints)
    return ReadCause(parts, cause.status, cause.confidence, cause.owner, len(cause.endpoints), reached, facts_of(cause.facts))


def facts_of(facts: Facts) -> bytes:
    """Return facts as JSON of at most `MOST_FACTS` bytes: every text clean, the longest left out where there is no room."""
    plain = {clean(name, 60): _plain(fact) for name, fact in facts.items()}
    told = msgspec.json.encode(plain, order="sorted")
    while len(told) > MOST_FACTS:
        del plain[max(plain, key=lambda name: len(msgspec.json.encode(plain[name])))]
        told = msgspec.json.encode(plain, order="sorted")
    return told


def _plain(fact: object) -> object:
    match fact:
        case bool() | int() | float():
            return fact
        case datetime():
            return fact.isoformat()
        case tuple():
            return [clean(str(item), LONGEST_FACT_TEXT) for item in fact[:20]]
        case _:
            return clean(str(fact), LONGEST_FACT_TEXT)


def _machine(evidence: Evidence, views: Sequence[EndpointView]) -> tuple[str, str, str]:
    """The system, what it runs inside, and the cloud; empty where nothing was said."""
    seen = RunView(evidence).machine.system
    if seen is None:
        return "", "", ""
    system = seen.answer
    setting = "kubernetes" if system.kubernetes else system.setting
    return clean(system.distribution or system.system, 60), clean(setting, 40), clean(system.cloud, 40)
