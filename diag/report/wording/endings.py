"""Where the way to an endpoint ended, in words: for those whose cause could not be proved, and for what was not looked at."""

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from diag.language import PhraseTable, joined, said
from diag.model.diagnosis import Diagnosis, EndpointState, Outcome
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.observation import FaultKind, Observation
from diag.model.route import RouteReason
from diag.model.run import Evidence
from diag.model.text import clean
from diag.model.verdict import Because, Status
from diag.report.wording.complaints import verify_words
from diag.report.wording.words import (
    BECAUSE,
    FAULT_WORDS,
    ROUTE_REASONS,
    ended_words,
    failure_words,
    refusal_words,
    upgrade_words,
)

REDIRECTED = 300
"""From this status on an answer is more than "here it is" (RFC 9110, section 15), and a reader wants to see the number."""


ARRIVED_IN_VAIN: PhraseTable[Stage] = PhraseTable(
    "arrived_in_vain",
    {
        Stage.CONNECT: "connected, but not as expected",
        Stage.TUNNEL: "connected, but not as expected",
        Stage.UPGRADE: "connected, but not as expected",
        Stage.HANDSHAKE: "the TLS connection opened, but not as expected",
        Stage.EXCHANGE: "answered, but not as expected",
    },
)
"""Where the way was open to its end and a problem was found all the same: "answered" alone would contradict that."""


class Ending(Struct, frozen=True):
    """What was seen last on the way to endpoints that fared alike."""

    words: str
    """Such as `stopped at the connection (TCP): nothing came back in time`."""
    endpoints: tuple[str, ...]
    cites: tuple[str, ...]
    """Ids of the observations behind it."""


class Endings:
    """Where the ways of a run ended."""

    def __init__(self, diagnosis: Diagnosis, evidence: Evidence) -> None:
        self._diagnosis = diagnosis
        self._evidence = evidence
        self._trails = {trail.endpoint: trail for trail in evidence.run.trails}

    def how_far(self, state: EndpointState) -> str:
        """Return how far the way to one endpoint went, in a few words."""
        failed = state.status is Outcome.PROBLEM or bool(self._failed(state))
        status = self._status(state) if state.reached is Stage.EXCHANGE and state.arrived else 0
        if status >= REDIRECTED:
            return said("answered with status {status}", status=status)
        if state.arrived and state.status is Outcome.PROBLEM and state.reached in ARRIVED_IN_VAIN:
            return ARRIVED_IN_VAIN[state.reached]
        return ended_words(state.reached, state.arrived, failed)

    def _status(self, state: EndpointState) -> int:
        """The status of the answer over HTTP; 0: there is none."""
        trail = self._trails.get(state.endpoint)
        exchange = EndpointView(self._evidence, trail).exchange if trail else None
        return exchange.answer.status if exchange else 0

    def unexplained(self) -> tuple[Ending, ...]:
        """Return the endpoints that are `unknown` and name no cause, those that ended alike together, in the order of the run."""
        alike: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for state in self._diagnosis.endpoints:
            if state.status is Outcome.UNKNOWN and not state.causes:
                words, cites = self._ending(state)
                alike.setdefault(words, []).append((clean(str(state.endpoint)), cites))
        return tuple(
            Ending(words, tuple(name for name, _ in ended), tuple(dict.fromkeys(cite for _, cites in ended for cite in cites)))
            for words, ended in alike.items()
        )

    def _ending(self, state: EndpointState) -> tuple[str, tuple[str, ...]]:
        """How one way ended, and the observations behind that."""
        failed = self._failed(state)
        if failed:
            reasons = joined(dict.fromkeys(words for _, words in failed))
            return f"{self.how_far(state)}: {reasons}", tuple(observation.id for observation, _ in failed)
        walk = self._walk(state)
        fault = next((observation for observation in walk if observation.fault is not None), None)
        if fault is not None and fault.fault is not None:
            return f"{self.how_far(state)}: {FAULT_WORDS[fault.fault.kind]}", (fault.id,)
        last = tuple(observation.id for observation in walk[-1:])
        trail = self._trails.get(state.endpoint)
        if trail and trail.route and trail.route.why is RouteReason.SCRIPT_UNTRIED:
            why = ROUTE_REASONS[trail.route.why]
            return said("{how_far} by the direct way; {why}", how_far=self.how_far(state), why=why), last
        if state.arrived:
            return said("answered, but diag could not judge whether it works"), last
        return self.how_far(state), last

    def _walk(self, state: EndpointState) -> list[Observation]:
        trail = self._trails.get(state.endpoint)
        return [self._evidence.by_id[i] for i in trail.walk if i in self._evidence.by_id] if trail else []

    def _failed(self, state: EndpointState) -> list[tuple[Observation, str]]:
        trail = self._trails.get(state.endpoint)
        return [] if trail is None or state.arrived else list(failures(EndpointView(self._evidence, trail), state.reached))


def not_looked_at(diagnosis: Diagnosis, evidence: Evidence) -> tuple[str, ...]:
    """Return what this run could not look at or decide, a line each reason, with how often; empty: nothing was left out."""
    faults = Counter(o.fault.kind for o in evidence.observations if o.fault is not None)
    reasons: Counter[Because | None] = Counter()
    for tally in diagnosis.tallies:
        if tally.status is Status.UNKNOWN:
            reasons[tally.because] += tally.times
    asked = [
        said("{n} {n:question|questions} without an answer: {reason}", n=n, reason=FAULT_WORDS[kind])
        for kind in FaultKind
        if (n := faults[kind])
    ]
    judged = [
        said("{n} {n:check|checks} undecided: {reason}", n=n, reason=BECAUSE[why]) for why in Because if (n := reasons[why])
    ]
    return (*asked, *judged)


def out_of_time(evidence: Evidence) -> bool:
    """Return whether the run's deadline cost it any answer."""
    return any(o.fault is not None and o.fault.kind is FaultKind.DEADLINE for o in evidence.observations)


def failures(view: EndpointView, stage: Stage) -> Iterator[tuple[Observation, str]]:
    """Yield the observations of one stage of the walk that did not go well, each with its reason."""
    match stage:
        case Stage.LOOKUP:
            lookups = [view.lookup] if view.lookup else view.resolver_replies
            for lookup in lookups:
                if lookup.answer.failure:
                    yield lookup.observation, failure_words(lookup.answer.failure)
        case Stage.CONNECT:
            for dial in view.dials:
                if dial.answer.failure:
                    yield dial.observation, failure_words(dial.answer.failure)
        case Stage.TUNNEL if view.tunnel and view.tunnel.answer.failure:
            code = str(view.tunnel.answer.status or "") or refusal_words(view.tunnel.answer.refusal)
            yield view.tunnel.observation, f"{failure_words(view.tunnel.answer.failure)}{f' ({code})' if code else ''}"
        case Stage.TUNNEL if view.target_lookup and view.target_lookup.answer.failure:
            yield view.target_lookup.observation, failure_words(view.target_lookup.answer.failure)
        case Stage.UPGRADE if view.upgrade and view.upgrade.answer.failure:
            answer = view.upgrade.answer
            refused = f": {upgrade_words(answer.refusal)}" if answer.refusal else ""
            yield view.upgrade.observation, f"{failure_words(answer.failure)}{refused}"
        case Stage.HANDSHAKE if view.session:
            session = view.session.answer
            refused = joined(dict.fromkeys(verify_words(error.code) for error in session.verify_errors))
            if session.failure or refused:
                in_vain = said("the certificate is refused: {reason}", reason=refused)
                yield view.session.observation, failure_words(session.failure) if session.failure else in_vain
        case Stage.EXCHANGE if view.exchange and view.exchange.answer.failure:
            yield view.exchange.observation, failure_words(view.exchange.answer.failure)
        case _:
            return
