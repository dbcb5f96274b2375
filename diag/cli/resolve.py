"""`diag resolve`: what solved a case, so that the next like it is solved at once."""

import sys
from pathlib import Path

import click

from diag.cli.desk import get_catalogue, index_options, moment_of, opened_index, writer
from diag.cli.errors import FOUND_NOTHING, WRONG_USE
from diag.cli.sections import Command
from diag.desk.attention import RESOLVED
from diag.desk.notes import find, write_note
from diag.language import said
from diag.report.layout.page import open_page


@click.command(
    "resolve",
    cls=Command,
    ends={FOUND_NOTHING: "kept", WRONG_USE: "wrong use"},
    examples=("diag resolve 12345 --by proxy-login-required --effort 4",),
)
@click.argument("about", metavar="BUNDLE|FP|CASE")
@index_options
@click.option("--by", "by_what", required=True, metavar="ID|TEXT", help="What solved it: the id of a cause, or words.")
@click.option("--effort", type=click.IntRange(1, 5), metavar="1..5", help="How hard it was: 1 hard, 5 easy.")
@click.option("--who", metavar="NAME", help="Who solved it. Default: the user of this computer.")
def command(about: str, index: Path | None, as_of: str | None, by_what: str, effort: int | None, who: str | None) -> int:
    """Say what solved a case or a whole cluster. The next like case shows it, with how hard it was.

    Effort 1 or 2 comes up under "to follow up", until a note closes it.
    """
    now = moment_of(as_of)
    is_cause = any(check.id == by_what.strip() for check in get_catalogue())
    with opened_index(index) as db:
        cause = by_what.strip() if is_cause else ""
        write_note(db, writer(who, now), find(db, about), by_what, kind=RESOLVED, effort=effort, by_cause=cause)
    page = open_page(sys.stdout)
    page.write(page.words(said("Kept. The next like case will show it.")))
    return FOUND_NOTHING
