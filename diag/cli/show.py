"""`diag show`: a bundle, read again; judged with today's checks, or told as the customer saw it."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import msgspec

from checks import CATALOGUE
from diag.bundle.read import Bundle
from diag.cli.contents import write_contents
from diag.cli.errors import FOUND_NOTHING, WrongUse
from diag.cli.files import STDOUT, contents, file_options, put, read_files, shown_path, written
from diag.cli.judging import diagnosed, why_not_again
from diag.cli.meaning import Meaning, meaning_of
from diag.cli.opening import identity_option, open_bundle
from diag.model.diagnosis import Cause, Diagnosis
from diag.report.forms.json import write_report
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.layout.page import open_page
from diag.report.wording.words import count_words


@click.command("show")
@click.argument("path", metavar="BUNDLE", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option("--contents", "contents_only", is_flag=True, help="What is in the file, what was replaced, and what is not in it.")
@click.option("--evidence", is_flag=True, help="Print what was seen, one observation a line, as JSON.")
@click.option("--profile", metavar="NAME|FILE", help="Say what it means for the user's work by this profile, such as a vendor's.")
@click.option("--as-recorded", is_flag=True, help="The diagnosis as the customer saw it, not judged again.")
@click.option("-v", "--verbose", is_flag=True, help="Show every step, with its time and its answer.")
@identity_option
@file_options
def command(
    path: Path,
    as_json: bool,
    contents_only: bool,
    evidence: bool,
    profile: str | None,
    as_recorded: bool,
    verbose: bool,
    identity: Path | None,
    html: Path | None,
    junit: Path | None,
) -> int:
    """Read a BUNDLE (diag-....zip) and show its diagnosis.

    What was seen is judged with the checks of this diag. Where that differs from what the customer saw, it is said. With
    --html or --junit, files are written and nothing else is shown.
    """
    files = read_files(html, junit)
    bundle = open_bundle(path, identity).bundle
    if contents_only:
        write_contents(open_page(sys.stdout), bundle)
        return FOUND_NOTHING
    if evidence:
        for observation in bundle.evidence.observations:
            sys.stdout.buffer.write(msgspec.json.encode(observation, order="sorted") + b"\n")
        return FOUND_NOTHING
    diagnosis = bundle.diagnosis if as_recorded else diagnosed(bundle)
    notes = () if as_recorded else tuple(differences(bundle.diagnosis, diagnosis))
    recorded = as_recorded and bundle.consequences and not profile
    told = Meaning(bundle.consequences) if recorded else meaning_of(bundle, diagnosis, profile or "")
    meaning = told.sentences
    remarks = (*why_not_again(bundle), *((told.remark,) if told.remark else ()), *_passed_over(bundle))
    wanted = tuple(contents(files, diagnosis, bundle.evidence, (*notes, *remarks), meaning))
    if wanted:
        _write(wanted)
        return FOUND_NOTHING
    catalogue = {check.id: check for check in CATALOGUE}
    if as_json:
        sys.stdout.buffer.write(write_report(diagnosis, catalogue, bundle.evidence, meaning))
        for note in (*notes, *remarks):
            print(f"diag: {note}", file=sys.stderr)
        return FOUND_NOTHING
    page = open_page(sys.stdout)
    write_diagnosis(page, diagnosis, catalogue, bundle.evidence, verbose=verbose, meaning=meaning, quoted=bundle.evidence)
    if notes:
        page.heading("What differs from what the customer saw")
    for note in (*notes, *remarks):
        page.write(page.words(f"- {note}"), indent=3, hang=2)
    return FOUND_NOTHING


def _write(wanted: Iterable[tuple[Path, bytes]]) -> None:
    page = open_page(sys.stdout)
    for path, content in wanted:
        if path == STDOUT:
            sys.stdout.buffer.write(content)
            continue
        try:
            put(path, content)
        except OSError as error:
            raise WrongUse(f"{shown_path(path)} could not be written ({error.strerror}): choose another place") from None
        page.verbatim(page.words(written(path, content)))


def differences(then: Diagnosis, now: Diagnosis) -> Iterator[str]:
    """What today's checks see otherwise than those of then, a line each; nothing where they agree."""
    if then.verdict is not now.verdict:
        yield f"the verdict was {then.verdict} and is now {now.verdict}"
    was, became = _by_thing(then), _by_thing(now)
    for thing, cause in became.items():
        if thing not in was:
            yield f"now found: {cause.id} at {count_words(len(cause.endpoints), 'endpoint')}"
        elif (was[thing].status, was[thing].endpoints) != (cause.status, cause.endpoints):
            before = was[thing]
            hits = f"{count_words(len(before.endpoints), 'endpoint')}, now {len(cause.endpoints)}"
            yield f"{cause.id} was a {before.status} at {hits}, and is a {cause.status}"
    for thing, cause in was.items():
        if thing not in became:
            folded = next((other.id for other in now.causes if cause.id in other.explains), "")
            yield f"no longer found by itself: {cause.id}{f', which {folded} explains' if folded else ''}"


def _by_thing(diagnosis: Diagnosis) -> dict[tuple[str, str], Cause]:
    return {(cause.id, cause.about): cause for cause in diagnosis.causes}


def _passed_over(bundle: Bundle) -> Iterator[str]:
    if bundle.not_understood:
        things = count_words(len(bundle.not_understood), "thing")
        yield (
            f"{things} in this bundle came from a newer diag and could not be read, first of all "
            f"{bundle.not_understood[0].what} in {bundle.not_understood[0].member}; the newest diag reads all of it"
        )
