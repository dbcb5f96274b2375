"""What an investigation tells those who watch it: one small event each time an endpoint moves on."""

from collections.abc import Callable

from msgspec import Struct

from diag.model.endpoint_view import Stage


class Progress(Struct, frozen=True):
    """One endpoint's walk has come to a stage, or has ended."""

    endpoint: str
    stage: Stage
    finished: bool = False


Watch = Callable[[Progress], None]


def nobody(_: Progress) -> None:
    """Do nothing: nobody watches."""
