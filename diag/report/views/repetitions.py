"""Repeated looks at one endpoint: how each of them ended, and which failed. What that amounts to is for a check to say."""

from collections.abc import Sequence

from msgspec import Struct

from diag.language import joined, said
from diag.model.endpoint_view import EndpointView
from diag.model.observation import FaultKind, Observation
from diag.model.run import Evidence, Trail
from diag.report.wording.endings import failures
from diag.report.wording.sentences import listed
from diag.report.wording.words import FAULT_WORDS, ended_words

MOST_NUMBERS = 12
"""Looks that one sentence names by their numbers."""


class Look(Struct, frozen=True):
    """One walk of several."""

    number: int
    """From 1 on."""
    steps: tuple[Observation, ...]
    well: bool
    failed: bool
    """Neither holds of a look that did not come to its end."""
    words: str
    """How it ended: `answered`, `stopped at the connection (TCP): the other side refused`."""


def looks_at(trail: Trail, evidence: Evidence) -> tuple[Look, ...]:
    """Return every look at one endpoint, in order; empty where it was looked at once."""
    view = EndpointView(evidence, trail)
    return tuple(_look(number, walk) for number, walk in enumerate(view.walks, start=1)) if trail.again else ()


def looks_words(looks: Sequence[Look]) -> str:
    """Return how many there were, and which of them failed."""
    failed = [str(look.number) for look in looks if look.failed]
    ended = sum(look.well or look.failed for look in looks)
    number, unended = len(looks), len(looks) - ended
    open_ends = said("{n} did not come to an end", n=unended) if unended else ""
    if not failed:
        told = said("{number} {number:look|looks}, none failed", number=number)
        return "; ".join(filter(None, (told, open_ends)))
    if len(failed) == len(looks):
        return said("{number} {number:look|looks}, all of them failed", number=number)
    told = said(
        "{number} {number:look|looks}, of which {failed} failed: {numbers}",
        number=number,
        failed=len(failed),
        numbers=listed(failed, MOST_NUMBERS),
    )
    return "; ".join(filter(None, (told, open_ends)))


def _look(number: int, walk: EndpointView) -> Look:
    # A look's own walk, without what was asked beside the first one.
    steps = tuple(seen for seen in walk.observations if seen.id in walk.trail.walk)
    fault = next((step.fault for step in steps if step.fault), None)
    if not steps:
        return Look(number, steps, well=False, failed=False, words=FAULT_WORDS[FaultKind.DEADLINE])
    if fault:
        words = f"{ended_words(walk.reached, walk.arrived, failed=False)}: {FAULT_WORDS[fault.kind]}"
        return Look(number, steps, well=False, failed=False, words=words)
    reasons = joined(dict.fromkeys(words for _, words in failures(walk, walk.reached))) if walk.stopped else ""
    words = ended_words(walk.reached, walk.arrived, walk.stopped)
    return Look(number, steps, walk.arrived, walk.stopped, f"{words}: {reasons}" if reasons else words)
