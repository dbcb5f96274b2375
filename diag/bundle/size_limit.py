"""A bundle that would be too large loses what is least needed, step by step, and says so: it is written all the same.

Of a run over thousands of endpoints, what was seen at some stands for what was seen alike at others. How each endpoint fared
stays in the diagnosis, which such a bundle is then read by: evidence that is not whole cannot be judged again as a whole.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from diag.bundle.layout import SIZE, ErrorLine
from diag.model.answer import HttpReply, Session, TunnelReply, UpgradeReply
from diag.model.diagnosis import EndpointState
from diag.model.observation import Observation
from diag.model.run import Evidence, Trail

_RAW = ("body", "first_bytes", "last_bytes", "surplus")
_KEPT = 64
"""Bytes of a page that stay at the last: enough to tell whose protocol it is."""
_STANDING = 200
"""Endpoints of many that stand for the others, before follow-up questions go."""
_MOST_TOLD = 1_000
"""Pieces that are told one by one; more are told together."""


class Fitted(Struct, frozen=True):
    """Evidence with some of it left out, and the account of that."""

    evidence: Evidence
    left_out: tuple[ErrorLine, ...] = ()
    subjects: frozenset[str] | None = None
    """The endpoints whose observations are still in it; None: all of them."""

    def told(self) -> tuple[ErrorLine, ...]:
        """Return the account; of a great many pieces, those of one kind together."""
        pieces = [line for line in self.left_out if not line.endpoint]
        if len(pieces) <= _MOST_TOLD:
            return self.left_out
        times, size = Counter(line.field for line in pieces), Counter[str]()
        for line in pieces:
            size[line.field] += line.bytes
        together = (ErrorLine(SIZE, detail=f"{times[field]} observations", field=field, bytes=size[field]) for field in times)
        return (*together, *(line for line in self.left_out if line.endpoint))


def fit(evidence: Evidence, states: Sequence[EndpointState] = ()) -> Iterator[Fitted]:
    """Yield the evidence itself, then with less and less in it:

    1. the pages and first bytes of follow-up questions go;
    2. the pages and first bytes of all answers are cut to 64 bytes;
    3. stapled OCSP responses go;
    4. the endpoints beyond 200 go, of those that fared alike (`states`) the later ones first;
    5. the observations of follow-up questions go;
    6. the other endpoints go in the same order;
    7. the later half of what is left goes, as often as it must.

    Addresses, certificates, failures, timings and headers of a plain walk stay as long as its endpoint does.
    """
    fitted = Fitted(evidence)
    yield fitted
    followed = _followed(evidence)
    fitted = _shortened(fitted, lambda observation: observation.id in followed, _RAW, 0)
    yield fitted
    fitted = _shortened(fitted, lambda observation: True, _RAW, _KEPT)
    yield fitted
    fitted = _shortened(fitted, lambda observation: True, ("staple",), 0)
    yield fitted
    needed = _by_need(evidence.run.trails, states)
    for fitted in _fewer_endpoints(fitted, needed, _STANDING):  # noqa: B020  (each is made from the one before)
        yield fitted
    fitted = _without(fitted, followed)
    yield fitted
    for fitted in _fewer_endpoints(fitted, needed, 0):  # noqa: B020
        yield fitted
    while fitted.evidence.observations:
        observations = fitted.evidence.observations
        fitted = _without(fitted, frozenset(observation.id for observation in observations[len(observations) // 2 :]))
        yield fitted


def _followed(evidence: Evidence) -> frozenset[str]:
    run = evidence.run
    walked = {*run.machine, *(id for trail in run.trails for id in trail.walk)}
    asked_later = {*run.followed, *(id for trail in run.trails for id in trail.followed)}
    asked_later |= {id for trail in run.trails for repetition in trail.again for id in repetition.walk}
    return frozenset(asked_later - walked)


def _by_need(trails: Sequence[Trail], states: Sequence[EndpointState]) -> list[Trail]:
    """The trails, the most needed first: by turns one of each kind of faring, those in trouble before the others."""
    fared = {state.endpoint: (state.status.value, state.causes) for state in states}
    kinds: Counter[object] = Counter()
    order = []
    for index, trail in enumerate(trails):
        kind = fared.get(trail.endpoint)
        order.append((kinds[kind], not (kind and kind[1]), index))
        kinds[kind] += 1
    return [trails[index] for *_, index in sorted(order)]


def _fewer_endpoints(fitted: Fitted, needed: Sequence[Trail], least: int) -> Iterator[Fitted]:
    """The same with three quarters of the endpoints, and three quarters of those, until the `least` are left."""
    before = {trail.endpoint for trail in fitted.evidence.run.trails if _named(trail)}
    kept = [trail for trail in needed if trail.endpoint in before]
    while len(kept) > least:
        kept = kept[: max(least, len(kept) * 3 // 4)]
        yield (fitted := _of_these(fitted, kept))


def _of_these(fitted: Fitted, kept: Sequence[Trail]) -> Fitted:
    evidence = fitted.evidence
    stay = {trail.endpoint for trail in kept}
    trails = tuple(trail if trail.endpoint in stay else Trail(trail.endpoint, trail.route) for trail in evidence.run.trails)
    gone = [old for old, new in zip(evidence.run.trails, trails, strict=True) if _named(old) and not _named(new)]
    run = replace(evidence.run, trails=trails)
    shared = {*run.machine, *run.followed, *(id for control in run.controls for id in control.seen)}
    shared |= {id for trail in trails for id in _named(trail)}
    unwanted = {id for trail in gone for id in _named(trail)} - shared
    observations = tuple(observation for observation in evidence.observations if observation.id not in unwanted)
    return Fitted(
        Evidence(run, observations),
        (*fitted.left_out, *(ErrorLine(SIZE, endpoint=str(trail.endpoint)) for trail in gone)),
        frozenset(str(trail.endpoint) for trail in kept),
    )


def _named(trail: Trail) -> tuple[str, ...]:
    """The ids of all that was seen for one endpoint."""
    again = (id for repetition in trail.again for id in repetition.walk)
    return (*trail.walk, *trail.followed, *trail.steered, *trail.lent, *again)


def _shortened(fitted: Fitted, which: Callable[[Observation], bool], fields: tuple[str, ...], keep: int) -> Fitted:
    observations = []
    left_out = list(fitted.left_out)
    for observation in fitted.evidence.observations:
        answer = observation.answer
        if which(observation) and isinstance(answer, (HttpReply, TunnelReply, UpgradeReply, Session)):
            for field in fields:
                content = getattr(answer, field, b"")
                if len(content) > keep:
                    answer = replace(answer, **{field: content[:keep]})
                    left_out.append(ErrorLine(SIZE, observation.id, field=f"answer.{field}", bytes=len(content) - keep))
        same = answer is observation.answer
        observations.append(observation if same else replace(observation, answer=answer))
    return replace(fitted, evidence=Evidence(fitted.evidence.run, tuple(observations)), left_out=tuple(left_out))


def _without(fitted: Fitted, ids: frozenset[str]) -> Fitted:
    evidence = fitted.evidence
    kept = tuple(observation for observation in evidence.observations if observation.id not in ids)
    gone = tuple(ErrorLine(SIZE, observation.id) for observation in evidence.observations if observation.id in ids)
    return replace(fitted, evidence=Evidence(evidence.run, kept), left_out=(*fitted.left_out, *gone))
