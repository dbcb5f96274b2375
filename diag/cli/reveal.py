"""`diag reveal`: what stand-ins stand for, told to the user whose computer wrote the bundle, and to nobody else."""

import sys
from pathlib import Path

import click

from diag.bundle.archive import CannotRead, content_of
from diag.bundle.originals import CannotKeep, told
from diag.cli.errors import FOUND_NOTHING, FOUND_PROBLEM, WRONG_USE, WrongUse
from diag.cli.memory import forgotten, remembered
from diag.cli.sections import Command
from diag.language import retold, said
from diag.report.layout.page import open_page


@click.command(
    "reveal",
    cls=Command,
    ends={FOUND_NOTHING: "all known", FOUND_PROBLEM: "one of them is no stand-in of this bundle", WRONG_USE: "wrong use"},
    examples=("diag reveal BUNDLE", "diag reveal BUNDLE host-q7m2ka"),
)
@click.argument("path", metavar="BUNDLE", type=click.Path(path_type=Path), required=False)
@click.argument("tokens", nargs=-1, metavar="[TOKEN]...")
@click.option("--forget", "forgets", is_flag=True, help="Remove what this computer keeps of the bundle; without one, of all.")
def command(path: Path | None, tokens: tuple[str, ...], forgets: bool) -> int:
    """Say what the stand-ins in a BUNDLE stand for; without a TOKEN, all of them.

    A TOKEN is a stand-in such as host-q7m2ka, an address, or a name with stand-ins in it. It works on the computer, and for
    the user, that wrote the bundle, also where the bundle is encrypted for somebody else: the bundle itself does not hold it.
    It is kept for 90 days.
    """
    if forgets:
        return _forget(path, tokens)
    if path is None:
        raise WrongUse(said("no bundle is named: name the bundle, as in diag reveal diag-....zip"))
    try:
        kept = remembered(content_of(path))
    except CannotRead as error:
        raise WrongUse(f"{path}: {retold(error)}") from None
    except CannotKeep as error:
        raise WrongUse(retold(error)) from None
    if kept is None:
        raise WrongUse(
            said(
                "{path}: what its stand-ins stand for is not on this computer: run diag reveal where the bundle was "
                "written, as the user who wrote it",
                path=path,
            )
        )
    page = open_page(sys.stdout)
    if not tokens and not kept.stands_for:
        page.write(page.words(said("There are no stand-ins in this bundle.")))
    unknown = False
    for token in tokens or sorted(kept.stands_for):
        meant = told(token.lower(), kept.stands_for)
        known = meant != token.lower()
        unknown |= not known
        page.verbatim(page.words(f"{token}  {meant}" if known else said("{token}  is no stand-in of this bundle", token=token)))
    return FOUND_PROBLEM if unknown else FOUND_NOTHING


def _forget(path: Path | None, tokens: tuple[str, ...]) -> int:
    if tokens:
        raise WrongUse(said("--forget is for a whole bundle, and stand-ins are named: name the bundle alone"))
    try:
        gone = forgotten(None if path is None else content_of(path))
    except CannotRead as error:
        raise WrongUse(f"{path}: {retold(error)}") from None
    except CannotKeep as error:
        raise WrongUse(retold(error)) from None
    page = open_page(sys.stdout)
    told = (
        said("Removed: what the stand-ins of {gone} {gone:bundle|bundles} stand for.", gone=gone)
        if gone
        else said("Nothing was kept of it here.")
    )
    page.write(page.words(told))
    return FOUND_NOTHING
