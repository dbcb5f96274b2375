"""One of two bundles that are compared, by what a reader knows it."""

from datetime import datetime

from msgspec import Struct

from diag.model.diagnosis import Outcome


class Named(Struct, frozen=True):
    """One side, by what a reader knows it."""

    name: str
    began: datetime
    tool: str
    verdict: Outcome
