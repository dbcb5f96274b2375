"""`diag checks`: the catalogue, family by family."""

import itertools
import sys
from pathlib import Path

import click
import msgspec

from diag.cli.catalogue import all_checks
from diag.cli.errors import FOUND_NOTHING, FOUND_PROBLEM, WRONG_USE, WrongUse
from diag.cli.sections import Command
from diag.language import filled, retold, said, translated
from diag.model.check import AnyCheck, explained_by
from diag.profile.articles import complaints, read_articles
from diag.profile.errors import UnusableFile
from diag.report.layout.page import open_page
from diag.report.wording.words import OWNERS


@click.command(
    "checks",
    cls=Command,
    ends={FOUND_NOTHING: "listed", FOUND_PROBLEM: "something is wrong with an article", WRONG_USE: "wrong use"},
)
@click.option("--json", "as_json", is_flag=True, help="One JSON list, for programs.")
@click.option(
    "--articles", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER", help="Look over your own articles."
)
def command(as_json: bool, articles: Path | None) -> int:
    """Every cause that diag can name, with who fixes it. The article about one: diag explain ID.

    With --articles, what is wrong in a folder of your own articles, and exit code 1 where something is.
    """
    if articles is not None:
        return _look_over(articles)
    if as_json:
        sys.stdout.buffer.write(
            msgspec.json.format(msgspec.json.encode([_entry(check) for check in all_checks()]), indent=2) + b"\n"
        )
        return FOUND_NOTHING
    page = open_page(sys.stdout)
    page.write(
        page.words(said("{number} {number:cause|causes}. The article about one: diag explain ID", number=len(all_checks())))
    )
    for family, members in itertools.groupby(all_checks(), key=lambda check: check.family):
        page.heading(family)
        for check in members:
            page.write(page.words(check.id, "bold"), page.words(f"  {OWNERS[check.owner]}", "dim"), indent=2, hang=2)
            page.write(page.words(title_of(check)), indent=6)
    return FOUND_NOTHING


def _look_over(folder: Path) -> int:
    try:
        found = read_articles(folder)
    except UnusableFile as error:
        raise WrongUse(f"--articles {retold(error)}") from None
    wrong = list(complaints(found, {check.id: check for check in all_checks()}))
    page = open_page(sys.stdout)
    for line in wrong:
        page.write(page.words(f"- {line}"), hang=2)
    page.write(
        page.words(said("{n} {n:article|articles}, {wrong} {wrong:complaint|complaints}.", n=len(found), wrong=len(wrong)))
    )
    return FOUND_PROBLEM if wrong else FOUND_NOTHING


def title_of(check: AnyCheck) -> str:
    """Return a check's title with its gaps named: `The proxy <proxy> wants a login`."""
    return _gaps_named(translated(check.sentences.title, f"{check.id}.title"))


def _gaps_named(title: str) -> str:
    return filled(title, lambda name: f"<{name.replace('_', ' ')}>", lambda _: True)


def _entry(check: AnyCheck) -> dict[str, object]:
    return {
        "id": check.id,
        "family": check.family,
        "title": _gaps_named(check.sentences.title),
        "owner": check.owner,
        "explains": explained_by(check, all_checks()),
    }
