"""`diag explain`: the article about one cause, as its check's file opens with it."""

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from diag.cli.catalogue import all_checks, articles_option, known, named_profile, profile_option, team_articles
from diag.cli.errors import FOUND_NOTHING, WRONG_USE, WrongUse
from diag.cli.sections import Command
from diag.cli.suggestions import hint
from diag.cli.telling import tell
from diag.knowledge.messages.reading import MessageReading, read_messages
from diag.language import filled, said
from diag.model.check import AnyCheck, explained_by
from diag.model.quoting import shown
from diag.profile.articles import laid_over, template_of
from diag.report.layout.page import Page, open_page
from diag.report.wording.how_to import guide
from diag.report.wording.see_it import blank
from diag.report.wording.words import CLOUD_NAMES, OWNERS

_HEADING = re.compile(r"\*([^*\n]+)\*\Z")
_MOST_FOUND = 12
"""Articles that a search names."""
_ITEM = re.compile(r"(?:[-*]|\d+[.)])\s")


def complete_cause(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """Return the ids that begin so, for the shell."""
    return [check.id for check in all_checks() if check.id.startswith(begun)]


@click.command(
    "explain",
    cls=Command,
    ends={FOUND_NOTHING: "told", WRONG_USE: "wrong use, or no article holds these words"},
    examples=("diag explain proxy-login-required", "diag explain 407", "diag explain TLS inspection"),
)
@click.argument(
    "words",
    metavar="ID|WORDS",
    nargs=-1,
    required=True,
    shell_complete=complete_cause,
)
@click.option("--search", is_flag=True, help="Look for the words in all articles, even where they are an ID.")
@articles_option
@profile_option
@click.option("--template", is_flag=True, help="Print a file to begin an article of your own with, in place of the article.")
def command(words: tuple[str, ...], search: bool, articles: Path | None, profile: str | None, template: bool) -> int:
    """The article about one cause: what it means, why it matters, what to do, how it is told apart.

    ID is what a report shows beside a cause, such as proxy-login-required. All of them: diag checks. An error message of a
    program is read as diag read does: diag explain "curl: (60) SSL certificate problem: ...". Other WORDS are looked for in
    all articles: diag explain 407.
    """
    wanted = " ".join(words)
    check = None if search else known().get(wanted.strip().lower())
    if check is None:
        read = MessageReading() if search else read_messages(wanted.splitlines())
        if read.errors:
            tell(open_page(sys.stdout), read)
            return FOUND_NOTHING
        return _list_found(wanted)
    if template:
        print(template_of(next(one for one in all_checks() if one.id == check.id), check), end="")
        return FOUND_NOTHING
    own = team_articles(articles, named_profile(profile)).get(check.id)
    page = open_page(sys.stdout)
    page.write(page.words(check.id, "bold"))
    page.write(page.words(said("Who fixes it: {owner}.", owner=OWNERS[check.owner]), "dim"))
    write_article(page, laid_over(inspect.cleandoc(check.article), own))
    _write_what_to_do(page, check)
    for cloud, steps in check.sentences.by_cloud.items():
        page.heading(said("Where to look on {cloud}", cloud=CLOUD_NAMES.get(cloud, cloud)))
        for number, step in enumerate(steps, 1):
            page.write(page.words(f"{number}. {gaps_named(step)}"), hang=3)
    if explained := explained_by(check, all_checks()):
        page.heading(said("What it explains"))
        page.write(
            page.words(said("Where this is found, these are its consequences: {explained}.", explained=", ".join(explained)))
        )
    return FOUND_NOTHING


def _write_what_to_do(page: Page, check: AnyCheck) -> None:
    """The topics that it is mended by, the commands that show it, and where more is said."""
    for topic in (guide(word) for word in check.do):
        page.heading(said("Do it: {title}", title=topic.title))
        for row in topic.rows:
            page.write(page.words(f"{row.place}: "), page.words(row.step, "cyan"), indent=2, hang=2)
        page.write(page.words(said("More: {reference}", reference=topic.reference), "dim"), indent=2)
    page.heading(said("See it for yourself"))
    for command in check.see:
        page.write(page.words(f"{command.shell}: "), page.words(blank(command), "cyan"), hang=2)
        page.write(page.words(said("shows: {shows}", shows=command.shows), "dim"), indent=2)
    if check.see_not:
        page.write(page.words(said("No command can show it: {see_not}.", see_not=check.see_not)))
    page.heading(said("Reference"))
    page.write(page.words(check.reference))


def write_article(page: Page, article: str) -> None:
    """Write an article set anew: `*headings*` stand out, paragraphs are filled, list items hang,
    indented lines stay as they are.
    """
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


def gaps_named(step: str) -> str:
    """Return a step with its gaps named: `{port}` is PORT."""
    return filled(step, lambda name: name.replace("_", " ").upper(), lambda _: True)


def _list_found(wanted: str) -> int:
    """The causes whose article holds all of these words, the ones that are about them first. Raises WrongUse for none."""
    found = found_with(wanted)
    if not found:
        meant = hint(wanted, (check.id for check in all_checks()))
        raise WrongUse(
            said(
                "no cause is called {shown}, and no article holds that: {words}",
                shown=shown(wanted),
                words=meant or said("the list is: diag checks"),
            )
        )
    page = open_page(sys.stdout)
    page.write(
        page.words(
            said("{number} {number:article|articles} with that (read one with: diag explain ID):", number=len(found)), "dim"
        )
    )
    for check in found[:_MOST_FOUND]:
        page.write(page.words(check.id, "bold"), page.words(f"  {check.article.partition(chr(10))[0]}"), indent=2, hang=2)
    if len(found) > _MOST_FOUND:
        page.write(page.words(said("and {number} more", number=len(found) - _MOST_FOUND), "dim"), indent=2)
    return FOUND_NOTHING


def _told_checks() -> Iterator[tuple[AnyCheck, AnyCheck]]:
    """Each check as it stands in the catalogue, and as it is told in the reader's language."""
    told = known()
    return ((check, told[check.id]) for check in all_checks())


def found_with(wanted: str) -> list[AnyCheck]:
    """Return the checks, as they are told, whose id or article holds every word: those first in which they come soonest.

    The article is looked through in the reader's language and in English, as people know words in either.
    """
    words = wanted.lower().split()
    texts = [(told, f"{check.id} {told.article} {check.article}".lower()) for check, told in _told_checks()]
    hits = [(max(text.index(word) for word in words), check) for check, text in texts if words and all(w in text for w in words)]
    return [check for _, check in sorted(hits, key=lambda hit: hit[0])]
