"""One of two bundles that are compared, by what a reader knows it."""

from dataclasses import dataclass
from datetime import datetime

from diag.model.diagnosis import Outcome


@dataclass(frozen=True)
class Named:
    """One side, by what a reader knows it."""

    name: str
    began: datetime
    tool: str
    verdict: Outcome
