"""How much a run may name: what is judged grows with its endpoints and with the observations that each of them rests on."""

from msgspec.structs import replace

from diag.bundle import layout
from diag.bundle.archive import DamagedBundle
from diag.model.run import MOST_ENDPOINTS, MOST_LABELS, Repetition, Run, Trail


def within_bounds(run: Run) -> Run:
    """Return the run with each observation named once in each list. Raises DamagedBundle where there are too many."""
    bounded = replace(
        run,
        labels=run.labels[:MOST_LABELS],
        machine=_once(run.machine),
        followed=_once(run.followed),
        trails=tuple(map(_trail, run.trails)),
        controls=tuple(replace(control, seen=_once(control.seen)) for control in run.controls),
    )
    if len(bounded.trails) > MOST_ENDPOINTS:
        raise DamagedBundle(
            "The bundle has more endpoints than diag reads ({most}): ask for it once more, as diag wrote it.",
            most=MOST_ENDPOINTS,
        )
    if named(bounded) > layout.MOST_IDS:
        raise DamagedBundle("The bundle has more walks than diag reads: ask for it once more, as diag wrote it.")
    return bounded


def _trail(trail: Trail) -> Trail:
    return replace(
        trail,
        walk=_once(trail.walk),
        followed=_once(trail.followed),
        steered=_once(trail.steered),
        again=tuple(Repetition(_once(repetition.walk)) for repetition in trail.again),
    )


def _once(ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids)) if ids else ids


def named(run: Run) -> int:
    """Return how many ids stand in all the lists; a list counts for one at least."""
    return sum(map(len, _lists(run))) + len(run.trails) + len(run.controls)


def _lists(run: Run) -> list[tuple[object, ...]]:
    lists: list[tuple[object, ...]] = [run.machine, run.followed, *(control.seen for control in run.controls)]
    for trail in run.trails:
        lists += [trail.walk, trail.followed, trail.steered, trail.again, *(repetition.walk for repetition in trail.again)]
    return lists
