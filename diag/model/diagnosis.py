"""The diagnosis: every verdict, and on top the causes, each once, with every endpoint it hits."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from diag.model.endpoint import Endpoint
from diag.model.endpoint_view import Stage
from diag.model.verdict import RUN, Because, Confidence, Facts, Owner, Status, Verdict


class Outcome(StrEnum):
    """One word for a run or for an endpoint."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "unknown"
    """Something failed, or was not looked at, and no cause could be proved."""


class Cause(Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong."""

    id: str
    status: Status
    confidence: Confidence
    owner: Owner
    about: str
    endpoints: tuple[str, ...]
    cites: tuple[str, ...]
    facts: Facts
    """Those of its verdicts; where they differ between endpoints, the distinct values as a tuple of texts."""
    explains: tuple[str, ...] = ()
    """Ids of the causes that were found too and are consequences of this one."""
    perhaps: tuple[Owner, ...] = ()
    """Who else it may belong to; empty: whose it is, is as sure as the cause."""
    rivals: tuple[str, ...] = ()
    """Ids of what else could leave this evidence, or of whose else it could be, and is not ruled out."""
    ruled_out: dict[str, tuple[str, ...]] = {}
    """What else could have left it, and what excludes it: ids of observations, by the rival's id."""


class EndpointState(Struct, frozen=True, omit_defaults=True):
    """How one endpoint fares."""

    endpoint: Endpoint
    status: Outcome
    reached: Stage
    arrived: bool
    causes: tuple[str, ...] = ()
    served: bool = False
    """Whether it answers, and none of its causes keeps programs from what it gives."""


class Suspect(Struct, frozen=True, omit_defaults=True):
    """A cause that fits what failed, where none is proved: a check looked at that and could not tell."""

    id: str
    endpoints: tuple[str, ...]
    """The endpoints at which it may be."""
    cites: tuple[str, ...]
    """Ids of what failed there and speaks for it."""


class Tally(Struct, frozen=True, omit_defaults=True):
    """How often one check said the same of its subjects."""

    check: str
    status: Status
    because: Because | None = None
    times: int = 1
    whole_run: bool = False
    """Whether the subject is the run; else, endpoints."""
    cited: int = 0
    """How many observations these verdicts cite, each counted once."""
    first: str = ""
    """The id of the first of them; empty: there is none."""


class Diagnosis(Struct, frozen=True, dict=True):
    """What is wrong, what is not, and what could not be looked at."""

    verdict: Outcome
    causes: tuple[Cause, ...]
    """Ranked: what to fix first comes first; warnings after problems."""
    endpoints: tuple[EndpointState, ...]
    verdicts: tuple[Verdict, ...]
    """The whole matrix: every check, every subject. Of a diagnosis that was read back: those that found something."""
    unclaimed: tuple[str, ...] = ()
    """Ids of what failed on the way to an endpoint that was not reached, and that no finding cites."""
    suspects: tuple[Suspect, ...] = ()
    """Where nothing is proved, the likeliest causes, two at most, the likelier first."""
    counted: tuple[Tally, ...] = ()
    """The tallies as they were read back; empty: they are counted from the verdicts, which are whole."""

    @cached_property
    def tallies(self) -> tuple[Tally, ...]:
        """What every check said, in numbers, in the order of the matrix."""
        return self.counted or _counted(self.verdicts)

    @property
    def counts(self) -> dict[str, int]:
        """How many verdicts of each status; the keys are the words of `Status`, all of them."""
        found = {status.value: 0 for status in Status}
        for tally in self.tallies:
            found[tally.status] += tally.times
        return found


def _counted(verdicts: Iterable[Verdict]) -> tuple[Tally, ...]:
    alike: dict[tuple[str, Status, Because | None], list[Verdict]] = {}
    for verdict in verdicts:
        alike.setdefault((verdict.check, verdict.finding.status, verdict.finding.because), []).append(verdict)
    return tuple(_tally(those) for those in alike.values())


def _tally(those: list[Verdict]) -> Tally:
    said = those[0]
    cites = dict.fromkeys(cite for verdict in those for cite in verdict.finding.cites)
    return Tally(
        said.check,
        said.finding.status,
        said.finding.because,
        len(those),
        said.subject == RUN,
        len(cites),
        next(iter(cites), ""),
    )
