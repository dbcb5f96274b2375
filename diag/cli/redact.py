"""`diag redact`: a copy of a bundle in which more is replaced."""

import os
import secrets
import sys
from pathlib import Path

import click

from diag.bundle.copy import NotStricter, make_stricter
from diag.bundle.known_secrets import Private
from diag.bundle.level import Level, level_of
from diag.bundle.originals import CannotKeep, Originals
from diag.cli.catalogue import all_checks
from diag.cli.delivery import Prepared, catalogue_version, leave_bundle, place_of, private_here, uses_of
from diag.cli.errors import FOUND_NOTHING, FOUND_PROBLEM, NOT_WRITTEN, WRONG_USE, WrongUse
from diag.cli.files import STDOUT
from diag.cli.meaning import meaning_of
from diag.cli.memory import remembered
from diag.cli.opening import Opened, identity_option, open_bundle
from diag.cli.options import read_output
from diag.cli.privacy import CONTENT, encryption_options
from diag.cli.recipients import choose_envelope
from diag.cli.sections import Command
from diag.engine.judge import judge
from diag.language import retold, said
from diag.model.diagnosis import Diagnosis
from diag.report.layout.page import open_page


@click.command(
    "redact",
    cls=Command,
    ends={
        FOUND_NOTHING: "written",
        FOUND_PROBLEM: "not written",
        WRONG_USE: "wrong use",
        NOT_WRITTEN: "written, but into another folder than the one that was asked for",
    },
    examples=("diag redact diag-20261128T050709Z-1a2b3c.zip", "diag redact BUNDLE --level standard -o copy.zip"),
)
@click.argument("path", metavar="BUNDLE", type=click.Path(path_type=Path))
@click.option(
    "--level",
    type=click.Choice([Level.STRICT.value, Level.STANDARD.value]),
    default=Level.STRICT.value,
    help="How much is replaced. Default: strict. It must be stricter than the bundle is.",
)
@click.option("-o", "--output", default=".", metavar="FILE|FOLDER", help="Where the copy goes. Default: this folder.")
@encryption_options
@identity_option
def command(path: Path, level: str, output: str, encrypt_to: tuple[str, ...], identity: Path | None) -> int:
    """Make a stricter copy of a BUNDLE: with the level strict, also private addresses, proxies and folders are replaced.

    The diagnosis stays the same. The bundle itself is not changed. A laxer copy cannot be made: what was replaced is not in
    the bundle any more.
    """
    into = read_output(output)
    if into == STDOUT:
        raise WrongUse(said("-o - is standard output, and a copy needs a file: name a file or a folder"))
    envelope = choose_envelope(encrypt_to)
    opened = open_bundle(path, identity)
    bundle = opened.bundle
    kept = _kept(opened)
    private = private_here(os.environ) if kept else Private()
    if kept is None and level_of(bundle.manifest.privacy) is Level.NONE:
        raise WrongUse(
            said(
                "{path} was written with --privacy none on another computer. Only that computer knows which words in "
                "it are names of its people and its own: run diag redact there",
                path=path,
            )
        )
    try:
        copy = make_stricter(bundle, Level(level), private, kept.stands_for if kept else {}, key=secrets.token_bytes(32))
    except NotStricter as error:
        raise WrongUse(f"{path}: {retold(error)}") from None
    judged = judge(copy.redacted.evidence, all_checks())
    if _concluded(judged) != _concluded(judge(copy.basis, all_checks())):
        print(
            said("diag: no copy was written, because with more replaced the diagnosis would be another; please report this"),
            file=sys.stderr,
        )
        return FOUND_PROBLEM
    meaning = tuple(map(copy.redacted.in_words, meaning_of(bundle, judged).sentences))
    left = leave_bundle(Prepared(copy.redacted, judged, meaning), into, envelope, copy.left_out)
    written = left.bundle
    if written is None:
        return FOUND_PROBLEM
    page = open_page(sys.stdout)
    page.verbatim(page.words(place_of(written)))
    page.write(page.words(CONTENT[Level(level)]))
    if bundle.manifest.catalogue != catalogue_version():
        page.write(page.words(said("The diagnosis in it is that of the checks of this diag, not the one that the customer saw.")))
    if bundle.not_understood:
        things = said("{n} {n:thing|things}", n=len(bundle.not_understood))
        page.write(
            page.words(said("Left out, because a newer diag wrote it and this one cannot redact it: {things}.", things=things))
        )
    for line in uses_of(written, envelope, stand_ins=bool(copy.redacted.originals)):
        page.verbatim(page.words(line))
    return NOT_WRITTEN if left.missing else FOUND_NOTHING


def _kept(opened: Opened) -> Originals | None:
    try:
        return remembered(opened.content)
    except CannotKeep as error:
        raise WrongUse(retold(error)) from None


def _concluded(diagnosis: Diagnosis) -> list[tuple[object, ...]]:
    return [
        (cause.id, cause.status, cause.confidence, cause.endpoints, cause.cites, cause.explains) for cause in diagnosis.causes
    ]
