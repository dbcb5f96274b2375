"""The options that `run` and `demo` share: how the result is given, and where the bundle goes."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from diag.bundle.level import Level
from diag.cli.catalogue import with_articles
from diag.cli.errors import FOUND_NOTHING, FOUND_PROBLEM, NOT_WRITTEN, OPEN_VERDICT, STOPPED, WRONG_USE, WrongUse
from diag.cli.files import STDOUT, USUAL_PLACE, obstacle_in
from diag.cli.forms import form_options, read_outputs
from diag.cli.job import OutputForm
from diag.cli.privacy import confirmed, encryption_options, privacy_option
from diag.cli.recipients import choose_envelope
from diag.cli.sections import Section, option
from diag.language import said
from diag.model.text import clean
from diag.profile.profile import Profile

F = TypeVar("F", bound=Callable[..., Any])
RUN_ENDS = {
    FOUND_NOTHING: "nothing found; warnings are allowed",
    FOUND_PROBLEM: "a problem found",
    WRONG_USE: "wrong use",
    OPEN_VERDICT: "something failed or was not looked at, and no cause could be proved",
    NOT_WRITTEN: "a bundle or file is not where it was asked for",
    STOPPED: "interrupted; the bundle is written all the same",
}
"""How a look ends."""


def run_options(function: F) -> F:
    """Add the options of `OutputForm` to a command."""
    for one in reversed(
        (
            option(Section.OUTPUT, "-v", "--verbose", is_flag=True, help="Show every step, with its time and its answer."),
            option(Section.OUTPUT, "-q", "--quiet", is_flag=True, help="Show the verdict and a line for each cause, no more."),
            form_options,
            option(
                Section.BUNDLE,
                "-o",
                "--output",
                default=".",
                metavar="FILE|FOLDER",
                help="Where the bundle goes; -: to standard output. Default: this folder.",
            ),
            option(Section.BUNDLE, "--no-bundle", is_flag=True, help="Write no bundle."),
            privacy_option,
            encryption_options,
            option(Section.BUNDLE, "--no-encryption", is_flag=True, help="Do not encrypt the bundle, whatever the profile says."),
        )
    ):
        function = one(function)
    return function


def read_output(output: str) -> Path:
    """Return the file or folder that a bundle is to go to.

    Raises WrongUse where it could not, as far as that can be told beforehand.
    """
    path = Path(output)
    if path in (USUAL_PLACE, STDOUT):
        return path  # where nobody has chosen, another folder is as good
    if path.is_dir():
        why = obstacle_in(path)
    elif output.endswith(("/", os.sep)):
        why = said("there is no such folder")
    elif path.exists() or path.is_symlink():
        why = said("this file exists already, and no bundle is ever written over another: name a new one, or a folder")
    else:
        why = obstacle_in(path.parent)
    if why:
        raise WrongUse(f"-o {clean(output, 300)}: {why}")
    return path


def read_form(
    output: str,
    no_bundle: bool,
    privacy: str,
    encrypt_to: Sequence[str],
    no_encryption: bool,
    verbose: bool,
    quiet: bool,
    formats: Sequence[str],
    as_json: bool,
    html: Path | None,
    junit: Path | None,
    articles: Path | None = None,
    docs: str | None = None,
    profile: Profile | None = None,
) -> OutputForm:
    """Return the form that these options, and else the profile, ask for. May ask at the terminal. Raises WrongUse."""
    recipients = profile.recipients if profile else ()
    if verbose and quiet:
        raise WrongUse(said("--verbose and --quiet exclude each other: choose one"))
    bundle = None if no_bundle else read_output(output)
    if no_bundle and encrypt_to:
        raise WrongUse(said("--encrypt-to is about the bundle, and --no-bundle wants none: choose one of the two"))
    return OutputForm(
        verbose=verbose,
        quiet=quiet,
        bundle=bundle,
        outputs=read_outputs(formats, as_json, html, junit, ("-o", bundle == STDOUT)),
        envelope=None if no_bundle else choose_envelope(encrypt_to, recipients, plain=no_encryption),
        level=confirmed(Level(privacy)),
        catalogue=with_articles(articles, docs, profile),
    )
