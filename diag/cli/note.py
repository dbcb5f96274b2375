"""`diag note`: what somebody saw or did, kept beside a bundle or a cluster."""

import sys
from pathlib import Path

import click

from diag.cli.desk import index_options, moment_of, opened_index, writer
from diag.cli.errors import FOUND_NOTHING, WRONG_USE
from diag.cli.sections import Command
from diag.desk.attention import NOTE, TAKEN
from diag.desk.notes import find, write_note
from diag.language import said
from diag.report.layout.page import open_page


@click.command(
    "note",
    cls=Command,
    ends={FOUND_NOTHING: "kept", WRONG_USE: "wrong use"},
    examples=('diag note 4f2a91 "the proxy team looks at it"',),
)
@click.argument("about", metavar="BUNDLE|FP|CASE")
@click.argument("text", nargs=-1, metavar="[TEXT]...")
@index_options
@click.option("--taken", is_flag=True, help="You look after it: it needs less attention, until it grows by half.")
@click.option("--who", metavar="NAME", help="Who writes. Default: the user of this computer.")
def command(about: str, text: tuple[str, ...], index: Path | None, as_of: str | None, taken: bool, who: str | None) -> int:
    """Keep a note beside a bundle (its file, or 6 digits of its digest), a case, or a cluster (its fingerprint).

    Notes are kept in the index alone, and never in a bundle.
    """
    now = moment_of(as_of)
    with opened_index(index) as db:
        write_note(db, writer(who, now), find(db, about), " ".join(text), kind=TAKEN if taken else NOTE)
    page = open_page(sys.stdout)
    page.write(page.words(said("Noted: you look after it.") if taken else said("Noted.")))
    return FOUND_NOTHING
