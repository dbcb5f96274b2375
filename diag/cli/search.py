"""`diag search`: one search over articles, clusters and notes, and over everything that has a name."""

import sys
from pathlib import Path

import click
import msgspec

from diag.cli.desk import get_catalogue, index_options, opened_index
from diag.cli.errors import FOUND_NOTHING, WRONG_USE
from diag.cli.sections import Command
from diag.desk.search import ARTICLE, MOST_FOUND, Hit, search
from diag.language import said
from diag.report.layout.page import open_page


@click.command(
    "search", cls=Command, ends={FOUND_NOTHING: "searched", WRONG_USE: "wrong use"}, examples=("diag search firewall",)
)
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@index_options
@click.option("--most", type=click.IntRange(1, 1000), default=MOST_FOUND, metavar="N", help=f"Default: {MOST_FOUND}.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def command(words: tuple[str, ...], index: Path | None, as_of: str | None, most: int, as_json: bool) -> int:
    """Look for WORDS in articles, clusters and notes, best first; and for hosts, labels, case numbers and digests as they are."""
    with opened_index(index) as db:
        hits = [_with_title(hit) for hit in search(db, " ".join(words), most)]
    if as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(hits), indent=2) + b"\n")
        return FOUND_NOTHING
    page = open_page(sys.stdout)
    for hit in hits:
        page.write(page.words(f"{hit.kind}  {hit.ref}", "bold"), page.words(f"  {hit.text}"), hang=2)
    page.write(page.words(said("{n} {n:hit|hits}", n=len(hits)) if hits else said("Nothing here holds that."), "dim"))
    return FOUND_NOTHING


def _with_title(hit: Hit) -> Hit:
    """An article's hit with its title, which only the catalogue knows."""
    if hit.kind != ARTICLE:
        return hit
    title = next((check.article.partition("\n")[0] for check in get_catalogue() if check.id == hit.ref), "")
    return Hit(hit.kind, hit.ref, title)
