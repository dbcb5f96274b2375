"""`diag checks`: the catalogue, family by family."""

import itertools
import re
import sys

import click
import msgspec

from checks import CATALOGUE
from diag.cli.errors import FOUND_NOTHING, WRONG_USE
from diag.cli.sections import Command
from diag.model.check import AnyCheck, explained_by
from diag.report.layout.page import open_page
from diag.report.wording.words import OWNERS, count_words


@click.command("checks", cls=Command, ends={FOUND_NOTHING: "listed", WRONG_USE: "wrong use"})
@click.option("--json", "as_json", is_flag=True, help="One JSON list, for programs.")
def command(as_json: bool) -> int:
    """Every cause that diag can name, with who fixes it. The article about one: diag explain ID."""
    if as_json:
        sys.stdout.buffer.write(
            msgspec.json.format(msgspec.json.encode([_entry(check) for check in CATALOGUE]), indent=2) + b"\n"
        )
        return FOUND_NOTHING
    page = open_page(sys.stdout)
    page.write(page.words(f"{count_words(len(CATALOGUE), 'cause')}. The article about one: diag explain ID"))
    for family, members in itertools.groupby(CATALOGUE, key=lambda check: check.family):
        page.heading(family)
        for check in members:
            page.write(page.words(check.id, "bold"), page.words(f"  {OWNERS[check.owner]}", "dim"), indent=2, hang=2)
            page.write(page.words(title_of(check)), indent=6)
    return FOUND_NOTHING


def title_of(check: AnyCheck) -> str:
    """A check's title with its gaps named: `The proxy <proxy> wants a login`."""
    title = re.sub(r"\{\w+:([^|}]*)\|[^}]*\}", r"\1", check.sentences.title)  # a word for one or several
    return re.sub(r"\{(\w+)\}", lambda gap: f"<{gap[1].replace('_', ' ')}>", title)


def _entry(check: AnyCheck) -> dict[str, object]:
    return {
        "id": check.id,
        "family": check.family,
        "title": title_of(check),
        "owner": check.owner,
        "explains": explained_by(check, CATALOGUE),
    }
