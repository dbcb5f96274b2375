"""What one run is asked to do, and how its result is to be given."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from diag.bundle.level import Level
from diag.cli.catalogue import known
from diag.cli.forms import Output
from diag.cli.ways import ChosenWays
from diag.model.catalogue import KnownChecks
from diag.model.endpoint import Endpoint
from diag.model.process import ProcessFacts
from diag.model.run import Control, Label, Limits, Trials
from diag.model.told import ToldError
from diag.profile.profile import Profile
from diag.profile.registry import USUAL, builtin

if TYPE_CHECKING:
    from diag.bundle.closing import Envelope
    from diag.engine.looks import LightLook


class Job(Struct, frozen=True):
    """What is to be looked at, and by which ways."""

    endpoints: tuple[Endpoint, ...]
    ways: ChosenWays
    limits: Limits
    profile: Profile = field(default_factory=lambda: builtin(USUAL))
    """What is known of the service."""
    trials: Trials = field(default_factory=Trials)
    controls: tuple[Control, ...] = ()
    """Hosts that the user names as known to be good."""
    demo: str = ""
    """The fault that is staged; empty: none."""
    before: "tuple[LightLook, ...]" = ()
    """Light looks just before, the last of which failed; empty: there were none."""
    process: ProcessFacts | None = None
    """The process in whose place it is looked; None: none in particular."""
    told: tuple[ToldError, ...] = ()
    """What the program in question said, as its messages were read; empty: none were."""
    labels: tuple[Label, ...] = ()
    """What the user says of the run."""


class OutputForm(Struct, frozen=True):
    """How the result is given."""

    verbose: bool = False
    quiet: bool = False
    bundle: Path | None = None
    """The file or folder that the bundle goes to; None: no bundle."""
    outputs: tuple[Output, ...] = ()
    """The forms that are wanted besides, or in the place of the screen."""
    level: Level = Level.STANDARD
    """How much of bundle and files is replaced."""
    catalogue: Callable[[], KnownChecks] = known
    """Gives the checks by their ids, as reports tell of them."""
    envelope: "Envelope | None" = None
    """What the bundle is encrypted with; None: it is not."""
