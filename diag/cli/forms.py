"""In which forms a diagnosis is given, and where each goes: `--format FORM[=FILE]`, and what stands for it in short.

A form without a file goes to standard output in the place of the report on the screen.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec import Struct, field

from diag.cli.catalogue import known
from diag.cli.errors import FOUND_NOTHING, NOT_WRITTEN, WrongUse
from diag.cli.files import STDOUT, not_written, obstacle, put, shown_path, written
from diag.cli.sections import Section, option
from diag.cli.streams import say
from diag.language import said, speaking, spoken_to_programs
from diag.model.catalogue import KnownChecks
from diag.model.diagnosis import Diagnosis
from diag.model.quoting import shown
from diag.model.run import Evidence

F = TypeVar("F", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


class ReportForm(StrEnum):
    """A form that a diagnosis can be written in."""

    TEXT = "text"
    """Plain ASCII for a ticket, as in the bundle."""
    MARKDOWN = "markdown"
    """For Jira, Slack and GitHub."""
    JSON = "json"
    JSONL = "jsonl"
    """The same document on one line."""
    HTML = "html"
    JUNIT = "junit"


FOR_PROGRAMS = (ReportForm.JSON, ReportForm.JSONL)
"""On standard output these name what was seen, as the screen does. Every file, and every other form, is made to be passed on."""
FOR_READERS = (ReportForm.TEXT, ReportForm.MARKDOWN)
"""These say all that the screen would: it is not said again."""


class Output(Struct, frozen=True):
    """One form that is wanted, and where."""

    form: ReportForm
    path: Path = STDOUT


class Account(Struct, frozen=True):
    """All that a form may tell of one run."""

    diagnosis: Diagnosis
    evidence: Evidence
    meaning: Sequence[str] = ()
    """What it means for the user's work, in sentences."""
    notes: Sequence[str] = ()
    """What else a reader must know, a sentence each."""
    bundle: str = ""
    """The name of the bundle's file; empty: there is none."""
    quoted: Evidence | None = None
    """The evidence redacted, from which answers are quoted; None: none is."""
    catalogue: KnownChecks = field(default_factory=known)
    """The checks by their ids, as the report tells of them."""


def form_options(function: F) -> F:
    """Add `--format` and its short forms to a command."""
    for one in reversed(
        (
            option(
                Section.OUTPUT,
                "--format",
                "formats",
                multiple=True,
                metavar="FORM[=FILE]",
                help=f"Give the diagnosis as {', '.join(ReportForm)}: in FILE, or (without one, or with -) on standard output "
                "and nothing else there. May be repeated.",
            ),
            option(Section.OUTPUT, "--json", "as_json", is_flag=True, help="The same as --format json."),
            option(Section.OUTPUT, "--html", type=_FILE, metavar="FILE", help="A page for a browser: --format html=FILE."),
            option(Section.OUTPUT, "--junit", type=_FILE, metavar="FILE", help="JUnit XML, for CI: --format junit=FILE."),
        )
    ):
        function = one(function)
    return function


def read_outputs(
    formats: Sequence[str], as_json: bool, html: Path | None, junit: Path | None, *others: tuple[str, bool]
) -> tuple[Output, ...]:
    """Return the forms that these options ask for. Raises WrongUse, also where one could not be written.

    `others` are the other options with which something may go to standard output, and whether it does: it takes one.
    """
    given = [(f"--format {text}", Output(ReportForm(name), path)) for text in formats for name, path in (read_form(text),)]
    given += [("--json", Output(ReportForm.JSON))] if as_json else []
    given += [("--html", Output(ReportForm.HTML, _possible("--html", html)))] if html else []
    given += [("--junit", Output(ReportForm.JUNIT, _possible("--junit", junit)))] if junit else []
    taken = [name for name, output in given if output.path == STDOUT] + [name for name, wanted in others if wanted]
    if len(taken) > 1:
        raise WrongUse(said("{taken} would both go to standard output: name a file for one of them", taken=" and ".join(taken)))
    return tuple(output for _, output in given)


def read_form(text: str, known: Iterable[str] = tuple(ReportForm)) -> tuple[str, Path]:
    """Return one of the `known` forms and where it goes: `markdown`, or `html=page.html`.

    Raises WrongUse, also where it could not.
    """
    word, equals, path = text.partition("=")
    name = {"md": "markdown", "txt": "text", "xml": "junit", "ndjson": "jsonl"}.get(word.lower(), word.lower())
    if name not in known:
        from diag.cli.suggestions import hint  # only for a word that is mistaken

        meant = hint(name, known)
        raise WrongUse(f"--format {shown(word)}: {meant or said('there are {names}', names=', '.join(known))}")
    if equals and not path:
        raise WrongUse(said("--format {name}= names no file: leave = out for standard output", name=name))
    return name, _possible(f"--format {name}", Path(path) if path else STDOUT)


def _possible(option: str, path: Path) -> Path:
    """The same path. Raises WrongUse where no file could be written there."""
    if path != STDOUT and (why := obstacle(path)):
        raise WrongUse(f"{option} {shown_path(path)}: {why}")
    return path


def on_stdout(outputs: Sequence[Output]) -> ReportForm | None:
    """Return the form that goes to standard output; None: none does."""
    return next((output.form for output in outputs if output.path == STDOUT), None)


def written_as(form: ReportForm, account: Account) -> bytes:
    """Return the diagnosis in one form, for people in the language that is spoken. A form is imported when it is wanted."""
    with speaking(spoken_to_programs(), asked_for=True) if form in (*FOR_PROGRAMS, ReportForm.JUNIT) else nullcontext():
        return _written_as(form, account)


def _written_as(form: ReportForm, account: Account) -> bytes:
    catalogue = account.catalogue
    diagnosis, evidence, meaning = account.diagnosis, account.evidence, account.meaning
    match form:
        case ReportForm.TEXT:
            from diag.report.forms.text import write_summary

            return write_summary(diagnosis, catalogue, evidence, meaning, account.notes).encode()
        case ReportForm.MARKDOWN:
            from diag.report.forms.markdown import write_markdown

            return write_markdown(diagnosis, catalogue, evidence, meaning, account.notes).encode()
        case ReportForm.JSON | ReportForm.JSONL:
            from diag.report.forms.json import write_report

            return write_report(
                diagnosis,
                catalogue,
                evidence,
                meaning,
                notes=account.notes,
                bundle=account.bundle,
                quoted=account.quoted,
                one_line=form is ReportForm.JSONL,
            )
        case ReportForm.HTML:
            from diag.report.forms.html import write_page

            return write_page(diagnosis, catalogue, evidence, account.notes, meaning, tuple(_copies(account))).encode()
        case ReportForm.JUNIT:
            from diag.report.forms.junit import write_junit

            return write_junit(diagnosis, catalogue, evidence)


def _copies(account: Account) -> Iterator[tuple[str, str]]:
    """What is on the page to be copied: the text for a ticket, and what to send to each team."""
    from diag.report.forms.request import write_request
    from diag.report.views.team_requests import requests_of
    from diag.report.wording.words import OWNERS

    yield said("For a ticket"), written_as(ReportForm.TEXT, account).decode()
    for request in requests_of(account.diagnosis, account.evidence, account.catalogue):
        yield said("For {owner}", owner=OWNERS[request.owner]), write_request((request,), account.evidence)


def give(wanted: Sequence[tuple[Path, bytes]]) -> int:
    """Write what is wanted, each where it is wanted, and say so."""
    code = FOUND_NOTHING
    from diag.report.layout.page import open_page  # for who reads it on a screen

    page = open_page(sys.stderr if any(path == STDOUT for path, _ in wanted) else sys.stdout)
    for path, content in wanted:
        if path == STDOUT:
            sys.stdout.buffer.write(content)
            continue
        try:
            put(path, content)
        except OSError as error:
            say(not_written(path, error))
            code = NOT_WRITTEN
        else:
            page.verbatim(page.words(written(path, content)))
    return code
