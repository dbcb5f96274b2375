"""`diag search`: one search over articles, clusters and notes, and over everything that has a name."""

import sys
from contextlib import nullcontext
from pathlib import Path
from sqlite3 import Connection

import click
import msgspec

from diag.cli.catalogue import known
from diag.cli.desk import index_options, opened_index
from diag.cli.errors import FOUND_NOTHING, WRONG_USE
from diag.cli.sections import Command
from diag.desk.index import parts_of
from diag.desk.search import ARTICLE, CLUSTER, MOST_FOUND, Hit, search
from diag.language import said, speaking, spoken_to_programs
from diag.report.layout.page import open_page
from diag.report.wording.desk import kind_words, title_words


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
        found = search(db, " ".join(words), most)
        with speaking(spoken_to_programs(), asked_for=True) if as_json else nullcontext():
            hits = [_with_title(hit, db) for hit in found]
    if as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(hits), indent=2) + b"\n")
        return FOUND_NOTHING
    page = open_page(sys.stdout)
    for hit in hits:
        page.write(page.words(f"{kind_words(hit.kind)}  {hit.ref}", "bold"), page.words(f"  {hit.text}"), hang=2)
    page.write(page.words(said("{n} {n:hit|hits}", n=len(hits)) if hits else said("Nothing here holds that."), "dim"))
    return FOUND_NOTHING


def _with_title(hit: Hit, db: Connection) -> Hit:
    """The hit with its title as the reader's language has it, which only the catalogue knows."""
    checks = known()
    if hit.kind == CLUSTER:
        parts = parts_of(db, hit.ref)
        return Hit(hit.kind, hit.ref, title_words(hit.text, parts.cause, parts.kind, checks))
    if hit.kind != ARTICLE:
        return hit
    return Hit(hit.kind, hit.ref, checks[hit.ref].article.partition("\n")[0] if hit.ref in checks else "")
