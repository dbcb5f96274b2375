"""The diagnosis as a bundle holds it. Its words are plain text here, so that a word of a newer diag can be read, and doubted.

Of the matrix it holds the verdicts that found something; what found nothing, or could not tell, is counted: with thousands of
endpoints it is nearly all of the matrix, and judging the evidence again tells it again.

A status that is not known is read as `unknown`, and never as a pass. A moment among the facts is written as RFC 3339 in UTC
with a `Z`, and whatever has exactly that shape is read as a moment again.
"""

from collections.abc import Container, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, TypeVar

from msgspec import Meta, Struct

from diag.model.diagnosis import Cause, Diagnosis, EndpointState, Outcome, Suspect, Tally
from diag.model.endpoint import Endpoint
from diag.model.endpoint_view import Stage
from diag.model.expression import expression
from diag.model.privacy import MOST_NUMBER, PublicNumber
from diag.model.text import clean
from diag.model.verdict import CONCLUDED, RUN, Because, Confidence, Fact, Facts, Finding, Owner, Status, Verdict

MOST_SHARE = 1e15
"""No fact that is a number is larger."""
RecordedFact = (
    str
    | Annotated[int, Meta(ge=-MOST_NUMBER, le=MOST_NUMBER)]
    | Annotated[float, Meta(ge=-MOST_SHARE, le=MOST_SHARE)]
    | bool
    | tuple[str, ...]
)
RecordedFacts = dict[str, RecordedFact]


class RecordedFinding(Struct, frozen=True, omit_defaults=True):
    """A `Finding`."""

    status: str
    cites: tuple[str, ...] = ()
    facts: RecordedFacts = {}
    about: str = ""
    confidence: str = Confidence.CERTAIN.value
    because: str = ""
    hits: tuple[str, ...] = ()
    owner: str = ""
    with_proxy: bool = False
    rules_out: dict[str, tuple[str, ...]] = {}


class RecordedVerdict(Struct, frozen=True, omit_defaults=True):
    """A `Verdict`."""

    check: str
    subject: str
    finding: RecordedFinding


class RecordedCause(Struct, frozen=True, omit_defaults=True):
    """A `Cause`."""

    id: str
    status: str
    confidence: str
    owner: str
    about: str
    endpoints: tuple[str, ...]
    cites: tuple[str, ...]
    facts: RecordedFacts
    explains: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    ruled_out: dict[str, tuple[str, ...]] = {}


class RecordedState(Struct, frozen=True, omit_defaults=True):
    """An `EndpointState`; `reached` is the stage's word in lower case."""

    endpoint: Endpoint
    status: str
    reached: str
    arrived: bool
    causes: tuple[str, ...] = ()
    served: bool = False


class RecordedSuspect(Struct, frozen=True, omit_defaults=True):
    """A `Suspect`."""

    id: str
    endpoints: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()


class RecordedTally(Struct, frozen=True, omit_defaults=True):
    """A `Tally`."""

    check: str
    status: str
    because: str = ""
    times: PublicNumber = 1
    whole_run: bool = False
    cited: PublicNumber = 0
    first: str = ""


class RecordedDiagnosis(Struct, frozen=True, omit_defaults=True):
    """A `Diagnosis`."""

    verdict: str
    causes: tuple[RecordedCause, ...]
    endpoints: tuple[RecordedState, ...]
    verdicts: tuple[RecordedVerdict, ...]
    consequences: tuple[str, ...] = ()
    """What it meant for the customer's work, in sentences; empty: nothing failed, or nobody knew."""
    unclaimed: tuple[str, ...] = ()
    suspects: tuple[RecordedSuspect, ...] = ()
    tallies: tuple[RecordedTally, ...] = ()
    """What every check said, in numbers; empty: the verdicts are the whole matrix, as diag once wrote it."""


def record(diagnosis: Diagnosis, meaning: Sequence[str] = (), subjects: Container[str] | None = None) -> RecordedDiagnosis:
    """Return the diagnosis, ready to be written, with what it means for the customer's work.

    `subjects`: the endpoints whose verdicts are written; None: all of them.
    """
    return RecordedDiagnosis(
        verdict=diagnosis.verdict.value,
        causes=tuple(
            RecordedCause(
                cause.id,
                cause.status.value,
                cause.confidence.value,
                cause.owner.value,
                cause.about,
                cause.endpoints,
                cause.cites,
                _record_facts(cause.facts),
                cause.explains,
                tuple(owner.value for owner in cause.perhaps),
                cause.rivals,
                cause.ruled_out,
            )
            for cause in diagnosis.causes
        ),
        endpoints=tuple(
            RecordedState(
                state.endpoint, state.status.value, state.reached.name.lower(), state.arrived, state.causes, state.served
            )
            for state in diagnosis.endpoints
        ),
        verdicts=tuple(
            RecordedVerdict(verdict.check, verdict.subject, _record_finding(verdict.finding))
            for verdict in diagnosis.verdicts
            if verdict.finding.status in _FOUND and (subjects is None or verdict.subject == RUN or verdict.subject in subjects)
        ),
        consequences=tuple(meaning),
        unclaimed=diagnosis.unclaimed,
        suspects=tuple(RecordedSuspect(one.id, one.endpoints, one.cites) for one in diagnosis.suspects),
        tallies=tuple(
            RecordedTally(
                tally.check,
                tally.status.value,
                tally.because.value if tally.because else "",
                tally.times,
                tally.whole_run,
                tally.cited,
                tally.first,
            )
            for tally in diagnosis.tallies
        ),
    )


_FOUND = frozenset({Status.PROBLEM, Status.WARNING})


def _record_finding(finding: Finding) -> RecordedFinding:
    return RecordedFinding(
        finding.status.value,
        finding.cites,
        _record_facts(finding.facts),
        finding.about,
        finding.confidence.value,
        finding.because.value if finding.because else "",
        finding.hits,
        finding.owner.value if finding.owner else "",
        finding.with_proxy,
        finding.rules_out,
    )


def _record_facts(facts: Facts) -> RecordedFacts:
    return {name: _record_moment(fact) if isinstance(fact, datetime) else fact for name, fact in facts.items()}


def _record_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


LONGEST_SENTENCE, MOST_SENTENCES = 1000, 100
"""Characters of a sentence of the consequences, and sentences, that are read."""
MOST_TALLIES = 2_000
"""Tallies that are read: a few of each check."""
_MOMENT = expression(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
W = TypeVar("W", bound=StrEnum)


class Recalled:
    """A recorded diagnosis, read back. `not_understood` names every word that this version does not know, once."""

    def __init__(self, recorded: RecordedDiagnosis) -> None:
        self.not_understood: dict[str, None] = {}
        self._words: dict[tuple[type[StrEnum], str], StrEnum] = {}
        verdicts = (self._verdict(verdict) for verdict in recorded.verdicts)
        causes = (self._cause(cause) for cause in recorded.causes)
        self.diagnosis = Diagnosis(
            verdict=self._word(recorded.verdict, Outcome, Outcome.UNKNOWN),
            causes=tuple(cause for cause in causes if cause),
            endpoints=tuple(self._state(state) for state in recorded.endpoints),
            verdicts=tuple(verdicts),
            unclaimed=recorded.unclaimed,
            suspects=tuple(Suspect(one.id, one.endpoints, one.cites) for one in recorded.suspects),
            counted=tuple(self._tally(tally) for tally in recorded.tallies[:MOST_TALLIES]),
        )
        self.consequences = tuple(clean(sentence, LONGEST_SENTENCE) for sentence in recorded.consequences[:MOST_SENTENCES])

    def _word(self, word: str, known: type[W], otherwise: W) -> W:
        found = self._words.get((known, word))
        if found is None:
            try:
                found = known(word)
            except ValueError:
                self.not_understood[f"{known.__name__.lower()} {word!r}"] = None
                return otherwise
            self._words[known, word] = found
        return found  # type: ignore[return-value]  # the word stands under the list that it is of

    def _verdict(self, verdict: RecordedVerdict) -> Verdict:
        return Verdict(verdict.check, verdict.subject, self._finding(verdict.finding))

    def _tally(self, tally: RecordedTally) -> Tally:
        status = self._word(tally.status, Status, Status.UNKNOWN)
        if status in CONCLUDED and not tally.first:
            self.not_understood["a conclusion that cites nothing"] = None
            status = Status.UNKNOWN
        because = self._word(tally.because, Because, Because.UNDECIDED) if tally.because else None
        if status is Status.UNKNOWN and because is None:
            because = Because.UNDECIDED
        numbers = max(0, tally.times), max(0, tally.cited)
        return Tally(tally.check, status, because, numbers[0], tally.whole_run, numbers[1], tally.first)

    def _finding(self, found: RecordedFinding) -> Finding:
        status = self._word(found.status, Status, Status.UNKNOWN)
        because = self._word(found.because, Because, Because.UNDECIDED) if found.because else None
        if status in CONCLUDED and not found.cites:
            self.not_understood["a conclusion that cites nothing"] = None
            status = Status.UNKNOWN
        if status is Status.UNKNOWN and because is None:
            because = Because.UNDECIDED
        confidence = self._word(found.confidence, Confidence, Confidence.POSSIBLE)
        return Finding(
            status,
            found.cites,
            _facts(found.facts),
            found.about,
            confidence,
            because,
            found.hits,
            self._owner(found.owner),
            found.with_proxy,
            found.rules_out,
        )

    def _cause(self, cause: RecordedCause) -> Cause | None:
        """A cause whose owner is not known is left out: nobody could be sent to mend it; its verdicts stay."""
        owner = self._owner(cause.owner)
        if owner is None:
            return None
        return Cause(
            cause.id,
            self._word(cause.status, Status, Status.UNKNOWN),
            self._word(cause.confidence, Confidence, Confidence.POSSIBLE),
            owner,
            cause.about,
            cause.endpoints,
            cause.cites,
            _facts(cause.facts),
            cause.explains,
            self._owners(cause.perhaps),
            cause.rivals,
            cause.ruled_out,
        )

    def _owner(self, word: str) -> Owner | None:
        """The owner of this word; None, and noted, where the word is not known; None for no word."""
        try:
            return Owner(word) if word else None
        except ValueError:
            self.not_understood[f"owner {word!r}"] = None
            return None

    def _owners(self, words: Sequence[str]) -> tuple[Owner, ...]:
        return tuple(owner for word in words if (owner := self._owner(word)))

    def _state(self, state: RecordedState) -> EndpointState:
        reached = next((stage for stage in Stage if stage.name.lower() == state.reached), None)
        if reached is None:
            self.not_understood[f"stage {state.reached!r}"] = None
        return EndpointState(
            state.endpoint,
            self._word(state.status, Outcome, Outcome.UNKNOWN),
            Stage.START if reached is None else reached,
            state.arrived and reached is not None,
            state.causes,
            state.served,
        )


def _facts(facts: RecordedFacts) -> Facts:
    return {name: _fact(fact) for name, fact in facts.items()}


def _fact(fact: RecordedFact) -> Fact:
    if isinstance(fact, str) and _MOMENT.fullmatch(fact):
        try:
            return datetime.fromisoformat(fact)
        except ValueError:
            return fact
    return fact
