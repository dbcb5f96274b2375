"""`diag request`: what to send to the teams that can mend what was found."""

from pathlib import Path

import click

from diag.cli.catalogue import known
from diag.cli.errors import FOUND_NOTHING, NOT_WRITTEN, WRONG_USE
from diag.cli.forms import give, read_form
from diag.cli.judging import diagnosed
from diag.cli.opening import identity_option, open_bundle
from diag.cli.sections import Command, Section, option
from diag.model.verdict import Owner
from diag.report.forms.request import write_csv, write_markdown, write_request
from diag.report.views.team_requests import requests_of

REQUEST_FORMS = ("text", "markdown", "csv")
_OTHERS = [owner.value for owner in Owner if owner is not Owner.MACHINE]


@click.command(
    "request",
    cls=Command,
    ends={
        FOUND_NOTHING: "printed, also where nobody has to be asked",
        WRONG_USE: "wrong use",
        NOT_WRITTEN: "the file could not be written",
    },
    examples=("diag request BUNDLE", "diag request BUNDLE --to network --format csv=rules.csv"),
)
@click.argument("path", metavar="BUNDLE", type=click.Path(path_type=Path))
@option(
    Section.WHAT, "--to", "parties", type=click.Choice(_OTHERS), multiple=True, help="Only what is for these. (default: for all)"
)
@option(
    Section.OUTPUT,
    "--format",
    "form",
    default="text",
    metavar="FORM[=FILE]",
    help="Text or markdown for a ticket; csv for whoever keeps rules in a table. In FILE, or on standard output. Default: text.",
)
@identity_option
def command(path: Path, parties: tuple[str, ...], form: str, identity: Path | None) -> int:
    """Print what to send to the teams that can mend what a BUNDLE shows.

    Firewall, DNS, proxy, cloud and security teams and the provider each get what they need: what was seen and when, from
    where to where, how sure that is, and what to do.
    """
    word, where = read_form(form, REQUEST_FORMS)
    bundle = open_bundle(path, identity).bundle
    catalogue = known()
    asked = requests_of(diagnosed(bundle), bundle.evidence, catalogue)
    chosen = [request for request in asked if not parties or request.owner.value in parties]
    match word:
        case "csv":
            text = write_csv(chosen)
        case "markdown":
            text = write_markdown(chosen, bundle.evidence)
        case _:
            text = write_request(chosen, bundle.evidence)
    return give(((where, text.encode()),))
