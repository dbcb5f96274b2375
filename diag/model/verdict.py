"""What a check concludes: a finding, and the verdict it becomes for one subject. Facts only; sentences are made when shown.

A finding that concludes something cites what it rests on. One that does not says why not, in a word of `Because`.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from diag.model.observation import Observation

Fact = str | int | float | bool | datetime | tuple[str, ...]
Facts = dict[str, Fact]


class Status(StrEnum):
    """Whether a cause is present."""

    PROBLEM = "problem"
    WARNING = "warning"
    """Present, and nothing of this run failed by it."""
    OK = "ok"
    """Looked at, and absent."""
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Confidence(StrEnum):
    """How much the evidence leaves open."""

    CERTAIN = "certain"
    """Nothing else leaves this evidence."""
    LIKELY = "likely"
    """Something else could, and would be rarer."""
    POSSIBLE = "possible"
    """A neighbour leaves the same evidence; the facts name it and what would decide."""


class Owner(StrEnum):
    """Who can fix it."""

    MACHINE = "machine"
    """Whoever looks after this computer."""
    NETWORK = "network"
    """The firewall, proxy or DNS team."""
    CLOUD = "cloud"
    """The customer's cloud administrator."""
    SERVICE = "service"
    """The provider whose endpoint it is."""


class Because(StrEnum):
    """Why nothing is concluded."""

    NOT_REACHED = "not_reached"
    """The walk failed before the layer that would show it."""
    NOT_LOOKED = "not_looked"
    """The question that would show it was not asked."""
    NO_ANSWER = "no_answer"
    """It was asked, and our side could not get an answer: a deadline, a bug, a system that cannot."""
    UNDECIDED = "undecided"
    """The evidence fits this and its neighbours."""
    CHECK_BROKEN = "check_broken"
    """The check itself raised: a bug of ours."""


CONCLUDED = frozenset({Status.PROBLEM, Status.WARNING, Status.OK})


class Finding(Struct, frozen=True, omit_defaults=True):
    """What a check says of the subject in front of it. Built by `problem`, `warning`, `ok`, `unknown` and `not_applicable`.

    Raises ValueError where a conclusion cites nothing, or nothing is concluded without a reason.
    """

    status: Status
    cites: tuple[str, ...] = ()
    facts: Facts = {}
    about: str = ""
    """The thing at fault (a proxy, a certificate's fingerprint, a resolver): verdicts about one thing are one cause."""
    confidence: Confidence = Confidence.CERTAIN
    because: Because | None = None
    hits: tuple[str, ...] = ()
    """For a check of the whole run: the endpoints that fail by it."""

    def __post_init__(self) -> None:
        if self.status in CONCLUDED and not self.cites:
            raise ValueError(f"a finding of {self.status} must cite what was seen")
        if self.status is Status.UNKNOWN and self.because is None:
            raise ValueError("a finding of unknown must say why")


def problem(
    *cites: Observation,
    about: str,
    confidence: Confidence = Confidence.CERTAIN,
    hits: Iterable[str] = (),
    **facts: Fact,
) -> Finding:
    """The cause is present, and it breaks the subject."""
    return Finding(Status.PROBLEM, _ids(cites), facts, about, confidence, None, tuple(hits))


def warning(
    *cites: Observation,
    about: str,
    confidence: Confidence = Confidence.CERTAIN,
    hits: Iterable[str] = (),
    **facts: Fact,
) -> Finding:
    """The cause is present, and nothing here fails by it."""
    return Finding(Status.WARNING, _ids(cites), facts, about, confidence, None, tuple(hits))


def ok(*cites: Observation, **facts: Fact) -> Finding:
    """The cause was looked for, and is absent."""
    return Finding(Status.OK, _ids(cites), facts)


def unknown(because: Because, *cites: Observation, **facts: Fact) -> Finding:
    """Nothing can be said, and why."""
    return Finding(Status.UNKNOWN, _ids(cites), facts, because=because)


def not_applicable(**facts: Fact) -> Finding:
    """The question does not arise here."""
    return Finding(Status.NOT_APPLICABLE, facts=facts)


def _ids(cites: Iterable[Observation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(observation.id for observation in cites))


RUN = "run"
"""The subject of a check that looks at the whole run; every other subject is an endpoint."""


class Verdict(Struct, frozen=True, omit_defaults=True):
    """One cell of the matrix: what one check says of one subject."""

    check: str
    subject: str
    """An endpoint as text, or `RUN`."""
    finding: Finding
