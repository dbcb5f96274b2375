"""What a program's messages say, on the screen: what each proves, what it leaves open, and which causes fit."""

from collections.abc import Mapping, Sequence

from diag.language import said
from diag.report.layout.page import Page
from diag.report.views.told_errors import ToldRow

_MOST = 10


def write_messages(page: Page, rows: Sequence[ToldRow], titles: Mapping[str, str]) -> None:
    """Write what each message says. `titles` are those of the causes, by their ids."""
    for number, row in enumerate(rows[:_MOST], 1):
        page.heading(f"{number}. {said('The message says: {says}', says=row.says)}")
        page.labelled(said("Seen"), page.words(row.seen))
        page.labelled(said("It proves"), page.words(row.proves))
        page.labelled(said("Left open"), page.words(row.leaves_open))
        if row.causes:
            page.labelled(said("What fits"), *(page.words(f"{cause}: {titles.get(cause, '')}") for cause in row.causes), hang=2)
    if len(rows) > _MOST:
        page.write(page.words(said("and {number} more", number=len(rows) - _MOST), "dim"))
