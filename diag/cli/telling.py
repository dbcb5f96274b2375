"""What a program's messages mean, on the screen: shared by `read` and `explain`, which looks at nothing and stays light."""

from diag.cli.catalogue import all_checks
from diag.cli.checks import title_of
from diag.knowledge.messages.reading import MessageReading
from diag.language import said
from diag.report.forms.messages import write_messages
from diag.report.layout.page import Page
from diag.report.views.told_errors import told_rows


def tell(page: Page, read: MessageReading) -> None:
    """Say what the messages mean; where none is known, that."""
    if read.errors:
        write_messages(page, told_rows(read.errors), {check.id: title_of(check) for check in all_checks()})
    else:
        looked = said("{n} {n:line|lines}", n=read.lines)
        page.write(
            page.words(
                said(
                    "No message about a connection is known among {looked}. Try the words alone: diag explain WORDS",
                    looked=looked,
                )
            )
        )
