"""Which cases are alike: the fingerprint of one cause of a bundle, and of the place where a way ended that nobody understood.

Two cases have one fingerprint where the cause is the same, what helps is the same (`Check.alike`), and the way is the same:
direct or through a proxy. Names, addresses, numbers that wander, certificates and versions are no part of it. The parts stay
beside the hash, so that it can be shown why two cases stand together.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct

from diag.engine.suspects import failed_in
from diag.model.check import AnyCheck
from diag.model.diagnosis import Cause, Diagnosis, Outcome
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.observation import Observation
from diag.model.question import kind
from diag.model.run import Evidence, Trail
from diag.model.text import clean
from diag.model.verdict import Fact

ALIKE_VERSION = 1
DIGITS = 12
NO_CAUSE = "unknown"
"""Stands for the cause where none was proved."""
ENDS = "ends"
"""The one word of `kind` then: where each way ended."""
DIRECT, PROXY = "direct", "proxy"
MOST_WORDS, LONGEST_WORD = 20, 80
_JSON = msgspec.json.Encoder(order="sorted")


class ClusterParts(Struct, frozen=True):
    """What a fingerprint is made of."""

    v: int
    cause: str
    kind: dict[str, tuple[str, ...]]
    """The facts by which the cure differs, each with its words, sorted."""
    route: str
    """`direct`, `proxy` or `both`; of the endpoints that the cause hits alone."""

    @property
    def fingerprint(self) -> str:
        """`DIGITS` hexadecimal digits of the SHA-256 of the parts as canonical JSON."""
        return hashlib.sha256(_JSON.encode(self)).hexdigest()[:DIGITS]


def parts_of(cause: Cause, check: AnyCheck | None, routes: Mapping[str, str]) -> ClusterParts:
    """Return what the fingerprint of a cause is made of; `routes`: the way to each endpoint of the run, `direct` or `proxy`."""
    named = check.alike if check else ()
    told = {name: words for name in named if name in cause.facts and (words := _words(cause.facts[name]))}
    return ClusterParts(
        ALIKE_VERSION, cause.id, told, _one_way(routes[name] for name in cause.endpoints or routes if name in routes)
    )


def stop_of(diagnosis: Diagnosis, views: Sequence[EndpointView], routes: Mapping[str, str]) -> ClusterParts | None:
    """Return the same of a run in which no cause was proved; None where one was, or nothing is open."""
    if diagnosis.verdict is not Outcome.UNKNOWN:
        return None
    states = {str(state.endpoint): state.status for state in diagnosis.endpoints}
    open_ones = [view for view in views if states.get(str(view.endpoint)) is Outcome.UNKNOWN]
    words = sorted({word for view in open_ones for word in _ended(view)})
    return ClusterParts(
        ALIKE_VERSION, NO_CAUSE, {ENDS: tuple(words[:MOST_WORDS])}, _one_way(routes[str(view.endpoint)] for view in open_ones)
    )


def stop_for(word: str, trails: Iterable[Trail]) -> ClusterParts:
    """Return the stop of a run of which it is plain in a word why nothing is known of some endpoints."""
    return ClusterParts(ALIKE_VERSION, NO_CAUSE, {ENDS: (word,)}, _one_way(map(way_of, trails)))


def routes_of(evidence: Evidence) -> dict[str, str]:
    """Return the way to each endpoint in one word."""
    return {str(trail.endpoint): way_of(trail) for trail in evidence.run.trails}


def way_of(trail: Trail) -> str:
    """Return the way of one endpoint in one word."""
    return PROXY if trail.route is not None and trail.route.proxy is not None else DIRECT


def stops_in(diagnosis: Diagnosis, evidence: Evidence) -> ClusterParts | None:
    """Return the stop of a run; None as in `stop_of`."""
    return stop_of(diagnosis, RunView(evidence).cases, routes_of(evidence))


def _one_way(routes: Iterable[str]) -> str:
    ways = set(routes)
    return "both" if len(ways) > 1 else next(iter(ways), DIRECT)


def _words(fact: Fact) -> tuple[str, ...]:
    values = fact if isinstance(fact, tuple) else (fact,)
    return tuple(sorted({clean(str(value), LONGEST_WORD) for value in values}))[:MOST_WORDS]


def _ended(view: EndpointView) -> Iterator[str]:
    """Where a way ended, in words of closed lists: one for each observation that did not go well there."""
    way = PROXY if view.proxy else DIRECT
    where = f"{view.reached.name.lower()} {way} {view.endpoint.scheme}"
    went_wrong = failed_in(view)
    there = tuple(seen for seen in went_wrong if kind(seen.question) == view.reached.name.lower())
    failed = there or went_wrong or ((view.exchange.observation,) if view.exchange else ())
    if not failed:
        yield f"{where} {'unseen' if view.unseen else 'nothing'}"
    for seen in failed:
        yield f"{where} {kind(seen.question)} {_how(seen)}".rstrip()


def _how(seen: Observation) -> str:
    """How one observation failed: its word, the error of verification, the class of its status, the ICMP message."""
    answer = seen.answer
    told = [str(getattr(answer, "failure", ""))]
    told += sorted({f"verify:{error.code}" for error in getattr(answer, "verify_errors", ())})
    status = getattr(answer, "status", 0)
    told += [f"{status // 100}xx"] if isinstance(status, int) and status else []
    icmp = getattr(answer, "icmp", None)
    told += [f"icmp:{icmp.kind}.{icmp.code}"] if icmp else []
    return " ".join(word for word in told if word)


def likeness(one: Iterable[str], other: Iterable[str]) -> float:
    """Return how much two sets of words have in common, 0 to 1 (Jaccard): what both have by what either has."""
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a or b else 1.0
