"""Where the way to an endpoint ended, in words: for those whose cause could not be proved, and for what was not looked at."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from diag.model.case import Case, Stage
from diag.model.diagnosis import Diagnosis, EndpointState, Outcome
from diag.model.endpoint import Endpoint
from diag.model.observation import FaultKind, Observation
from diag.model.run import Evidence, Trail
from diag.model.text import clean
from diag.model.verdict import Because, Status
from diag.report.words import BECAUSE, FAULTS, STAGES, count_words, failure_words, verify_words


@dataclass(frozen=True)
class Ending:
    """What was seen last on the way to endpoints that fared alike."""

    words: str
    """Such as `stopped at the connection (TCP): nothing came back in time`."""
    endpoints: tuple[str, ...]
    cites: tuple[str, ...]
    """Ids of the observations behind it."""


def unexplained(diagnosis: Diagnosis, evidence: Evidence) -> tuple[Ending, ...]:
    """The endpoints that are `unknown` and name no cause, those that ended alike together, in the order of the run."""
    trails = {trail.endpoint: trail for trail in evidence.run.trails}
    alike: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for state in diagnosis.endpoints:
        if state.status is Outcome.UNKNOWN and not state.causes:
            words, cites = _ending(state, trails, evidence)
            alike.setdefault(words, []).append((clean(str(state.endpoint)), cites))
    return tuple(
        Ending(words, tuple(name for name, _ in ended), tuple(dict.fromkeys(cite for _, cites in ended for cite in cites)))
        for words, ended in alike.items()
    )


def not_looked_at(diagnosis: Diagnosis, evidence: Evidence) -> tuple[str, ...]:
    """What this run could not look at or decide, a line each reason, with how often; empty: nothing was left out."""
    faults = Counter(o.fault.kind for o in evidence.observations if o.fault is not None)
    reasons = Counter(v.finding.because for v in diagnosis.verdicts if v.finding.status is Status.UNKNOWN)
    asked = [f"{count_words(n, 'question')} not asked: {FAULTS[kind]}" for kind in FaultKind if (n := faults[kind])]
    judged = [f"{count_words(n, 'check')} not decided: {BECAUSE[why]}" for why in Because if (n := reasons[why])]
    return (*asked, *judged)


def out_of_time(evidence: Evidence) -> bool:
    """Whether the run's deadline cost it any answer."""
    return any(o.fault is not None and o.fault.kind is FaultKind.DEADLINE for o in evidence.observations)


def _ending(state: EndpointState, trails: dict[Endpoint, Trail], evidence: Evidence) -> tuple[str, tuple[str, ...]]:
    trail = trails.get(state.endpoint)
    walk = [evidence.by_id[i] for i in trail.walk if i in evidence.by_id] if trail else []
    fault = next((o for o in walk if o.fault is not None), None)
    failed = list(_failed(Case(evidence, trail), state.reached)) if trail and not state.arrived else []
    if failed:
        reasons = ", ".join(dict.fromkeys(words for _, words in failed))
        return f"stopped {STAGES[state.reached]}: {reasons}", tuple(observation.id for observation, _ in failed)
    if fault is not None and fault.fault is not None:
        return f"not looked at to the end: {FAULTS[fault.fault.kind]}", (fault.id,)
    if state.arrived:
        return "answered, and what was seen is not enough to call it well", tuple(o.id for o in walk[-1:])
    return "not looked at to the end", tuple(o.id for o in walk[-1:])


def _failed(case: Case, stage: Stage) -> Iterator[tuple[Observation, str]]:
    """The observations of one stage of the walk that did not go well, each with its reason."""
    match stage:
        case Stage.LOOKUP:
            lookups = [case.lookup] if case.lookup else case.resolver_replies
            for lookup in lookups:
                if lookup.answer.failure:
                    yield lookup.observation, failure_words(lookup.answer.failure)
        case Stage.CONNECT:
            for dial in case.dials:
                if dial.answer.failure:
                    yield dial.observation, failure_words(dial.answer.failure)
        case Stage.TUNNEL if case.tunnel:
            status = f" ({case.tunnel.answer.status})" if case.tunnel.answer.status else ""
            yield case.tunnel.observation, f"{failure_words(case.tunnel.answer.failure)}{status}"
        case Stage.HANDSHAKE if case.session:
            session = case.session.answer
            refused = ", ".join(dict.fromkeys(verify_words(error.code) for error in session.verify_errors))
            reason = failure_words(session.failure) if session.failure else f"the certificate is refused: {refused}"
            yield case.session.observation, reason
        case Stage.EXCHANGE if case.exchange and case.exchange.answer.failure:
            yield case.exchange.observation, failure_words(case.exchange.answer.failure)
        case _:
            return
