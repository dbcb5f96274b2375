"""`diag explain`: the article about one cause, as its check's file opens with it."""

import difflib
import inspect
import re
import sys

import click

from checks import CATALOGUE
from diag.cli.errors import FOUND_NOTHING, WrongUse
from diag.model.check import AnyCheck
from diag.model.quoting import shown
from diag.report.layout.page import Page, open_page
from diag.report.wording.words import CLOUD_NAMES, OWNERS

_HEADING = re.compile(r"\*([^*\n]+)\*\Z")
_GAP = re.compile(r"\{([a-z_]+)\}")
_ITEM = re.compile(r"(?:[-*]|\d+[.)])\s")


def complete_cause(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """The ids that begin so, for the shell."""
    return [check.id for check in CATALOGUE if check.id.startswith(begun)]


@click.command("explain")
@click.argument(
    "cause", metavar="ID", shell_complete=lambda _, __, begun: [check.id for check in CATALOGUE if check.id.startswith(begun)]
)
def command(cause: str) -> int:
    """The article about one cause: what it means, why it matters, what to do, how it is told apart.

    ID is what a report shows beside a cause, such as proxy-login-required. All of them: diag checks.
    """
    check = _named(cause)
    page = open_page(sys.stdout)
    page.write(page.words(check.id, "bold"))
    page.write(page.words(f"Who fixes it: {OWNERS[check.owner]}.", "dim"))
    write_article(page, inspect.cleandoc(check.article))
    for cloud, steps in check.sentences.by_cloud.items():
        page.heading(f"Where to look on {CLOUD_NAMES.get(cloud, cloud)}")
        for number, step in enumerate(steps, 1):
            page.write(page.words(f"{number}. {_GAP.sub(lambda gap: gap[1].replace('_', ' ').upper(), step)}"), hang=3)
    if check.explains:
        page.heading("What it explains")
        page.write(page.words(f"Where this is found, these are its consequences: {', '.join(check.explains)}."))
    return FOUND_NOTHING


def write_article(page: Page, article: str) -> None:
    """An article set anew: `*headings*` stand out, paragraphs are filled, list items hang, indented lines stay as they are."""
    under_heading = False
    for paragraph in re.split(r"\n\s*\n", article):
        heading = _HEADING.match(paragraph.strip())
        if heading:
            page.heading(heading[1])
            under_heading = True
            continue
        if not under_heading:
            page.blank()
        under_heading = False
        for item in _items(paragraph):
            page.write(page.words(item.strip()), indent=len(item) - len(item.lstrip()), hang=2 if _ITEM.match(item) else 0)


def _items(paragraph: str) -> list[str]:
    """The pieces of a paragraph that each begin a line: list items, verbatim lines, or all of it as one."""
    items: list[str] = []
    for line in paragraph.splitlines():
        if not items or line.startswith("    ") or _ITEM.match(line):
            items.append(line)
        else:
            items[-1] += f" {line.strip()}"
    return items


def _named(cause: str) -> AnyCheck:
    by_id = {check.id: check for check in CATALOGUE}
    wanted = cause.strip().lower()
    if wanted in by_id:
        return by_id[wanted]
    near = difflib.get_close_matches(wanted, by_id, 3) or [name for name in by_id if wanted and wanted in name][:3]
    hint = f"did you mean {' or '.join(near)}?" if near else "the list is: diag checks"
    raise WrongUse(f"no cause is called {shown(wanted)}: {hint}")
