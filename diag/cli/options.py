"""The options that `run` and `demo` share: how the result is given, and where the bundle goes."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from diag.bundle.redact import Level
from diag.cli.diagnose import OutputForm
from diag.cli.errors import WrongUse
from diag.cli.files import file_options, read_files
from diag.cli.privacy import confirmed, encryption_options, privacy_option
from diag.cli.recipients import choose_envelope

F = TypeVar("F", bound=Callable[..., Any])


def form_options(function: F) -> F:
    """Adds the options of `OutputForm` to a command."""
    for option in reversed(
        (
            click.option(
                "-o",
                "--output",
                default=".",
                metavar="FILE|FOLDER",
                help="Where the bundle goes. Default: this folder.",
            ),
            click.option("--no-bundle", is_flag=True, help="Write no bundle."),
            privacy_option,
            encryption_options,
            click.option("--no-encryption", is_flag=True, help="Do not encrypt the bundle, whatever the profile says."),
            click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else."),
            click.option("-v", "--verbose", is_flag=True, help="Show every step, with its time and its answer."),
            click.option("-q", "--quiet", is_flag=True, help="Show the verdict and a line for each cause, no more."),
        )
    ):
        function = option(function)
    return file_options(function)


def read_form(
    output: str,
    no_bundle: bool,
    privacy: str,
    encrypt_to: Sequence[str],
    no_encryption: bool,
    as_json: bool,
    verbose: bool,
    quiet: bool,
    html: Path | None,
    junit: Path | None,
    recipients: Sequence[str] = (),
) -> OutputForm:
    """The form that these options ask for; `recipients` are those of the profile. May ask at the terminal. Raises WrongUse."""
    if verbose and quiet:
        raise WrongUse("--verbose and --quiet exclude each other: choose one")
    if output.endswith(("/", os.sep)) and not Path(output).is_dir():
        raise WrongUse(f"-o {output}: there is no such folder")
    if no_bundle and encrypt_to:
        raise WrongUse("--encrypt-to is about the bundle, and --no-bundle wants none: choose one")
    return OutputForm(
        as_json=as_json,
        verbose=verbose,
        quiet=quiet,
        bundle=None if no_bundle else Path(output),
        files=read_files(html, junit),
        envelope=None if no_bundle else choose_envelope(encrypt_to, recipients, plain=no_encryption),
        level=confirmed(Level(privacy)),
    )
