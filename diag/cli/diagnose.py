"""The main job, shared by `run` and `demo`: look, then conclude.

A look begins with as little of diag as it needs. The catalogue and all that judges, redacts and shows (`diag.cli.conclude`) is
loaded while the network is waited for.
"""

import asyncio
import importlib
import sys
from collections.abc import Mapping, Sequence

import msgspec

from diag import __version__
from diag.cli.job import Job, OutputForm
from diag.cli.stopping import Stopping
from diag.cli.streams import hush_libraries
from diag.cli.ways import choose_way, open_prober
from diag.engine.investigate import investigate
from diag.engine.progress import Progress
from diag.model.check import AnyCheck
from diag.model.run import Evidence
from diag.probe.descriptors import room_for_connections
from diag.report.forms.progress import ProgressLine

_FIRST_PACKETS = 0.05
"""Seconds after which the first packets are on their way."""


def diagnose(job: Job, form: OutputForm, environment: Mapping[str, str]) -> int:
    """Does the whole job and returns the exit code."""
    with Stopping() as stopping:
        evidence = look(job, form, environment, stopping)
        from diag.cli.conclude import conclude  # loaded by now, if the network took its time

        return conclude(evidence, job, form, environment, stopping)


def look(job: Job, form: OutputForm, environment: Mapping[str, str], stopping: Stopping | None = None) -> Evidence:
    """What is seen of the job's endpoints from this machine. Progress is shown meanwhile, unless the form is quiet."""
    stopping = stopping or Stopping()
    hush_libraries()
    with ProgressLine(sys.stderr, len(job.endpoints), hidden=form.quiet) as progress:

        def watch(moved: Progress) -> None:
            progress.told(moved.endpoint, moved.stage, moved.finished)

        async def seen() -> Evidence:
            ahead = asyncio.create_task(_load_ahead())
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
                service=job.profile.service,
                watch=watch,
                stop=stopping.event(),
                demo=job.demo,
                client=job.ways.client,
                room=room_for_connections(),
            )
            ahead.cancel()
            return evidence

        stopping.last_words = progress.close
        evidence = asyncio.run(seen())
        stopping.looked()
    return msgspec.structs.replace(evidence, run=msgspec.structs.replace(evidence.run, labels=job.labels))


async def _load_ahead() -> None:
    """Loads what comes after the look, in a thread, while the network is waited for."""
    await asyncio.sleep(_FIRST_PACKETS)
    await asyncio.to_thread(importlib.import_module, "diag.cli.conclude")


def load_catalogue() -> Sequence[AnyCheck]:
    """The catalogue, loaded when the first check is needed."""
    from checks import CATALOGUE

    return CATALOGUE
