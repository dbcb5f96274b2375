"""`diag diff`: two bundles side by side, before and after, or here and there."""

import sys
from pathlib import Path

import click

from diag.bundle.level import Level, level_of
from diag.bundle.read import Bundle
from diag.cli.catalogue import known
from diag.cli.errors import FOUND_NOTHING, FOUND_PROBLEM, WRONG_USE
from diag.cli.judging import diagnosed
from diag.cli.opening import identity_option, open_bundle
from diag.cli.sections import Command, Section, option
from diag.engine.compare import Side, compare
from diag.engine.pseudonym_match import Replaced
from diag.report.forms.comparison import write_comparison
from diag.report.forms.comparison_json import write_comparison_json
from diag.report.layout.page import open_page
from diag.report.views.compared import Named

_BUNDLE = click.Path(path_type=Path)


@click.command(
    "diff",
    cls=Command,
    ends={FOUND_NOTHING: "nothing differs", FOUND_PROBLEM: "something differs", WRONG_USE: "wrong use"},
    examples=("diag diff before.zip after.zip", "diag diff works-here.zip fails-there.zip --json"),
)
@click.argument("a", metavar="A", type=_BUNDLE)
@click.argument("b", metavar="B", type=_BUNDLE)
@option(Section.OUTPUT, "--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@identity_option
def command(a: Path, b: Path, as_json: bool, identity: Path | None) -> int:
    """Compare two bundles: what is fixed, new, changed or still there from A to B.

    Where an endpoint works in one and fails in the other, the facts that differ and could explain it are named, the
    likeliest first. Both are judged with the checks of this diag. Private values that were replaced in a bundle are not
    compared with those of another: it is said which. Times and the order of things are not compared.
    """
    bundles = (open_bundle(a, identity).bundle, open_bundle(b, identity).bundle)
    sides = tuple(_side(bundle) for bundle in bundles)
    comparison = compare(*sides, linked=bundles[0].digest == bundles[1].digest)
    named = tuple(_named(path, bundle, side) for path, bundle, side in zip((a, b), bundles, sides, strict=True))
    catalogue = known()
    if as_json:
        sys.stdout.buffer.write(write_comparison_json(comparison, catalogue, *named))
    else:
        write_comparison(open_page(sys.stdout), comparison, catalogue, *named)
    return FOUND_PROBLEM if comparison.differs else FOUND_NOTHING


def _side(bundle: Bundle) -> Side:
    level = level_of(bundle.manifest.privacy)
    replaced = Replaced(names=level is not Level.NONE, addresses=level is Level.STRICT)
    return Side(diagnosed(bundle), bundle.evidence, replaced)


def _named(path: Path, bundle: Bundle, side: Side) -> Named:
    return Named(path.name, bundle.evidence.run.began, bundle.evidence.run.tool, side.diagnosis.verdict)
