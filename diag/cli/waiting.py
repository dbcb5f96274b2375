"""`diag run --until`: waits for the network as the first step of a container, or lies in wait for a fault that comes and goes.

It looks lightly, again and again. What it waits for ends it; a fault is investigated at once, and leaves a bundle of its own.
"""

import asyncio
import gc
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from diag import __version__
from diag.cli.diagnose import diagnose
from diag.cli.errors import FOUND_NOTHING, STOPPED, WrongUse, out_of_range
from diag.cli.job import Job, OutputForm
from diag.cli.sections import Section, option
from diag.cli.stopping import Stopping
from diag.cli.streams import hush_libraries, say
from diag.cli.ways import choose_way, open_prober
from diag.engine.looks import LastingProber, LightLook, look_lightly
from diag.language import said
from diag.model.quoting import shown

F = TypeVar("F", bound=Callable[..., Any])
LIGHT_PATIENCE = 2.0
"""Seconds for one step of a light look, at the most: one packet may be lost, and sent again after one second."""
USUAL_WAIT = 1800.0
USUAL_PAUSE = {"ok": 1.0, "problem": 5.0}
"""Seconds between the beginnings of two looks, where nothing is said."""
LEAST_PAUSE = 0.2
MOST_INCIDENTS = 20
SWEEP_AFTER = 20
"""Looks after which what they left behind is cleared away: waiting takes no more memory the longer it lasts."""


class Waiting(Struct, frozen=True):
    """What is waited for, and how."""

    until: Literal["ok", "problem"]
    every: float
    """Seconds from the beginning of one look to that of the next."""
    seconds: float
    """For how long, at the most."""
    incidents: int = 1
    """How many faults are investigated before it ends."""


class Watched(Struct, frozen=True):
    """How a time of waiting ended."""

    looks: int
    met: LightLook | None = None
    """The look at which what was waited for was there; None: the time was over, or it was told to stop."""
    before: LightLook | None = None
    """The last look at which it was not."""
    stopped: bool = False


def waiting_options(function: F) -> F:
    """Add the options of `Waiting` to a command."""
    for one in reversed(
        (
            option(
                Section.MORE,
                "--until",
                metavar="ok|problem",
                help="ok: wait until all required endpoints answer, and end with 0 at once. problem: look lightly until one "
                "fails, and then investigate at once. With --every (1 and 5 s) and --deadline (half an hour).",
            ),
            option(
                Section.MORE,
                "--incidents",
                type=int,
                default=1,
                metavar="N",
                help=f"With --until problem: end after N faults ({MOST_INCIDENTS} at most), each with a bundle. Default: 1.",
            ),
        )
    ):
        function = one(function)
    return function


def read_waiting(until: str | None, every: float, deadline: float | None, incidents: int) -> Waiting | None:
    """Return what is waited for; None: nothing is. `deadline` is None where none was said. Raises WrongUse."""
    if until is None:
        if incidents != 1:
            raise WrongUse(said("--incidents works only with --until problem: add it, or leave --incidents out"))
        return None
    if until not in ("ok", "problem"):
        raise WrongUse(said("--until {shown} is not known: write --until ok or --until problem", shown=shown(until)))
    if every and every < LEAST_PAUSE:
        raise WrongUse(
            said(
                "--every {every} is too short with --until: give at least {least_pause} seconds",
                every=f"{every:g}",
                least_pause=f"{LEAST_PAUSE:g}",
            )
        )
    if not 1 <= incidents <= MOST_INCIDENTS:
        raise out_of_range("--incidents", incidents, 1, MOST_INCIDENTS)
    if incidents > 1 and until == "ok":
        raise WrongUse(said("--incidents works only with --until problem: add it, or leave --incidents out"))
    return Waiting(until, every or USUAL_PAUSE[until], USUAL_WAIT if deadline is None else deadline, incidents)  # type: ignore[arg-type]


def wait(job: Job, form: OutputForm, environment: Mapping[str, str], waiting: Waiting) -> int:
    """Wait, investigate where that is wanted, and return the exit code: the worst of all investigations."""
    until = time.monotonic() + waiting.seconds
    if waiting.until == "ok":
        seen = _watch(job, environment, waiting, until, wants_fault=False)
        if seen.stopped:
            return _stopped(seen)
        if seen.met is not None:
            say(said("all endpoints answer ({looks} {looks:look|looks})", looks=seen.looks))
            return FOUND_NOTHING
        from diag.report.wording.sentences import number_words  # all that is said is loaded where it is

        say(
            said(
                "not all endpoints answered within {seconds} s ({looks} {looks:look|looks})",
                seconds=number_words(waiting.seconds),
                looks=seen.looks,
            )
        )
        return diagnose(job, form, environment)
    return _lie_in_wait(job, form, environment, waiting, until)


def _lie_in_wait(job: Job, form: OutputForm, environment: Mapping[str, str], waiting: Waiting, until: float) -> int:
    code, incidents = FOUND_NOTHING, 0
    while incidents < waiting.incidents:
        seen = _watch(job, environment, waiting, until, wants_fault=True)
        if seen.stopped:
            return _stopped(seen)
        if seen.met is None:
            say(
                said("nothing more failed in {looks} {looks:look|looks}", looks=seen.looks)
                if incidents
                else said("nothing failed in {looks} {looks:look|looks}", looks=seen.looks)
            )
            break
        incidents += 1
        from diag.report.wording.sentences import listed

        say(said("not reached: {failing}; diag looks closely now", failing=listed(seen.met.failing)))
        looks = tuple(look for look in (seen.before, seen.met) if look)
        code = max(code, diagnose(replace(job, before=looks), form, environment), key=_gravity)
        if code == STOPPED:
            break
        if incidents < waiting.incidents and not _is_over(job, environment, waiting, until):
            break
    return code


def _is_over(job: Job, environment: Mapping[str, str], waiting: Waiting, until: float) -> bool:
    """Waits until a fault has passed, so that the next one is another. False: it did not pass in time."""
    return _watch(job, environment, waiting, until, wants_fault=False).met is not None


def _gravity(code: int) -> tuple[bool, bool, int]:
    return code == STOPPED, code == 1, code


def _stopped(seen: Watched) -> int:
    say(said("stopped after {looks} {looks:look|looks}", looks=seen.looks))
    return STOPPED


def _watch(job: Job, environment: Mapping[str, str], waiting: Waiting, until: float, *, wants_fault: bool) -> Watched:
    hush_libraries()
    with Stopping() as stopping:
        try:
            return asyncio.run(_looks(job, environment, waiting, until - time.monotonic(), stopping, wants_fault=wants_fault))
        finally:
            stopping.looked()


async def _looks(
    job: Job, environment: Mapping[str, str], waiting: Waiting, seconds: float, stopping: Stopping, *, wants_fault: bool
) -> Watched:
    """Looks until what is wanted is there, the seconds are over, or it is told to stop."""
    clock, stop = asyncio.get_running_loop().time, stopping.event()
    prober = LastingProber(open_prober(job.ways, environment))
    limits = replace(job.limits, timeout=min(job.limits.timeout, LIGHT_PATIENCE))
    end, looks, before = clock() + seconds, 0, None
    gc.freeze()  # what is there by now stays: it is not searched again and again
    while True:
        began = clock()
        look = await look_lightly(
            job.endpoints,
            prober=prober,
            choose=choose_way(job.ways),
            tool=__version__,
            limits=limits,
            ask_system=not job.ways.resolvers,
            client=job.ways.client,
        )
        looks += 1
        if looks % SWEEP_AFTER == 0:
            gc.collect()
        if bool(look.failing) is wants_fault:
            return Watched(looks, look, before)
        before = look
        pause = max(0.0, began + waiting.every - clock())
        if not stop.is_set() and clock() + pause < end:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            if not stop.is_set():
                continue
        return Watched(looks, None, before, stop.is_set())
