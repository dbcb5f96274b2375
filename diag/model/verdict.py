"""What a check concludes: a finding, and the verdict it becomes for one subject. Facts only; sentences are made when shown.

A finding that concludes something cites what it rests on. One that does not says why not, in a word of `Because`.
"""

from collections.abc import Iterable, Mapping
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
    """Every rival is ruled out by a cited observation. A check claims it; the engine grants it (`diag.engine.certainty`)."""
    LIKELY = "likely"
    """Something else could, and would be rarer."""
    POSSIBLE = "possible"
    """A neighbour leaves the same evidence; the facts name it and what would decide."""


class Owner(StrEnum):
    """Who can fix it."""

    MACHINE = "machine"
    """Whoever looks after this computer."""
    NETWORK = "network"
    """Whoever runs the network and its firewalls."""
    DNS = "dns"
    """Whoever runs the resolvers."""
    PROXY = "proxy"
    """Whoever runs the proxy."""
    CLOUD = "cloud"
    """The customer's cloud administrator."""
    SERVICE = "service"
    """The provider whose endpoint it is."""
    SECURITY = "security"
    """Whoever runs the company's certificate authorities and the inspection of TLS."""


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


class Finding(Struct, frozen=True, omit_defaults=True, gc=False):
    """What a check says of the subject in front of it. Built by `problem`, `warning`, `ok`, `unknown` and `not_applicable`.

    Raises ValueError where a conclusion cites nothing, or nothing is concluded without a reason.
    """

    status: Status
    cites: tuple[str, ...] = ()
    facts: Facts = {}
    about: str = ""
    """The thing at fault (a proxy, a certificate's fingerprint, a resolver): verdicts about one thing are one cause. Where it
    is the endpoint's own, and others fare alike, the cause is about what they share (`diag.engine.shared`)."""
    confidence: Confidence = Confidence.CERTAIN
    because: Because | None = None
    hits: tuple[str, ...] = ()
    """For a check of the whole run: the endpoints that fail by it."""
    owner: Owner | None = None
    """Who can fix it, where this finding tells; None: whom the check names."""
    with_proxy: bool = False
    """Whether it is about the session with the proxy: what is else the provider's is then for whoever runs the proxy."""
    rules_out: dict[str, tuple[str, ...]] = {}
    """The check's rivals that the evidence excludes, each with the observations that exclude it."""

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
    owner: Owner | None = None,
    rules_out: Mapping[str, Iterable[Observation]] | None = None,
    **facts: Fact | None,
) -> Finding:
    """Return that the cause is present, and it breaks the subject."""
    return _found(Status.PROBLEM, cites, facts, about, confidence, hits, owner, rules_out)


def warning(
    *cites: Observation,
    about: str,
    confidence: Confidence = Confidence.CERTAIN,
    hits: Iterable[str] = (),
    owner: Owner | None = None,
    rules_out: Mapping[str, Iterable[Observation]] | None = None,
    **facts: Fact | None,
) -> Finding:
    """Return that the cause is present, and nothing here fails by it."""
    return _found(Status.WARNING, cites, facts, about, confidence, hits, owner, rules_out)


def ok(*cites: Observation, **facts: Fact | None) -> Finding:
    """Return that the cause was looked for, and is absent."""
    return Finding(Status.OK, _ids(cites), _told(facts))


def unknown(because: Because, *cites: Observation, **facts: Fact | None) -> Finding:
    """Return that nothing can be said, and why."""
    if not (cites or facts):
        return _UNKNOWN[because]
    return Finding(Status.UNKNOWN, _ids(cites), _told(facts), because=because)


def not_applicable(**facts: Fact | None) -> Finding:
    """Return that the question does not arise here."""
    return Finding(Status.NOT_APPLICABLE, facts=_told(facts)) if facts else _NOT_APPLICABLE


def _found(
    status: Status,
    cites: Iterable[Observation],
    facts: Mapping[str, Fact | None],
    about: str,
    confidence: Confidence,
    hits: Iterable[str],
    owner: Owner | None,
    rules_out: Mapping[str, Iterable[Observation]] | None,
) -> Finding:
    excluded = {rival: ids for rival, seen in (rules_out or {}).items() if (ids := _ids(seen))}
    return Finding(status, _ids(cites), _told(facts), about, confidence, None, tuple(hits), owner, rules_out=excluded)


def _told(facts: Mapping[str, Fact | None]) -> Facts:
    """The facts that say something: what is None is no fact."""
    return {name: fact for name, fact in facts.items() if fact is not None} if facts else {}


def _ids(cites: Iterable[Observation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([observation.id for observation in cites]))


_NOT_APPLICABLE = Finding(Status.NOT_APPLICABLE)
_UNKNOWN = {because: Finding(Status.UNKNOWN, because=because) for because in Because}
"""One for all, as nothing in it is of one endpoint: of a large run these are half of the matrix."""
RUN = "run"
"""The subject of a check that looks at the whole run; every other subject is an endpoint."""


class Verdict(Struct, frozen=True, omit_defaults=True, gc=False):
    """One cell of the matrix: what one check says of one subject."""

    check: str
    subject: str
    """An endpoint as text, or `RUN`."""
    finding: Finding
