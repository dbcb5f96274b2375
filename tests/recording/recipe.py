"""A recipe: how one scene is staged, how diag looks at it, what is wrong in it, and what it shows of which checks.

The recipes of one check are written `of(CHECK, problem(...), ok(...), near_miss(...))`. A name without a slash is a scene of that
check; one with a slash is a scene by its whole name, and where nothing but the name is given, it is staged by somebody else:
`ok("healthy/one-service")` says what a scene that exists shows of one check more, and nothing is staged for it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from diag.model.verdict import Status

if TYPE_CHECKING:  # who looks reads what to look at from here, and has no need of what houses are built with
    from tests.netns import House


class Kind(StrEnum):
    """What a scene shows of a check."""

    PROBLEM = "problem"
    """The cause is there, and is found."""
    OK = "ok"
    """It was looked for where it could be, and is absent."""
    NEAR_MISS = "near miss"
    """Something much like it is there, and the check does not fall for it."""


class Look(msgspec.Struct, frozen=True, omit_defaults=True):
    """What diag is told to look at: the options of `diag run`, by their names there."""

    endpoints: tuple[str, ...] = ()
    lab: str = ""
    """A fault of the lab that is raised beside diag; it gives endpoints, resolver, proxy and trust."""
    private: bool = False
    public: bool = False
    proxy: str | None = None
    pac: str | None = None
    direct: bool = False
    resolvers: tuple[str, ...] = ()
    trust: str | None = None
    cert: str = ""
    key: str = ""
    status: tuple[int, ...] = ()
    """The statuses that an endpoint list would expect; empty: it names none."""
    revocation: bool = False
    timeout: float = 2.0
    deadline: float = 15.0
    profile: str = ""
    """The path of a profile; empty: nothing is known of the service."""
    environment: Mapping[str, str] = msgspec.field(default_factory=dict)
    controls: tuple[str, ...] = ()
    repeat: int = 1
    every: float = 0.0
    idle: float = 0.0
    load: int = 0
    transfer: float = 0.0
    upload: float = 0.0
    unprivileged: bool = True
    client: str = ""
    """The program in whose place is looked; empty: none in particular."""
    public_roots: str = ""
    """A file of authorities that play public ones: the evidence names a real public root in place of theirs. Empty: none."""
    files: int = 0
    """How many files diag may have open; 0: as many as this process."""


Stage = Callable[["House"], Look]
"""Furnishes and breaks a fresh house, and says how to look at it from its client room."""


@dataclass(frozen=True)
class InLab:
    """A fault of the lab, raised in the client's room: nothing there is needed of the house but its quiet."""

    fault: str
    options: Mapping[str, object]

    def __call__(self, house: "House") -> Look:
        return Look(lab=self.fault, **self.options)  # type: ignore[arg-type]


def in_lab(fault: str, **options: object) -> InLab:
    """A fault of the lab, and how diag is told to look at it, by the names of `Look`."""
    return InLab(fault, options)


def staged_elsewhere(house: "House") -> Look:
    """The stage of what only claims a scene; never called."""
    raise NotImplementedError(f"staged elsewhere, and not in {house}")


@dataclass(frozen=True)
class Claim:
    """What a scene shows of one check."""

    kind: Kind
    says: tuple[Status, ...]
    """What the check says of one endpoint, or of the run: one of these."""
    check: str = ""

    def __str__(self) -> str:
        return f"{self.kind}, {self.says[0]}" if self.kind is Kind.NEAR_MISS else str(self.kind)


@dataclass(frozen=True)
class Recipe:
    """One scene in the making, or what one that is staged elsewhere shows of one check more."""

    name: str
    """Where the scene lies below `tests/scenes`, such as `dns-no-address/name-without-address`."""
    staged: str
    """What was done, in one sentence."""
    stage: Stage
    causes: tuple[str, ...] = ()
    """The ids of all causes that must be found, ranked; empty: none."""
    claims: tuple[Claim, ...] = ()
    needs: tuple[str, ...] | None = None
    """Programs that must be installed, beyond those of every house; None: nginx, and nothing for a fault of the lab."""
    modules: tuple[str, ...] = ()
    """Python modules that must be installed, beyond those that diag always has."""

    @property
    def programs(self) -> tuple[str, ...]:
        """The programs that must be installed."""
        return self.needs if self.needs is not None else () if isinstance(self.stage, InLab) else ("nginx",)

    @property
    def is_staged(self) -> bool:
        """Whether it says how its scene is staged."""
        return self.stage is not staged_elsewhere


def scene(
    name: str, staged: str, stage: Stage, *causes: str, needs: tuple[str, ...] | None = None, modules: tuple[str, ...] = ()
) -> Recipe:
    """A scene of nobody's own, for whoever claims it by its name."""
    return Recipe(name, staged, stage, causes, (), needs, modules)


def problem(
    name: str,
    staged: str = "",
    stage: Stage = staged_elsewhere,
    *causes: str,
    needs: tuple[str, ...] | None = None,
    modules: tuple[str, ...] = (),
) -> Recipe:
    """The cause is there, and is found: itself, or with the others that are named."""
    claim = Claim(Kind.PROBLEM, (Status.PROBLEM, Status.WARNING))
    return Recipe(name, staged, stage, causes, (claim,), needs, modules)


def ok(
    name: str,
    staged: str = "",
    stage: Stage = staged_elsewhere,
    *causes: str,
    needs: tuple[str, ...] | None = None,
    modules: tuple[str, ...] = (),
) -> Recipe:
    """It was looked for where it could be, and is absent."""
    return Recipe(name, staged, stage, causes, (Claim(Kind.OK, (Status.OK,)),), needs, modules)


def near_miss(
    name: str,
    staged: str = "",
    stage: Stage = staged_elsewhere,
    *causes: str,
    says: Status = Status.OK,
    needs: tuple[str, ...] | None = None,
    modules: tuple[str, ...] = (),
) -> Recipe:
    """Something much like it is there, which is one of `causes`, or nothing; the check says `says` to it.

    A check may say PROBLEM of what is a mere consequence here: it is no cause then, and folded beneath one.
    """
    return Recipe(name, staged, stage, causes, (Claim(Kind.NEAR_MISS, (says,)),), needs, modules)


def of(check: str, *recipes: Recipe, needs: tuple[str, ...] | None = None, modules: tuple[str, ...] = ()) -> tuple[Recipe, ...]:
    """The recipes of one check. A problem's causes are that check alone, unless they are named.

    `needs` and `modules` are those of each recipe that names none of its own.
    """
    return tuple(_of(check, recipe, needs, modules) for recipe in recipes)


def _of(check: str, recipe: Recipe, needs: tuple[str, ...] | None, modules: tuple[str, ...]) -> Recipe:
    (claim,) = recipe.claims
    alone = (check,) if recipe.is_staged and claim.kind is Kind.PROBLEM else ()
    return replace(
        recipe,
        name=recipe.name if "/" in recipe.name else f"{check}/{recipe.name}",
        claims=(replace(claim, check=check),),
        causes=recipe.causes or alone,
        needs=needs if recipe.needs is None else recipe.needs,
        modules=recipe.modules or modules,
    )


def united(recipes: Iterable[Recipe]) -> tuple[Recipe, ...]:
    """Each scene once, with all that is claimed of it.

    Raises ValueError for a scene that is staged twice or never, or of which one check is claimed twice.
    """
    by_name: dict[str, list[Recipe]] = {}
    for recipe in recipes:
        by_name.setdefault(recipe.name, []).append(recipe)
    return tuple(_united(name, same) for name, same in by_name.items())


def _united(name: str, same: list[Recipe]) -> Recipe:
    staged = [recipe for recipe in same if recipe.is_staged]
    claims = tuple(claim for recipe in same for claim in recipe.claims)
    if len(staged) != 1:
        raise ValueError(f"{name}: staged {len(staged)} times, and must be once")
    if len({claim.check for claim in claims}) < len(claims):
        raise ValueError(f"{name}: one check is claimed twice")
    return replace(staged[0], claims=claims)
