"""What comes of the evidence: it is judged, left behind as a bundle and files, and shown.

The screen shows what was seen; the bundle holds it redacted, judged once more as it stands there. It is written first: whoever
leaves the report early, or fills the disk with it, has the bundle all the same.
"""

import sys
from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from diag.bundle.write import Written
from diag.cli.catalogue import all_checks
from diag.cli.delivery import Left, leave_bundle, leave_files, left_open, place_of, prepare, private_here, uses_of
from diag.cli.errors import FOUND_NOTHING, FOUND_PROBLEM, NOT_WRITTEN, OPEN_VERDICT, STOPPED
from diag.cli.files import STDOUT, own_folders
from diag.cli.forms import FOR_PROGRAMS, FOR_READERS, Account, on_stdout, written_as
from diag.cli.job import Job, OutputForm
from diag.cli.privacy import CONTENT
from diag.cli.stopping import Stopping
from diag.cli.streams import give_up, say
from diag.engine.judge import judged
from diag.language import said, speaking, spoken
from diag.language.spoken import ENGLISH
from diag.model.diagnosis import Diagnosis, Outcome
from diag.model.run import Bug, Evidence
from diag.model.verdict import Owner
from diag.model.wire.unreadable import place
from diag.profile.consequences import consequences
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.layout.page import Page, open_page

EXIT_CODES = {
    Outcome.OK: FOUND_NOTHING,
    Outcome.WARNING: FOUND_NOTHING,
    Outcome.PROBLEM: FOUND_PROBLEM,
    Outcome.UNKNOWN: OPEN_VERDICT,
}


def conclude(evidence: Evidence, job: Job, form: OutputForm, environment: Mapping[str, str], stopping: Stopping) -> int:
    """Judge, leave, show, and return the exit code. What cannot be had again is on the disk before a word is printed."""
    diagnosis, bugs = judged(evidence, all_checks())
    evidence = _with_bugs(evidence, *bugs)
    meaning, evidence = _meaning(diagnosis, job, evidence)
    in_english = meaning
    if spoken() != ENGLISH:
        with speaking(ENGLISH):
            in_english, evidence = _meaning(diagnosis, job, evidence)
    left = _leave(evidence, diagnosis, job, form, environment, meaning, in_english)
    stopping.saved = True
    for bug in evidence.run.bugs:
        say(
            said(
                "a part of diag itself failed ({part}: {at}); the rest is not affected. Please report it.",
                part=bug.part,
                at=bug.at,
            )
        )
    stopped = evidence.run.interrupted or stopping.asked > 0
    code = STOPPED if stopped else NOT_WRITTEN if left.missing else EXIT_CODES[diagnosis.verdict]
    try:
        _show(diagnosis, evidence, form, meaning, left)
        sys.stdout.flush()
    except OSError as error:
        code = give_up(error, _besides(left))
    except KeyboardInterrupt:
        say(_besides(left) or said("stopped"))
        code = STOPPED
    return code


def _besides(left: Left) -> str:
    """What there is all the same, where the report could not be printed."""
    return " ".join(filter(None, (place_of(left.bundle) if left.bundle else "", *left.lines)))


def _with_bugs(evidence: Evidence, *bugs: Bug) -> Evidence:
    """The same evidence, which names these bugs as well."""
    known = tuple(dict.fromkeys((*evidence.run.bugs, *bugs)))
    return Evidence(msgspec.structs.replace(evidence.run, bugs=known), evidence.observations) if bugs else evidence


def _meaning(diagnosis: Diagnosis, job: Job, evidence: Evidence) -> tuple[Sequence[str], Evidence]:
    try:
        return (*consequences(diagnosis, job.profile), *_told(diagnosis, job), *_since(job)), evidence
    except Exception as bug:  # noqa: BLE001  (what it means for the user's work is lost, and nothing else)
        return (), _with_bugs(evidence, Bug("consequences", place(bug)))


def _told(diagnosis: Diagnosis, job: Job) -> Sequence[str]:
    """What the program in question said, held against what was found, in sentences."""
    if not job.told:
        return ()
    from diag.report.views.told_errors import told_and_found

    return told_and_found(job.told, diagnosis)


def _since(job: Job) -> Sequence[str]:
    """What was different at the last look before, in sentences."""
    if not job.before:
        return ()
    from diag.report.views.changed_since import changed_since

    *good, bad = job.before
    return changed_since(good[0].evidence if good else None, bad.evidence)


def _show(diagnosis: Diagnosis, evidence: Evidence, form: OutputForm, meaning: Sequence[str], left: Left) -> None:
    """The report, and where everything is. Standard output may be meant for something else alone. Raises OSError."""
    instead = on_stdout(form.outputs)
    if instead in FOR_PROGRAMS:
        bundle = left.bundle.path.name if left.bundle and form.bundle != STDOUT else ""
        account = Account(diagnosis, evidence, meaning, bundle=bundle, quoted=left.redacted, catalogue=form.catalogue())
        sys.stdout.buffer.write(written_as(instead, account))
    elif instead is not None:
        sys.stdout.buffer.write(left.on_stdout)
    elif form.bundle == STDOUT and left.bundle:
        sys.stdout.buffer.write(left.bundle.path.read_bytes())
        left.bundle.path.unlink()
    sys.stdout.flush()
    if instead in (*FOR_PROGRAMS, *FOR_READERS):
        for line in (*((place_of(left.bundle),) if left.bundle else ()), *left.lines):
            say(line)
        return
    page = open_page(sys.stderr if instead or form.bundle == STDOUT else sys.stdout)
    write_diagnosis(
        page, diagnosis, form.catalogue(), evidence, verbose=form.verbose, quiet=form.quiet, meaning=meaning, quoted=left.redacted
    )
    if left.bundle is not None and form.bundle != STDOUT:
        _tell(page, left.bundle, form, diagnosis, stand_ins=left.stand_ins)
    for line in left.lines:
        page.verbatim(page.words(line))


def _leave(
    evidence: Evidence,
    diagnosis: Diagnosis,
    job: Job,
    form: OutputForm,
    environment: Mapping[str, str],
    meaning: Sequence[str],
    in_english: Sequence[str],
) -> Left:
    """The bundle and the files that are wanted, redacted alike."""
    redacted = tuple(output for output in form.outputs if output.path != STDOUT or output.form not in FOR_PROGRAMS)
    if form.bundle is None and not redacted:
        return Left()
    opening = job.ways.pac.secrets() if job.ways.pac else ()
    private = private_here(environment, job.ways.logins.values(), opening, job.ways.credentials.values())
    try:
        prepared = prepare(evidence, diagnosis, private, form.level, meaning, in_english)
    except Exception as bug:  # noqa: BLE001  (what cannot be redacted must not be written, and the diagnosis still stands)
        say(said("no bundle and no file was written, by a fault in diag itself ({place}): please report it", place=place(bug)))
        return Left(missing=True)
    bundle = Left()
    if form.bundle is not None:
        folder = next(own_folders()) if form.bundle == STDOUT else form.bundle
        bundle = leave_bundle(prepared, folder, form.envelope, tuple(left_open(evidence)))
    files = leave_files(prepared, redacted, form.catalogue(), bundle.bundle.path.name if bundle.bundle else "")
    return replace(
        files,
        bundle=bundle.bundle,
        missing=bundle.missing or files.missing,
        stand_ins=bool(prepared.redacted.originals),
        redacted=prepared.redacted.evidence,
    )


def _tell(page: Page, written: Written, form: OutputForm, diagnosis: Diagnosis, *, stand_ins: bool) -> None:
    """Where the bundle is, and what can be done with it."""
    if form.quiet:
        page.verbatim(page.words(place_of(written)))
        return
    page.blank()
    page.verbatim(page.words(place_of(written)))
    page.write(page.words(CONTENT[form.level]))
    if form.envelope is not None:
        page.write(page.words(said("It is encrypted: only the owners of the keys that it was encrypted to can read it.")))
    others = any(cause.owner is not Owner.MACHINE for cause in diagnosis.causes)
    for line in uses_of(written, form.envelope, stand_ins=stand_ins, others=others):
        page.verbatim(page.words(line))
