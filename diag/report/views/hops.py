"""How far a packet gets on its way to an address, stop by stop, and where the silence begins."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

from diag.language import joined, said
from diag.model.answer import Hop, Path
from diag.model.observation import Observation
from diag.model.question import Trace
from diag.report.views.waterfall import took_words
from diag.report.wording.words import failure_words


class HopMark(StrEnum):
    """What is known of a stop."""

    WELL = "well"
    """It answered."""
    MUTE = "mute"
    """It said nothing of itself, and packets went on."""
    BROKEN = "broken"
    """Packets get no further: it says so, or nothing answers any more."""
    NOT_REACHED = "not_reached"


class HopStop(Struct, frozen=True):
    """One stop."""

    name: str
    note: str
    fared: HopMark


class Track(Struct, frozen=True):
    """The way of one packet."""

    to: str
    stops: tuple[HopStop, ...]
    id: str


def track_of(observations: Iterable[Observation]) -> Track | None:
    """Return the first way among these that was followed hop by hop; None: none was."""
    for seen in observations:
        if isinstance(seen.question, Trace) and isinstance(seen.answer, Path):
            return Track(str(seen.question.address), tuple(_stops(seen.answer, seen.question.address.host)), seen.id)
    return None


def _stops(path: Path, target: str) -> Iterator[HopStop]:
    """Where a packet starts, who answered, who said nothing in between, and how it ends."""
    yield HopStop(said("This computer"), "", HopMark.WELL)
    before = 0
    for hop in _each_once(path.hops):
        yield from _gap(before, hop.limit)
        before = hop.limit
        refused = failure_words(hop.failure) if hop.failure else ""
        note = joined(part for part in (said("hop {number}", number=hop.limit), took_words(hop.took), refused) if part)
        yield HopStop(hop.sender, note, HopMark.BROKEN if hop.failure else HopMark.WELL)
        if hop.failure:
            yield HopStop(target, said("not reached"), HopMark.NOT_REACHED)
            return
    if path.arrived:
        yield from _gap(before, path.arrived)
        yield HopStop(target, said("hop {number}, answers itself", number=path.arrived), HopMark.WELL)
        return
    where = said("after hop {number}", number=before) if before else said("not even the first hop answers")
    yield HopStop(said("silence"), where, HopMark.BROKEN)
    yield HopStop(target, said("not reached"), HopMark.NOT_REACHED)


def _each_once(hops: Iterable[Hop]) -> list[Hop]:
    """The hops without those at which the same one speaks again; what it said last counts, where it refuses."""
    kept: list[Hop] = []
    for hop in hops:
        if not kept or hop.sender != kept[-1].sender:
            kept.append(hop)
        elif hop.failure and not kept[-1].failure:
            kept[-1] = Hop(kept[-1].limit, hop.sender, kept[-1].took, hop.failure)
    return kept


def _gap(before: int, after: int) -> Iterator[HopStop]:
    quiet = after - before - 1
    if quiet > 0:
        name = said("{n} {n:hop|hops}", n=quiet)
        yield HopStop(name, said("no word from {n:it|them}", n=quiet), HopMark.MUTE)
