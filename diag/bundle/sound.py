"""A bug of ours in one observation costs that observation, never the bundle: it is found, left out, and told of."""

from collections.abc import Callable

from msgspec.structs import replace

from diag.bundle.layout import LOST, ErrorLine
from diag.model.observation import Observation
from diag.model.run import Evidence


def without_failing(evidence: Evidence, attempt: Callable[[Evidence], object]) -> tuple[Evidence, tuple[ErrorLine, ...]]:
    """Return the evidence without the observations at which an attempt fails, found by halving, and the account of them.

    Raises what the attempt raises where it fails without any.
    """
    attempt(replace(evidence, observations=()))
    lost: list[ErrorLine] = []

    def sound(some: tuple[Observation, ...]) -> tuple[Observation, ...]:
        try:
            attempt(replace(evidence, observations=some))
        except Exception as error:  # noqa: BLE001  # a bug of ours, whatever it raises, costs what it is about
            if len(some) == 1:
                lost.append(ErrorLine(LOST, some[0].id, detail=type(error).__name__))
                return ()
            middle = len(some) // 2
            return (*sound(some[:middle]), *sound(some[middle:]))
        return some

    return replace(evidence, observations=sound(evidence.observations)), tuple(lost)
