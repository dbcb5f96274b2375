"""The checks in the order in which they are shown. Most are for a case that most runs are not, and are not even loaded then.

A healthy run asks a third of the checks: nothing failed on the way that the others could explain. So a family may list a check
as dormant, with what it says while nothing wakes it. The check stays the truth: a gate holds every recorded run against it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from importlib import import_module
from typing import Any, cast, overload

from msgspec import Struct

from diag.model.check import AnyCheck
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.verdict import Finding

AtRest = Callable[[Any], Finding | None]
"""What checks of one kind say of an endpoint, or of a run, with which nothing of that kind is the matter; None: they have to be
asked.
"""


RestKind = tuple[AtRest, type[EndpointView] | type[RunView]]
"""What the dormant checks of one kind say at rest, and of what."""


class Dormant(Struct, frozen=True, dict=True):
    """The place of a check that is loaded when something wakes it."""

    family: str
    """The package that its family is: `checks.tls`."""
    name: str
    """Its file there: `certificate_expired`."""
    rests: AtRest
    """What it says of what does not wake it, and of which it has nothing to ask."""
    judges: type[EndpointView] | type[RunView] = EndpointView
    """What it is a check of."""

    @cached_property
    def id(self) -> str:
        """The check's id."""
        return f"{self.family.rpartition('.')[2]}-{self.name.replace('_', '-')}"

    @cached_property
    def check(self) -> AnyCheck:
        """The check, loaded when it is first wanted."""
        return cast("AnyCheck", import_module(f"{self.family}.{self.name}").CHECK)

    @cached_property
    def kind(self) -> RestKind:
        """What is the same for all that are woken together."""
        return (self.rests, self.judges)


def dormant_in(family: str) -> Callable[[str, AtRest], Dormant]:
    """Return what makes the dormant places of a family's checks of endpoints, given the package that it is."""
    return partial(Dormant, family)


def dormant_of_runs_in(family: str) -> Callable[[str, AtRest], Dormant]:
    """Return what makes those of its checks of whole runs."""
    return partial(Dormant, family, judges=RunView)


Member = AnyCheck | Dormant


KnownChecks = Mapping[str, AnyCheck]
"""Checks by their ids, as they are known to whoever tells of causes."""


class Catalogue(Sequence[AnyCheck]):
    """Checks in order, each with an id of its own. To walk through them loads them all; `awake` loads what a run needs."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.members = tuple(members)
        self._with: dict[frozenset[RestKind], tuple[Member, ...]] = {}

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Every id, in order; nothing is loaded for it."""
        return tuple(member.id for member in self.members)

    @cached_property
    def _by_id(self) -> dict[str, Member]:
        return dict(zip(self.ids, self.members, strict=True))

    def named(self, id: str) -> AnyCheck:
        """Return the check of this id. Raises KeyError."""
        return _loaded(self._by_id[id])

    def woken_by(self, *sights: EndpointView | RunView) -> frozenset[RestKind]:
        """Return the kinds of checks that these endpoints and this run wake; all, where two sessions are on one way: that is no
        case to be told from afar.
        """
        if any(isinstance(sight, EndpointView) and sight.at_proxy for sight in sights):
            return frozenset(self._kinds)
        of = {judged: [sight for sight in sights if isinstance(sight, judged)] for judged in (EndpointView, RunView)}
        return frozenset((rests, judges) for rests, judges in self._kinds if any(_wakes(rests, sight) for sight in of[judges]))

    def has_to_load(self, woken: frozenset[RestKind]) -> bool:
        """Return whether checks of these kinds may not be loaded yet."""
        return woken not in self._with

    def awake(self, woken: frozenset[RestKind]) -> tuple[Member, ...]:
        """Return all members, in order: as checks those of these kinds, loaded now, and what never rests; the others dormant."""
        if woken not in self._with:
            self._with[woken] = tuple(
                member if isinstance(member, Dormant) and member.kind not in woken else _loaded(member) for member in self.members
            )
        return self._with[woken]

    @cached_property
    def _kinds(self) -> tuple[RestKind, ...]:
        return tuple(dict.fromkeys(member.kind for member in self.members if isinstance(member, Dormant)))

    def with_more(self, checks: Iterable[AnyCheck]) -> "Catalogue":
        """Return these and others behind them."""
        return Catalogue((*self.members, *checks))

    def __len__(self) -> int:
        return len(self.members)

    def __iter__(self) -> Iterator[AnyCheck]:
        return map(_loaded, self.members)

    @overload
    def __getitem__(self, at: int) -> AnyCheck: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[AnyCheck, ...]: ...
    def __getitem__(self, at: int | slice) -> AnyCheck | tuple[AnyCheck, ...]:
        members = self.members[at]
        return tuple(map(_loaded, members)) if isinstance(members, tuple) else _loaded(members)


def awake(checks: Sequence[AnyCheck], *sights: EndpointView | RunView) -> Sequence[Member]:
    """Return checks as far as these endpoints and this run need them; of a catalogue, the others as its dormant members."""
    return checks.awake(checks.woken_by(*sights)) if isinstance(checks, Catalogue) else checks


def _wakes(rests: AtRest, sight: EndpointView | RunView) -> bool:
    try:
        return rests(sight) is None
    except Exception:  # noqa: BLE001  (evidence over which this stumbles is for the check itself, and what that costs is told)
        return True


def _loaded(member: Member) -> AnyCheck:
    return member.check if isinstance(member, Dormant) else member
