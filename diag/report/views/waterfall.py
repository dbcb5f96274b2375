"""The time that each step of a way took, laid out along one axis: what ran beside what, and where the waiting was."""

import math
from collections.abc import Sequence

from msgspec import Struct

from diag.language import PhraseTable, said
from diag.model.address import MADE_UP, NOBODYS
from diag.model.answer import DnsReply, SystemLookup
from diag.model.failure import Failure
from diag.model.observation import Observation
from diag.model.question import Connect, Lookup, kind
from diag.model.run import Evidence, Trail
from diag.report.wording.sentences import number_words

_MOST_ROWS = 40
"""Steps that one picture shows; the rest are counted."""
NARROWEST = 0.4
"""Percent of the axis that a step gets at least, so that it can be seen."""

STEPS = PhraseTable(
    "steps",
    {
        "script": "script",
        "steer": "choose",
        "lookup": "look up",
        "connect": "connect",
        "tunnel": "tunnel",
        "upgrade": "upgrade",
        "handshake": "encrypt",
        "exchange": "ask",
        "hold": "hold",
        "verify": "verify",
        "inspect": "inspect",
        "trace": "trace",
        "crowd": "crowd",
        "transfer": "read",
    },
)
"""The kinds of questions (`diag.model.question.kind`), as steps; another kind is called by its own word."""


class Bar(Struct, frozen=True):
    """One step."""

    id: str
    step: str
    asked: str
    came_back: str
    well: bool
    extra: bool
    """Whether it was no part of the plain walk, but a second look."""
    start: str
    width: str
    """In percent of the axis, as numbers for SVG."""
    took: str


class Waterfall(Struct, frozen=True):
    """The steps of one way."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[str, str], ...]
    """Where along the axis, in percent, and the words for it."""
    left_out: int
    total: float
    """Seconds from the first step's beginning to the last one's end."""

    @property
    def whole(self) -> str:
        """The length of the axis in words."""
        return took_words(self.total)


def waterfall(trail: Trail, evidence: Evidence) -> Waterfall:
    """Return the steps towards one endpoint, in the order in which they began. No bars where nothing was asked."""
    ids = dict.fromkeys((*trail.steered, *trail.walk, *trail.followed))
    steps = sorted((evidence.by_id[i] for i in ids if i in evidence.by_id), key=lambda step: step.began)
    if not steps:
        return Waterfall((), (), 0, 0.0)
    began = steps[0].began
    starts = [(step.began - began).total_seconds() for step in steps]
    total = max(start + max(step.took, 0.0) for start, step in zip(starts, steps, strict=True))
    walked = frozenset((*trail.steered, *trail.walk))
    bars = tuple(_bar(step, start, total, step.id not in walked) for start, step in zip(starts[:_MOST_ROWS], steps, strict=False))
    return Waterfall(bars, tuple(_ticks(total)), len(steps) - len(bars), total)


def took_words(seconds: float) -> str:
    """Return `under 1 ms`, `34 ms`, `1.52 s`."""
    if seconds < 0.001:
        return said("under 1 ms")
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{number_words(seconds)} s"


def median_words(times: Sequence[float]) -> str:
    """Return the middle one of some times."""
    return took_words(sorted(times)[len(times) // 2]) if times else ""


def _bar(step: Observation, start: float, total: float, extra: bool) -> Bar:
    from diag.report.wording.asking import asked  # for the longer reports
    from diag.report.wording.narration import came_back

    width = max(100 * max(step.took, 0.0) / total, NARROWEST) if total > 0 else 100.0
    left = min(100 * start / total, 100 - NARROWEST) if total > 0 else 0.0
    return Bar(
        id=step.id,
        step=STEPS.get(kind(step.question), kind(step.question)),
        asked=asked(step.question),
        came_back=came_back(step),
        well=is_well(step),
        extra=extra,
        start=f"{left:.2f}",
        width=f"{min(width, 100 - left):.2f}",
        took=took_words(step.took),
    )


def is_well(step: Observation) -> bool:
    """Return whether nothing about a step needs marking: it did what was asked, or what is right to happen.

    That a name has no IPv6 address is common, and no fault by itself. A name that cannot exist is rightly not found, and an
    address that is nobody's rightly not reached.
    """
    from diag.report.wording.narration import went_well

    question, answer = step.question, step.answer
    if isinstance(question, Connect) and question.address.host in (*NOBODYS[4], *NOBODYS[6]):
        return answer is not None
    if isinstance(question, Lookup) and isinstance(answer, DnsReply | SystemLookup):
        if question.name.lower().rstrip(".").endswith(MADE_UP):
            return answer.failure in ("", Failure.NAME_NOT_FOUND, Failure.NO_DATA)
        if question.record == "AAAA":
            return answer.failure in ("", Failure.NO_DATA)
    return went_well(step)


def _ticks(total: float) -> list[tuple[str, str]]:
    """Two to five round marks, the first at zero."""
    if total <= 0:
        return []
    power = 10.0 ** (math.ceil(math.log10(max(total, 1e-6))) - 2)
    step = next(factor * power for factor in (1, 2, 5, 10, 20, 50) if total / (factor * power) <= 4)
    return [(f"{100 * number * step / total:.2f}", _mark(number * step)) for number in range(int(total / step) + 1)]


def _mark(seconds: float) -> str:
    if not seconds:
        return "0"
    return f"{number_words(seconds * 1000)} ms" if seconds < 1 else f"{number_words(seconds)} s"
