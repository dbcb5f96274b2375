"""`diag request`: what to send to the teams that can mend what was found."""

import sys
from pathlib import Path

import click

from checks import CATALOGUE
from diag.cli.errors import FOUND_NOTHING
from diag.cli.judging import diagnosed
from diag.cli.opening import identity_option, open_bundle
from diag.model.verdict import Owner
from diag.report.forms.request import write_csv, write_markdown, write_request
from diag.report.views.team_requests import requests_of

_OTHERS = [owner.value for owner in Owner if owner is not Owner.MACHINE]


@click.command("request")
@click.argument("path", metavar="BUNDLE", type=click.Path(path_type=Path))
@click.option("--to", "parties", type=click.Choice(_OTHERS), multiple=True, help="Only what is for these. (default: for all)")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "csv"]),
    default="text",
    show_default=True,
    help="Text or Markdown for a ticket; CSV for whoever keeps rules in a table.",
)
@identity_option
def command(path: Path, parties: tuple[str, ...], form: str, identity: Path | None) -> int:
    """Print what to send to the teams that can mend what a BUNDLE shows.

    Firewall, DNS, proxy, cloud and security teams and the provider each get what they need: what was seen and when, from
    where to where, how sure that is, and what to do.
    """
    bundle = open_bundle(path, identity).bundle
    catalogue = {check.id: check for check in CATALOGUE}
    asked = requests_of(diagnosed(bundle), bundle.evidence, catalogue)
    chosen = [request for request in asked if not parties or request.owner.value in parties]
    match form:
        case "csv":
            text = write_csv(chosen)
        case "markdown":
            text = write_markdown(chosen, bundle.evidence)
        case _:
            text = write_request(chosen, bundle.evidence)
    sys.stdout.buffer.write(text.encode())
    return FOUND_NOTHING
