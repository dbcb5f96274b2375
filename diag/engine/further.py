"""What checks want to know of an endpoint, or of a run, besides the walk."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from diag.model.catalogue import Catalogue, Member
from diag.model.check import AnyCheck, EndpointCheck, RunCheck
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.question import Question

V = TypeVar("V", EndpointView, RunView)
TakeDown = Callable[[str, BaseException], None]
"""Takes down a bug of ours, with the id of the check whose it is."""


async def wanted_of(view: EndpointView, checks: Sequence[AnyCheck], note: TakeDown) -> list[Question]:
    """Return what is still to be asked of an endpoint. The checks that it wakes are loaded while the looking goes on."""
    asking = [check for check in await _awake(checks, view) if isinstance(check, EndpointCheck)]
    wanted = _asked_by(asking, view, note)
    if view.at_proxy:
        wanted += _asked_by([check for check in asking if check.any_session], view.at_proxy, note)
    return wanted


async def wanted_of_run(view: RunView, checks: Sequence[AnyCheck], note: TakeDown) -> list[Question]:
    """Return what is still to be asked of a whole run."""
    return _asked_by([check for check in await _awake(checks, view) if isinstance(check, RunCheck)], view, note)


async def _awake(checks: Sequence[AnyCheck], sight: V) -> Sequence[Member]:
    if not isinstance(checks, Catalogue):
        return checks
    woken = checks.woken_by(sight)
    return await asyncio.to_thread(checks.awake, woken) if checks.has_to_load(woken) else checks.awake(woken)


def _asked_by(checks: Iterable[AnyCheck], view: V, note: TakeDown) -> list[Question]:
    """What these want to know; nothing of one that raises."""
    wanted: list[Question] = []
    for check in checks:
        try:
            wanted += check.questions(view) if check.applies(view) else ()  # type: ignore[arg-type]  # each gets its own view
        except Exception as bug:  # noqa: BLE001  (its questions are lost, and no other check's)
            note(check.id, bug)
    return wanted
