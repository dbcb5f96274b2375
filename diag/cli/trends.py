"""`diag trends`: what rises, what is new or gone, and what it would be worth to end."""

import sys
from pathlib import Path

import click

from diag.cli.desk import index_options, moment_of, opened_index
from diag.cli.errors import FOUND_NOTHING, WRONG_USE
from diag.cli.sections import Command
from diag.desk.stock import load
from diag.desk.worth import trends_of
from diag.language import speaking, spoken_to_programs
from diag.report.forms.desk.documents import write_document
from diag.report.forms.desk.text import write_trends
from diag.report.layout.page import open_page
from diag.report.wording.desk import told_trends

MOST_WEEKS = 104


@click.command("trends", cls=Command, ends={FOUND_NOTHING: "shown", WRONG_USE: "wrong use"}, examples=("diag trends --weeks 8",))
@index_options
@click.option(
    "--weeks", type=click.IntRange(1, MOST_WEEKS), default=16, metavar="N", help="How many weeks are shown. Default: 16."
)
@click.option("--demos", is_flag=True, help="Count demonstrations (diag demo) as well.")
@click.option("--all", "everything", is_flag=True, help="Show all, and not the first few.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def command(index: Path | None, as_of: str | None, weeks: int, demos: bool, everything: bool, as_json: bool) -> int:
    """Count the index week by week: which causes rise, which are new, gone or back, who helps himself, what to end first.

    Organisations are counted, so that a customer who runs diag fifty times is one. Weeks begin on Monday, in UTC.
    """
    now = moment_of(as_of)
    with opened_index(index) as db:
        trends = trends_of(load(db, now, demos=demos), weeks=weeks)
    if as_json:
        with speaking(spoken_to_programs(), asked_for=True):
            sys.stdout.buffer.write(write_document(told_trends(trends)))
        return FOUND_NOTHING
    write_trends(open_page(sys.stdout), told_trends(trends), **({"most": sys.maxsize} if everything else {}))
    return FOUND_NOTHING
