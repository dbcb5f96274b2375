"""`diag init`: a commented diag.toml to begin with."""

import sys
from pathlib import Path

import click

from diag.cli.endpoints import USUAL_CONFIG
from diag.cli.errors import FOUND_NOTHING, WRONG_USE, WrongUse
from diag.cli.files import not_written
from diag.cli.sections import Command
from diag.language import retold, said
from diag.model.endpoint import UnusableEndpoint, parse_endpoint
from diag.profile.starter import write_starter


@click.command(
    "init",
    cls=Command,
    ends={FOUND_NOTHING: "written", WRONG_USE: "wrong use, or the file is there already"},
    examples=("diag init https://your-service.example.com", "diag init --minimal https://a.example.com tls://b.example.com:5671"),
)
@click.argument("given", nargs=-1, metavar="[ENDPOINT]...")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Where to. Default: ./diag.toml.")
@click.option("--minimal", is_flag=True, help="Without the comments that say what else can stand there.")
@click.option("--force", is_flag=True, help="Replace the file that is there.")
def command(given: tuple[str, ...], config: Path | None, minimal: bool, force: bool) -> int:
    """Write a commented diag.toml, with these endpoints or with one to replace.

    diag run takes it by itself where no endpoint is named.
    """
    path = config or USUAL_CONFIG
    try:
        text = write_starter([_written(one) for one in given], minimal=minimal)
    except UnusableEndpoint as error:
        raise WrongUse(retold(error)) from None
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise WrongUse(said("{path} is there already: edit it, or replace it with --force", path=path)) from None
    except OSError as error:
        raise WrongUse(not_written(path, error)) from None
    print(
        said("{path} is written. Edit it, then: diag run", path=path)
        if not given
        else said("{path} is written. Next: diag run", path=path),
        file=sys.stdout,
    )
    return FOUND_NOTHING


def _written(text: str) -> str:
    """An endpoint as it stands in the file: nothing of a URL but what names the endpoint."""
    endpoint = parse_endpoint(text)
    return f"{endpoint}{endpoint.path if endpoint.path != '/' else ''}".replace('"', "%22").replace("\\", "%5C")
