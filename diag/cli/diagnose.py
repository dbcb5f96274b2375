"""The main job, shared by `run` and `demo`: look, judge, show, and leave a bundle.

The screen shows what was seen; the bundle holds it redacted, judged once more as it stands there. A bundle that cannot be
written is told on stderr and changes nothing of the diagnosis.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import msgspec

from checks import CATALOGUE
from diag import __version__
from diag.bundle.envelope import Envelope
from diag.bundle.redact import Level
from diag.bundle.write import Written
from diag.cli.delivery import leave_bundle, leave_files, place_of, prepare, private_here, uses_of
from diag.cli.errors import FOUND_NOTHING, FOUND_PROBLEM, OPEN_VERDICT, STOPPED
from diag.cli.files import NO_FILES, Files
from diag.cli.privacy import CONTENT
from diag.cli.ways import ChosenWays, choose_way, open_prober
from diag.engine.investigate import investigate
from diag.engine.judge import judge
from diag.engine.progress import Progress
from diag.model.diagnosis import Diagnosis, Outcome
from diag.model.endpoint import Endpoint
from diag.model.run import Control, Evidence, Limits, Trials
from diag.profile.consequences import consequences
from diag.profile.profile import Profile
from diag.profile.registry import USUAL, builtin
from diag.report.forms.json import write_report
from diag.report.forms.progress import ProgressLine
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.layout.page import open_page

EXIT_CODES = {
    Outcome.OK: FOUND_NOTHING,
    Outcome.WARNING: FOUND_NOTHING,
    Outcome.PROBLEM: FOUND_PROBLEM,
    Outcome.UNKNOWN: OPEN_VERDICT,
}


@dataclass(frozen=True)
class Job:
    """What is to be looked at, and by which ways."""

    endpoints: tuple[Endpoint, ...]
    ways: ChosenWays
    limits: Limits
    profile: Profile = field(default_factory=lambda: builtin(USUAL))
    """What is known of the service."""
    trials: Trials = field(default_factory=Trials)
    controls: tuple[Control, ...] = ()
    """Hosts that the user names as known to be good."""
    demo: str = ""
    """The fault that is staged; empty: none."""


@dataclass(frozen=True)
class OutputForm:
    """How the result is given."""

    as_json: bool = False
    verbose: bool = False
    quiet: bool = False
    bundle: Path | None = None
    """The file or folder that the bundle goes to; None: no bundle."""
    files: Files = NO_FILES
    level: Level = Level.STANDARD
    """How much of bundle and files is replaced."""
    envelope: Envelope | None = None
    """What the bundle is encrypted with; None: it is not."""


def diagnose(job: Job, form: OutputForm, environment: Mapping[str, str]) -> int:
    """Does the whole job and returns the exit code."""
    evidence = look(job, form, environment)
    diagnosis = judge(evidence, CATALOGUE)
    meaning = consequences(diagnosis, job.profile)
    _show(diagnosis, evidence, form, meaning)
    _leave(evidence, diagnosis, job, form, environment, meaning)
    return STOPPED if evidence.run.interrupted else EXIT_CODES[diagnosis.verdict]


def look(job: Job, form: OutputForm, environment: Mapping[str, str]) -> Evidence:
    """What is seen of the job's endpoints from this machine. Progress is shown meanwhile, unless the form is quiet."""
    with ProgressLine(sys.stderr, len(job.endpoints), hidden=form.quiet) as progress:

        def watch(moved: Progress) -> None:
            progress.told(moved.endpoint, moved.stage, moved.finished)

        async def seen() -> Evidence:
            with stopped_by_signals(progress) as stop:
                return await investigate(
                    job.endpoints,
                    prober=open_prober(job.ways, environment),
                    checks=CATALOGUE,
                    choose=choose_way(job.ways),
                    tool=__version__,
                    limits=job.limits,
                    ask_system=not job.ways.resolvers,
                    trials=job.trials,
                    controls=job.controls,
                    service=job.profile.service,
                    watch=watch,
                    stop=stop,
                )

        evidence = asyncio.run(seen())
    return Evidence(msgspec.structs.replace(evidence.run, demo=job.demo), evidence.observations)


def _show(diagnosis: Diagnosis, evidence: Evidence, form: OutputForm, meaning: Sequence[str]) -> None:
    catalogue = {check.id: check for check in CATALOGUE}
    if form.as_json:
        sys.stdout.buffer.write(write_report(diagnosis, catalogue, evidence, meaning))
        sys.stdout.flush()
        return
    page = open_page(sys.stdout)
    write_diagnosis(page, diagnosis, catalogue, evidence, verbose=form.verbose, quiet=form.quiet, meaning=meaning)


def _leave(
    evidence: Evidence, diagnosis: Diagnosis, job: Job, form: OutputForm, environment: Mapping[str, str], meaning: Sequence[str]
) -> None:
    """The bundle and the files that are wanted, redacted alike."""
    if form.bundle is None and form.files == NO_FILES:
        return
    opening = job.ways.pac.secrets() if job.ways.pac else ()
    private = private_here(environment, job.ways.logins.values(), opening, job.ways.credentials.values())
    prepared = prepare(evidence, diagnosis, private, form.level, meaning)
    written = leave_bundle(prepared, form.bundle, form.envelope) if form.bundle else None
    if written is not None:
        _tell(written, form, stand_ins=bool(prepared.redacted.originals))
    page = open_page(sys.stderr if form.as_json else sys.stdout)
    for line in leave_files(prepared, form.files):
        page.verbatim(page.words(f"diag: {line}" if form.as_json else line))


def _tell(written: Written, form: OutputForm, *, stand_ins: bool) -> None:
    """Where the bundle is; beside a JSON document, which has stdout for itself, on stderr."""
    if form.as_json:
        print(f"diag: {place_of(written)}", file=sys.stderr)
        return
    page = open_page(sys.stdout)
    if form.quiet:
        page.verbatim(page.words(place_of(written)))
        return
    page.blank()
    page.verbatim(page.words(place_of(written)))
    page.write(page.words(CONTENT[form.level]))
    if form.envelope is not None:
        page.write(page.words("It is encrypted: only the owners of the keys that it was encrypted to can read it."))
    for line in uses_of(written, form.envelope, stand_ins=stand_ins):
        page.verbatim(page.words(line))


@contextmanager
def stopped_by_signals(progress: ProgressLine) -> Iterator[asyncio.Event]:
    """An event that the first Ctrl-C or SIGTERM sets, so that the run ends with what it has; the second one ends diag at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked_to_stop(_: int, __: FrameType | None) -> None:
        if stop.is_set():
            progress.close()
            os._exit(STOPPED)
        loop.call_soon_threadsafe(stop.set)

    before = {number: signal.signal(number, asked_to_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
