"""How much of a bundle is replaced (`--privacy`), what is said of that, and who else may read it (`--encrypt-to`)."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from diag.bundle.level import Level
from diag.cli.errors import WrongUse
from diag.cli.sections import Section, option
from diag.language import PhraseTable, said

F = TypeVar("F", bound=Callable[..., Any])
CONFIRMATION = "keep everything"

CONTENT: PhraseTable[Level] = PhraseTable(
    "content",
    {
        Level.STANDARD: (
            "Attach it to a support case. It holds what was seen, with the addresses and the names of your "
            "endpoints and proxies, "
            "and no passwords, no names of people and no other names inside your network."
        ),
        Level.STRICT: (
            "Attach it to a support case. It holds what was seen, with the names of your endpoints, their public "
            "addresses and the "
            "certificates of public authorities. Other addresses and names are stand-ins; there are no passwords."
        ),
        Level.NONE: (
            "It holds what was seen with every name and address as it was, those of people and of this computer among them. "
            "Passwords, tokens and cookies that diag knows of are removed all the same. Give it only to those "
            "who may know the rest."
        ),
    },
)
"""What is said of every bundle of a level."""


def privacy_option(function: F) -> F:
    """Add `--privacy` to a command."""
    return option(
        Section.BUNDLE,
        "--privacy",
        type=click.Choice([level.value for level in (Level.STANDARD, Level.STRICT, Level.NONE)]),
        default=Level.STANDARD.value,
        help="How much of the bundle is replaced by stand-ins: standard (names of people, computers and other hosts), strict "
        "(also every private address, proxies and folders), none (only secrets; has to be confirmed). Default: standard.",
    )(function)


def encryption_options(function: F) -> F:
    """Add `--encrypt-to` to a command."""
    return option(
        Section.BUNDLE,
        "--encrypt-to",
        "encrypt_to",
        multiple=True,
        metavar="KEY|FILE",
        help="Encrypt the bundle, so that only the owner of this key can read it (hpke:... or age1...). May be repeated.",
    )(function)


def confirmed(level: Level) -> Level:
    """Return the level, confirmed where it keeps everything. Raises WrongUse where it is not, or where nobody can be asked."""
    if level is not Level.NONE:
        return level
    if not sys.stdin.isatty():
        raise WrongUse(
            said(
                "--privacy none has to be confirmed by typing, and nobody can be asked here: run it at a terminal, "
                "or choose --privacy standard"
            )
        )
    print(
        said("With --privacy none the bundle names people, computers, addresses and folders as they are."),
        file=sys.stderr,
    )
    try:
        typed = click.prompt(
            said("Type '{confirmation}' to go on", confirmation=CONFIRMATION), default="", show_default=False, err=True
        )
    except click.Abort:
        typed = ""
    if typed.strip().lower() != CONFIRMATION:
        raise WrongUse(said("--privacy none was not confirmed, and nothing was done: confirm it, or choose --privacy standard"))
    return level
