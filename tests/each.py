"""One test over many cases: each is tried, and those that break a rule are named, all of them.

What pytest does for a test of its own (collect it with every worker, set it up, tell of it three times) takes some thousandths
of a second of processor: more than most rules that are held against each check of the catalogue, or against each scene.
"""

from collections.abc import Callable, Collection
from typing import TypeVar

T = TypeVar("T")


def of_each(cases: Collection[T], called: Callable[[T], str] = str) -> Callable[[Callable[[T], None]], Callable[[], None]]:
    """Returns what makes one test of a rule that takes a case; `called`: the name of a case."""

    def over_all(rule: Callable[[T], None]) -> Callable[[], None]:
        def test() -> None:
            broken: dict[str, Exception] = {}
            for case in cases:
                try:
                    rule(case)
                except Exception as error:  # noqa: BLE001  (all of them are told in the end)
                    error.add_note(f"^ {called(case)}")
                    broken[called(case)] = error
            if broken:
                raise ExceptionGroup(f"{len(broken)} of {len(cases)}: {', '.join(broken)}", [*broken.values()])
            assert cases

        test.__name__, test.__qualname__, test.__module__ = rule.__name__, rule.__qualname__, rule.__module__
        return test

    return over_all
