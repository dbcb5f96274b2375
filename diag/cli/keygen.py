"""`diag keygen`: a pair of keys, for whoever is to read encrypted bundles."""

import os
from pathlib import Path

import click

from diag.bundle.keys import key_id, new_pair, public_key
from diag.cli.errors import FOUND_NOTHING, WRONG_USE, WrongUse
from diag.cli.files import not_written
from diag.cli.sections import Command
from diag.language import said
from diag.model.text import clean


@click.command("keygen", cls=Command, ends={FOUND_NOTHING: "written", WRONG_USE: "wrong use, or the file is there already"})
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
def command(path: Path) -> int:
    """Write a new private key into FILE, which must not exist yet, and print its public key.

    Give the public key to those who run diag (diag run --encrypt-to KEY, or recipients in your profile). The private key
    opens what they send: diag show BUNDLE --identity FILE. Nobody else can, and without the file nobody can at all.
    """
    content, public = new_pair()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(content)
    except FileExistsError:
        raise WrongUse(
            said("{path} is there already: a key that is overwritten is lost, so name another file", path=clean(str(path)))
        ) from None
    except OSError as error:
        raise WrongUse(not_written(path, error)) from None
    click.echo(
        said("{path} holds the private key: only you can read it; keep a copy in a safe place.", path=clean(str(path))), err=True
    )
    identity = key_id(public_key(public)).hex()
    click.echo(said("Its id, by which diag names it where a bundle needs it: {identity}", identity=identity), err=True)
    click.echo(said("The public key:"), err=True)
    click.echo(public)
    return FOUND_NOTHING
