"""Two runs compared: before and after, or here and there. Pure: two diagnoses with their evidence in, one comparison out.

Nothing is called fixed because the other side did not look, and nothing is called different because a private value has
another stand-in in each bundle.
"""

from collections.abc import Iterable, Sequence
from enum import Enum, auto

from msgspec import Struct

from diag.engine.pseudonym_match import Likeness, Replaced
from diag.engine.traits import traits_of
from diag.model.comparison import CauseChange, Change, Comparison, Difference, EndpointChange, Fared, Matter
from diag.model.diagnosis import Cause, Diagnosis, EndpointState, Outcome
from diag.model.endpoint import Endpoint
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.run import Evidence
from diag.model.verdict import RUN, Fact, Facts, Status
from diag.model.wire.chain import EXPIRED, NOT_YET_VALID, codes

COULD_EXPLAIN: dict[Stage, tuple[Matter, ...]] = {
    Stage.START: (Matter.ROUTE, Matter.RESOLVERS, Matter.GATEWAY, Matter.INTERFACES),
    Stage.LOOKUP: (Matter.HOSTS, Matter.RESOLVERS, Matter.ROUTE, Matter.GATEWAY, Matter.INTERFACES),
    Stage.CONNECT: (
        Matter.PORT, Matter.NETWORK, Matter.ADDRESSES, Matter.ROUTE, Matter.HOSTS, Matter.RESOLVERS, Matter.GATEWAY,
        Matter.INTERFACES,
    ),
    Stage.TUNNEL: (Matter.ROUTE, Matter.PROXY_LOGIN, Matter.PORT, Matter.ADDRESSES, Matter.RESOLVERS, Matter.GATEWAY),
    Stage.UPGRADE: (Matter.ROUTE, Matter.NETWORK, Matter.ADDRESSES, Matter.PORT, Matter.HOSTS, Matter.RESOLVERS),
    Stage.HANDSHAKE: (
        Matter.ISSUER, Matter.TRUST, Matter.CHAIN, Matter.CERTIFICATE, Matter.ROUTE, Matter.ADDRESSES, Matter.NETWORK,
        Matter.HOSTS, Matter.TLS_VERSION, Matter.TLS_GROUP, Matter.OPENSSL, Matter.RESOLVERS, Matter.PORT,
        Matter.INTERFACES, Matter.GATEWAY,
    ),
    Stage.EXCHANGE: (
        Matter.ROUTE, Matter.NETWORK, Matter.ADDRESSES, Matter.ISSUER, Matter.CERTIFICATE, Matter.HOSTS, Matter.RESOLVERS,
        Matter.TLS_VERSION, Matter.PORT, Matter.PROXY_LOGIN,
    ),
}  # fmt: skip
"""For the stage at which the way ends on one side and not on the other: what could be the reason, the likeliest first."""
NOTHING_REPLACED = Replaced()


class Side(Struct, frozen=True):
    """One of the two runs."""

    diagnosis: Diagnosis
    evidence: Evidence
    replaced: Replaced = NOTHING_REPLACED


class Fares(Enum):
    """How one side's endpoint fares."""

    WORKS = auto()
    FAILS = auto()
    OPEN = auto()
    """It was not looked at to the end."""


def compare(a: Side, b: Side, *, linked: bool = False) -> Comparison:
    """Return what differs from A to B. `linked`: both come from one bundle, so that equal stand-ins mean equal values."""
    return _Comparing(a, b, Likeness(a.replaced, b.replaced, linked=linked)).done()


_FAILING = (Outcome.PROBLEM, Outcome.UNKNOWN)


class _Comparing:
    def __init__(self, a: Side, b: Side, likeness: Likeness) -> None:
        self._a = a
        self._b = b
        self._like = likeness
        self._pairs = tuple(_paired(a.diagnosis.endpoints, b.diagnosis.endpoints))
        self._cases_a = _cases(a)
        self._cases_b = _cases(b)
        self._names = {str(left.endpoint): str(right.endpoint) for left, right in self._pairs}

    def done(self) -> Comparison:
        left = {str(pair[0].endpoint) for pair in self._pairs}
        right = {str(pair[1].endpoint) for pair in self._pairs}
        only_a = [state for state in self._a.diagnosis.endpoints if str(state.endpoint) not in left]
        only_b = [state for state in self._b.diagnosis.endpoints if str(state.endpoint) not in right]
        return Comparison(
            causes=tuple(self._causes()),
            endpoints=tuple(self._endpoints()),
            only_a=tuple(str(state.endpoint) for state in only_a),
            only_b=tuple(str(state.endpoint) for state in only_b),
            failing_only_a=tuple(str(state.endpoint) for state in only_a if state.status in _FAILING),
            failing_only_b=tuple(str(state.endpoint) for state in only_b if state.status in _FAILING),
        )

    def _causes(self) -> Iterable[CauseChange]:
        """Those of B in their rank, then those of A that B has no longer."""
        waiting = list(self._a.diagnosis.causes)
        for cause in self._b.diagnosis.causes:
            before = self._partner(cause, waiting)
            if before is None:
                yield self._alone(None, cause)
            else:
                waiting.remove(before)
                yield self._both(before, cause)
        for cause in waiting:
            yield self._alone(cause, None)

    def _partner(self, cause: Cause, waiting: Sequence[Cause]) -> Cause | None:
        """The cause of A that is the same thing: of the same kind, about the same, or at the same endpoints, or the only one."""
        same = [other for other in waiting if other.id == cause.id]
        about = [other for other in same if self._like.may_equal(other.about, cause.about)]
        hit = set(cause.endpoints)
        there = [other for other in same if hit.intersection(self._names.get(name, name) for name in other.endpoints)]
        few = same if len(same) == 1 and not hit.union(same[0].endpoints) else []
        return next(iter((*about, *there, *few)), None)

    def _both(self, a: Cause, b: Cause) -> CauseChange:
        facts = tuple(self._fact_differences({"about": a.about} | a.facts, {"about": b.about} | b.facts))
        hit = {self._names.get(name, name) for name in a.endpoints}
        shared = set(self._names.values())
        alike = (a.status, a.confidence) == (b.status, b.confidence) and hit & shared == set(b.endpoints) & shared
        known = any(fact.comparable for fact in facts)
        return CauseChange(Change.STILL if alike and not known else Change.CHANGED, a, b, facts)

    def _alone(self, a: Cause | None, b: Cause | None) -> CauseChange:
        """A cause of one side. It is fixed or new only where the other side looked for it at those endpoints."""
        cause, other = (a, self._b) if a else (b, self._a)
        assert cause is not None
        back = {right: left for left, right in self._names.items()}
        names = {(self._names if a else back).get(name, name) for name in cause.endpoints}
        judged = [
            verdict.finding.status
            for verdict in other.diagnosis.verdicts
            if verdict.check == cause.id and (verdict.subject in names or verdict.subject == RUN)
        ]
        folded = next((found.id for found in other.diagnosis.causes if cause.id in found.explains), "")
        looked = bool(judged) and not folded and all(status in (Status.OK, Status.NOT_APPLICABLE) for status in judged)
        change = (Change.FIXED if a else Change.NEW) if looked else Change.UNDECIDED
        return CauseChange(change, a, b, (), folded)

    def _fact_differences(self, a: Facts, b: Facts) -> Iterable[Difference]:
        for name in dict.fromkeys((*a, *b)):
            left, right = _fact_text(a.get(name)), _fact_text(b.get(name))
            if left != right:
                yield Difference(name, left, right, comparable=not self._like.may_equal(left, right))

    def _endpoints(self) -> Iterable[EndpointChange]:
        for left, right in self._pairs:
            yield self._endpoint(left, right)

    def _endpoint(self, left: EndpointState, right: EndpointState) -> EndpointChange:
        case_a, case_b = self._cases_a.get(str(left.endpoint)), self._cases_b.get(str(right.endpoint))
        fares = (_fares(left, case_a), _fares(right, case_b))
        change = _change(fares, left, right)
        differences, alike = self._traits(left, right, case_a, case_b, fares)
        return EndpointChange(str(left.endpoint), change, _fared(left), _fared(right), differences, alike)

    def _traits(
        self,
        left: EndpointState,
        right: EndpointState,
        a: EndpointView | None,
        b: EndpointView | None,
        fares: tuple[Fares, Fares],
    ) -> tuple[tuple[Difference, ...], int]:
        if a is None or b is None:
            return (), 0
        failing = {(Fares.WORKS, Fares.FAILS): (right, b), (Fares.FAILS, Fares.WORKS): (left, a)}.get(fares)
        reasons = _reasons(*failing) if failing else ()
        of_a, of_b = traits_of(a), traits_of(b)
        found, alike = [], 0
        for matter in Matter:
            if matter not in of_a or matter not in of_b or (matter is Matter.TIME and matter not in reasons):
                continue
            if of_a[matter] == of_b[matter] and self._like.certain(of_a[matter]):
                alike += 1
                continue
            comparable = not self._like.may_equal(of_a[matter], of_b[matter])
            explains = comparable and matter in reasons
            found.append(Difference(matter.value, of_a[matter], of_b[matter], explains, comparable))
        order = [matter.value for matter in (*reasons, *(matter for matter in Matter if matter not in reasons))]
        found.sort(key=lambda one: (not one.comparable, not one.explains, order.index(one.matter)))
        return tuple(found), alike


def _reasons(state: EndpointState, view: EndpointView) -> tuple[Matter, ...]:
    """What could explain that a way ends where it does, the likeliest first: what a certificate is refused for leads."""
    usual = COULD_EXPLAIN[state.reached]
    refused = codes(view.session.answer) if view.session and state.reached is Stage.HANDSHAKE else frozenset()
    if refused & {NOT_YET_VALID, EXPIRED}:
        first: tuple[Matter, ...] = (Matter.CERTIFICATE, Matter.TIME)
    else:
        first = (Matter.ISSUER, Matter.CHAIN, Matter.TRUST) if refused else ()
    return tuple(dict.fromkeys((*first, *usual)))


def _paired(a: Sequence[EndpointState], b: Sequence[EndpointState]) -> Iterable[tuple[EndpointState, EndpointState]]:
    """The endpoints that both sides looked at. A host that each names once counts as one endpoint, whatever its port."""
    waiting = {str(state.endpoint): state for state in b}
    alone = []
    for state in a:
        other = waiting.pop(str(state.endpoint), None)
        if other is None:
            alone.append(state)
        else:
            yield state, other
    for state in alone:
        same = [other for other in waiting.values() if _service(other.endpoint) == _service(state.endpoint)]
        once = sum(_service(other.endpoint) == _service(state.endpoint) for other in alone) == 1
        if len(same) == 1 and once:
            del waiting[str(same[0].endpoint)]
            yield state, same[0]


def _service(endpoint: Endpoint) -> tuple[str, str, str]:
    return endpoint.scheme, endpoint.host, endpoint.path


def _cases(side: Side) -> dict[str, EndpointView]:
    return {str(trail.endpoint): EndpointView(side.evidence, trail) for trail in side.evidence.run.trails}


def _fares(state: EndpointState, view: EndpointView | None) -> Fares:
    """Whether an endpoint works, fails, or was not looked at to the end."""
    if state.status is Outcome.PROBLEM:
        return Fares.FAILS
    if state.arrived:
        return Fares.WORKS
    cut_short = view is None or not view.observations or any(seen.fault is not None for seen in view.observations)
    return Fares.OPEN if cut_short or state.reached is Stage.START else Fares.FAILS


def _change(fares: tuple[Fares, Fares], a: EndpointState, b: EndpointState) -> Change:
    if Fares.OPEN in fares:
        return Change.STILL if fares[0] == fares[1] else Change.UNDECIDED
    if fares == (Fares.WORKS, Fares.FAILS):
        return Change.NEW
    if fares == (Fares.FAILS, Fares.WORKS):
        return Change.FIXED
    return Change.STILL if (a.status, a.reached, a.causes) == (b.status, b.reached, b.causes) else Change.CHANGED


def _fared(state: EndpointState) -> Fared:
    return Fared(state.status, state.reached, state.arrived, state.causes)


def _fact_text(fact: Fact | None) -> str:
    if fact is None:
        return ""
    return ", ".join(fact) if isinstance(fact, tuple) else str(fact)
