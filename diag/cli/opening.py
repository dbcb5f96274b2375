"""Opening a bundle that the user names, plain or encrypted."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from diag.bundle.archive import CannotRead, content_of, read_limited, unpack
from diag.bundle.keys import Identities, UnusableKey, read_identities
from diag.bundle.read import Bundle, archive_in, bundle_of
from diag.cli.errors import WrongUse
from diag.cli.sections import Section, option
from diag.language import retold

F = TypeVar("F", bound=Callable[..., Any])
STDIN = Path("-")
"""Stands for standard input, as everywhere."""


@dataclass(frozen=True)
class Opened:
    """A bundle, and the bytes of its file as they lie on the disk."""

    bundle: Bundle
    content: bytes = field(repr=False)


def identity_option(function: F) -> F:
    """Add `--identity` to a command."""
    return option(
        Section.WHAT,
        "--identity",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="The private key that opens an encrypted bundle (.hpke or .age).",
    )(function)


def open_bundle(path: Path, identity: Path | None = None) -> Opened:
    """Return the bundle at `path`; `-`: on standard input. Raises WrongUse."""
    try:
        content = read_limited(sys.stdin.buffer) if path == STDIN else content_of(path)
        return Opened(bundle_of(unpack(archive_in(content, identities_in(identity)))), content)
    except (CannotRead, UnusableKey) as error:
        raise WrongUse(f"{path}: {retold(error)}") from None


def identities_in(path: Path | None) -> Identities | None:
    """Return the private keys in a file; None where none is named. Raises WrongUse."""
    try:
        return None if path is None else read_identities(path)
    except UnusableKey as error:
        raise WrongUse(f"--identity: {retold(error)}") from None
