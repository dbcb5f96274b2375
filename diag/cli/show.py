"""`diag show`: a bundle, read again; judged with today's checks, or told as the customer saw it. Several: a line each."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import msgspec

from diag.bundle.read import Bundle
from diag.cli.catalogue import article_options, named_profile, with_articles
from diag.cli.errors import FOUND_NOTHING, NOT_WRITTEN, WRONG_USE, WrongUse
from diag.cli.files import STDOUT, obstacle, shown_path
from diag.cli.forms import FOR_PROGRAMS, Account, Output, ReportForm, form_options, give, read_outputs, written_as
from diag.cli.judging import diagnosed, why_not_again
from diag.cli.meaning import Meaning, meaning_of
from diag.cli.opening import identity_option, open_bundle
from diag.cli.sections import Command, Section, option
from diag.cli.streams import say
from diag.language import said
from diag.model.catalogue import KnownChecks
from diag.model.diagnosis import Cause, Diagnosis
from diag.report.forms.bundle_line import bundle_line
from diag.report.forms.pem import write_pem
from diag.report.forms.terminal.diagnosis import write_diagnosis
from diag.report.layout.page import open_page
from diag.report.wording.words import OUTCOME_WORDS

_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@click.command(
    "show",
    cls=Command,
    ends={
        FOUND_NOTHING: "shown, whatever the diagnosis is",
        WRONG_USE: "wrong use, or a bundle that cannot be read",
        NOT_WRITTEN: "a file could not be written",
    },
    examples=(
        "diag show diag-20261128T050709Z-1a2b3c.zip",
        "diag show diag-*.zip",
        "diag show BUNDLE --summary",
        "diag show BUNDLE --format html=page.html --certificates chains.pem",
    ),
)
@click.argument("paths", metavar="BUNDLE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@option(Section.WHAT, "--as-recorded", is_flag=True, help="The diagnosis as the customer saw it, not judged again.")
@option(
    Section.WHAT,
    "--profile",
    metavar="NAME|FILE",
    help="Say what it means for the user's work by this profile, such as a vendor's.",
)
@identity_option
@option(Section.OUTPUT, "-v", "--verbose", is_flag=True, help="Show every step, with its time and its answer.")
@option(Section.OUTPUT, "-q", "--quiet", is_flag=True, help="Show the verdict and a line for each cause, no more.")
@form_options
@option(Section.OUTPUT, "--summary", is_flag=True, help="The text for a ticket: the same as --format text.")
@option(Section.OUTPUT, "--contents", is_flag=True, help="What is in the file, what was replaced, and what is not in it.")
@option(Section.OUTPUT, "--evidence", is_flag=True, help="Print what was seen, one observation a line, as JSON.")
@article_options
@option(
    Section.OUTPUT,
    "--certificates",
    type=_FILE,
    metavar="FILE",
    help="Write the certificates that were seen, chain by chain, as PEM; -: to standard output.",
)
def command(
    paths: tuple[Path, ...],
    as_recorded: bool,
    profile: str | None,
    identity: Path | None,
    verbose: bool,
    quiet: bool,
    formats: tuple[str, ...],
    as_json: bool,
    html: Path | None,
    junit: Path | None,
    summary: bool,
    contents: bool,
    evidence: bool,
    articles: Path | None,
    docs: str | None,
    certificates: Path | None,
) -> int:
    """Read a BUNDLE (diag-....zip) and show its diagnosis.

    What was seen is judged with the checks of this diag. Where that differs from what the customer saw, it is said. Where
    files are written, nothing else is shown. Of several bundles each is told on a line; with --json, as one document a line.
    """
    if verbose and quiet:
        raise WrongUse(said("--verbose and --quiet exclude each other: choose one"))
    alone = (
        ("--contents", contents),
        ("--evidence", evidence),
        ("--certificates -", certificates == STDOUT),
        ("--summary", summary),
    )
    outputs = read_outputs(formats, as_json, html, junit, *alone)
    outputs += (Output(ReportForm.TEXT),) if summary else ()
    told = with_articles(articles, docs, named_profile(profile))()
    if len(paths) > 1:
        only_one = (*alone, ("--certificates", certificates), ("--verbose", verbose))
        return _list(paths, identity, profile, as_recorded, outputs, told, [name for name, given in only_one if given])
    if certificates and certificates != STDOUT and (why := obstacle(certificates)):
        raise WrongUse(f"--certificates {shown_path(certificates)}: {why}")
    bundle = open_bundle(paths[0], identity).bundle
    if contents:
        from diag.cli.contents import write_contents  # seldom asked for

        write_contents(open_page(sys.stdout), bundle)
        return FOUND_NOTHING
    if evidence:
        for observation in bundle.evidence.observations:
            sys.stdout.buffer.write(msgspec.json.encode(observation, order="sorted") + b"\n")
        return FOUND_NOTHING
    if certificates and not outputs:
        return give(((certificates, write_pem(bundle.evidence).encode()),))
    account = _account(paths[0], bundle, profile or "", as_recorded, told)
    if outputs:
        chains = ((certificates, write_pem(bundle.evidence).encode()),) if certificates else ()
        if any(output.path == STDOUT and output.form in FOR_PROGRAMS for output in outputs):
            for note in account.notes:
                say(note)
        return give((*((output.path, written_as(output.form, account)) for output in outputs), *chains))
    _show(account, verbose=verbose, quiet=quiet)
    return FOUND_NOTHING


def _account(path: Path, bundle: Bundle, profile: str, as_recorded: bool, catalogue: KnownChecks) -> Account:
    """What there is to tell of a bundle. Raises WrongUse where the profile cannot be read."""
    diagnosis = bundle.diagnosis if as_recorded else diagnosed(bundle)
    differing = () if as_recorded else tuple(differences(bundle.diagnosis, diagnosis))
    recorded = as_recorded and bundle.consequences and not profile
    told = Meaning(bundle.consequences) if recorded else meaning_of(bundle, diagnosis, profile)
    notes = (*differing, *why_not_again(bundle), *((told.remark,) if told.remark else ()), *_passed_over(bundle))
    return Account(diagnosis, bundle.evidence, told.sentences, notes, shown_path(Path(path.name)), bundle.evidence, catalogue)


def _show(account: Account, *, verbose: bool, quiet: bool) -> None:
    page = open_page(sys.stdout)
    write_diagnosis(
        page,
        account.diagnosis,
        account.catalogue,
        account.evidence,
        verbose=verbose,
        quiet=quiet,
        meaning=account.meaning,
        quoted=account.quoted,
        notes=account.notes,
    )


def _list(
    paths: Sequence[Path],
    identity: Path | None,
    profile: str | None,
    as_recorded: bool,
    outputs: Sequence[Output],
    catalogue: KnownChecks,
    refused: Sequence[str],
) -> int:
    """A line for each bundle; one that cannot be read has its line on stderr, and the others are told all the same."""
    refused = [*refused, *(f"--format {one.form}" for one in outputs if one.form not in (ReportForm.JSON, ReportForm.JSONL))]
    refused += [
        f"--format {one.form}=" for one in outputs if one.path != STDOUT and one.form in (ReportForm.JSON, ReportForm.JSONL)
    ]
    if refused:
        raise WrongUse(
            said("{refused} is about one bundle, and {number} are named: name one", refused=refused[0], number=len(paths))
        )
    code = FOUND_NOTHING
    page = open_page(sys.stdout)
    for path in paths:
        try:
            account = _account(path, open_bundle(path, identity).bundle, profile or "", as_recorded, catalogue)
        except WrongUse as error:
            say(error.message)
            code = WRONG_USE
            continue
        if outputs:
            sys.stdout.buffer.write(written_as(ReportForm.JSONL, account))
        else:
            page.verbatim(bundle_line(page, account.bundle, account.diagnosis, account.evidence, catalogue))
    return code


def differences(then: Diagnosis, now: Diagnosis) -> Iterator[str]:
    """Yield what today's checks see otherwise than those of then, a line each; nothing where they agree."""
    if then.verdict is not now.verdict:
        yield said("the verdict was {then} and is now {now}", then=OUTCOME_WORDS[then.verdict], now=OUTCOME_WORDS[now.verdict])
    was, became = _by_thing(then), _by_thing(now)
    for thing, cause in became.items():
        if thing not in was:
            yield said("now found: {id} at {number} {number:endpoint|endpoints}", id=cause.id, number=len(cause.endpoints))
        elif (was[thing].status, was[thing].endpoints) != (cause.status, cause.endpoints):
            before = was[thing]
            hits = said(
                "{number} {number:endpoint|endpoints}, now {number_2}",
                number=len(before.endpoints),
                number_2=len(cause.endpoints),
            )
            yield said(
                "{id} was a {status} at {hits}, and is a {status_2}",
                id=cause.id,
                status=before.status,
                hits=hits,
                status_2=cause.status,
            )
    for thing, cause in was.items():
        if thing not in became:
            folded = next((other.id for other in now.causes if cause.id in other.explains), "")
            yield (
                said("no longer found by itself: {cause}, which {other} explains", cause=cause.id, other=folded)
                if folded
                else said("no longer found by itself: {cause}", cause=cause.id)
            )


def _by_thing(diagnosis: Diagnosis) -> dict[tuple[str, str], Cause]:
    return {(cause.id, cause.about): cause for cause in diagnosis.causes}


def _passed_over(bundle: Bundle) -> Iterator[str]:
    if bundle.not_understood:
        things = said("{n} {n:thing|things}", n=len(bundle.not_understood))
        yield (
            said(
                "{things} in this bundle came from a newer diag and could not be read, first of all {what} in "
                "{member}; the newest diag reads all of it",
                things=things,
                what=bundle.not_understood[0].what,
                member=bundle.not_understood[0].member,
            )
        )
