"""A recipe: how one case is staged, how diag looks at it, and what must be found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from tests.netns import House


class Kind(StrEnum):
    """What a case shows of its check."""

    PROBLEM = "problem"
    """The cause is there, and is found."""
    OK = "ok"
    """It was looked for where it could be, and is absent."""
    NEAR_MISS = "near-miss"
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
    unprivileged: bool = True
    files: int = 0
    """How many files diag may have open; 0: as many as this process."""


Stage = Callable[[House], Look]
"""Furnishes and breaks a fresh house, and says how to look at it from its client room."""


@dataclass(frozen=True)
class Recipe:
    """One case in the making."""

    check: str
    """The id of the check that the case is about."""
    name: str
    kind: Kind
    staged: str
    """What was done, in one sentence."""
    stage: Stage
    causes: tuple[str, ...] = ()
    """The ids of all causes that must be found, ranked; empty: none."""
    needs: tuple[str, ...] = field(default=())
    """Programs that must be installed, beyond those of every house."""
    modules: tuple[str, ...] = field(default=())
    """Python modules that must be installed, beyond those that diag always has."""

    @property
    def folder(self) -> str:
        """Where the case lies, below `tests/cases`."""
        return f"{self.check}/{self.name}"


def in_lab(fault: str, **options: object) -> Stage:
    """A fault of the lab, raised in the client's room: nothing there is needed of the house but its quiet."""
    return lambda house: Look(lab=fault, **options)  # type: ignore[arg-type]
