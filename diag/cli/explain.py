"""`diag explain`: the article about one cause, as its check's file opens with it."""

import difflib
import inspect
import shutil
import textwrap

import click

from checks import CATALOGUE
from diag.cli.errors import FOUND_NOTHING, WrongUse
from diag.model.check import AnyCheck
from diag.report.words import OWNERS

WIDEST = 88


@click.command("explain")
@click.argument("cause", metavar="ID")
def command(cause: str) -> int:
    """The article about one cause: what it means, why it matters, what to do, how it is told apart.

    ID is what a report shows beside a cause, such as proxy-login-required. All of them: diag checks.
    """
    check = _named(cause)
    width = min(shutil.get_terminal_size().columns, WIDEST)
    click.echo(check.id)
    for paragraph in textwrap.wrap(f"Who fixes it: {OWNERS[check.owner]}.", width):
        click.echo(paragraph)
    click.echo()
    click.echo(wrapped(inspect.cleandoc(check.article), width))
    if check.explains:
        click.echo()
        click.echo(
            textwrap.fill(f"Where it is found, it also explains: {', '.join(check.explains)}.", width, break_on_hyphens=False)
        )
    return FOUND_NOTHING


def wrapped(article: str, width: int) -> str:
    """An article set anew in `width` columns: paragraphs are filled, list items hang, indented lines stay as they are."""
    return "\n".join(line for paragraph in article.split("\n\n") for line in (*_set(paragraph.strip("\n"), width), "")).rstrip()


def _set(paragraph: str, width: int) -> list[str]:
    lines = paragraph.splitlines()
    if lines and all(line.startswith("    ") for line in lines):
        return lines
    items: list[str] = []
    for line in lines:
        if not items or line.lstrip().startswith(("- ", "* ")) or line.lstrip()[:1].isdigit():
            items.append(line.strip())
        else:
            items[-1] += f" {line.strip()}"
    return [
        piece
        for item in items
        for piece in textwrap.wrap(
            item, width, subsequent_indent="  " if item.startswith(("- ", "* ")) else "", break_on_hyphens=False
        )
    ]


def _named(cause: str) -> AnyCheck:
    by_id = {check.id: check for check in CATALOGUE}
    wanted = cause.strip().lower()
    if wanted in by_id:
        return by_id[wanted]
    near = difflib.get_close_matches(wanted, by_id, 3) or [name for name in by_id if wanted and wanted in name][:3]
    hint = f"did you mean {' or '.join(near)}?" if near else "the list is: diag checks"
    raise WrongUse(f"no cause is called '{wanted[:80]}': {hint}")
