"""The main job, shared by `run` and `demo`: look, then conclude.

A look begins with as little of diag as it needs. The catalogue and all that judges, redacts and shows (`diag.cli.conclude`) is
loaded while the network is waited for.
"""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

import msgspec

from diag import __version__
from diag.cli.job import Job, OutputForm
from diag.cli.stopping import Stopping
from diag.cli.streams import hush_libraries
from diag.cli.ways import choose_way, open_prober
from diag.engine.investigate import SMALL_ROOM, investigate
from diag.engine.looks import joined
from diag.engine.progress import Progress, Watch, nobody
from diag.model.check import AnyCheck
from diag.model.fingerprint import Service
from diag.model.run import Evidence
from diag.probe.descriptors import room_for_connections


def diagnose(job: Job, form: OutputForm, environment: Mapping[str, str]) -> int:
    """Do the whole job and return the exit code."""
    with Stopping() as stopping:
        evidence = look(job, form, environment, stopping)
        from diag.cli.conclude import conclude  # loaded by now: see load_catalogue

        return conclude(evidence, job, form, environment, stopping)


def look(job: Job, form: OutputForm, environment: Mapping[str, str], stopping: Stopping | None = None) -> Evidence:
    """Return what is seen of the endpoints from this machine.

    Meanwhile progress is shown on a terminal, unless the form is quiet.
    """
    stopping = stopping or Stopping()
    hush_libraries()
    with ExitStack() as shown:
        watch = nobody if form.quiet or not sys.stderr.isatty() else _show_progress(job, shown, stopping)

        async def seen() -> Evidence:
            return await see(job, environment, watch=watch, stop=stopping.event(), room=room_for_connections())

        evidence = asyncio.run(seen())
        stopping.looked()
    return evidence


async def see(
    job: Job,
    environment: Mapping[str, str],
    *,
    watch: Watch = nobody,
    stop: asyncio.Event | None = None,
    room: int = SMALL_ROOM,
) -> Evidence:
    """Return what is seen of a job's endpoints. It changes nothing of this process: no signal, no limit, no stream.

    `stop` ends the look early; `room` is how many connections may be under way at once.
    """
    evidence = await investigate(
        job.endpoints,
        prober=open_prober(job.ways, environment),
        checks=load_catalogue,
        choose=choose_way(job.ways),
        tool=__version__,
        limits=job.limits,
        ask_system=not job.ways.resolvers,
        trials=job.trials,
        controls=job.controls,
        service=_service(job),
        watch=watch,
        stop=stop,
        demo=job.demo,
        client=job.ways.client,
        room=room,
    )
    joint = joined(evidence, job.before)
    return msgspec.structs.replace(
        joint, run=msgspec.structs.replace(joint.run, labels=job.labels, told=job.told, process=job.process)
    )


def _service(job: Job) -> Service:
    """What is known of the service, and whether the program in whose place is looked asks if certificates are revoked."""
    service, client = job.profile.service, job.ways.client
    if client is None:
        return service
    asks = client.rules.tls.revocation
    return msgspec.structs.replace(service, revocation="" if asks == "none" else asks)


def _show_progress(job: Job, shown: ExitStack, stopping: Stopping) -> Watch:
    """Opens the line that moves, for as long as `shown` is open; gives back what moves it."""
    from diag.report.forms.progress import ProgressLine  # what draws on terminals is loaded for terminals

    line = shown.enter_context(ProgressLine(sys.stderr, len(job.endpoints), job.limits.deadline))
    stopping.last_words = line.close

    def watch(moved: Progress) -> None:
        line.told(moved.endpoint, moved.stage, moved.finished)

    return watch


def load_catalogue() -> Sequence[AnyCheck]:
    """Return the catalogue, and with it all that comes after the look."""
    import diag.cli.conclude  # noqa: F401  (for later)
    from diag.cli.catalogue import all_checks

    return all_checks()
