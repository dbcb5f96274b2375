"""`diag read`: an error message, a stack trace or a log in; what it says, and then the run for what it is about."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from diag.cli.as_client import client_options, read_client_option
from diag.cli.diagnose import diagnose
from diag.cli.errors import FOUND_NOTHING, OPEN_VERDICT, WrongUse
from diag.cli.files import home_folder
from diag.cli.job import Job
from diag.cli.options import RUN_ENDS, read_form, run_options
from diag.cli.sections import Command, Section, option
from diag.cli.telling import tell
from diag.cli.ways import read_ways
from diag.knowledge.clients.shelf import find_client
from diag.knowledge.messages.reading import lines_of, read_messages
from diag.language import of_system, said
from diag.model.local_file import FileState, is_fifo, read_file
from diag.model.run import Limits
from diag.report.layout.page import open_page

MOST_BYTES = 32_000_000
"""How much of a text is read."""
STDIN = "-"


@click.command(
    "read",
    cls=Command,
    ends=RUN_ENDS,
    examples=("diag read error.log", "diag read --no-run trace.txt", "java -jar job.jar 2>&1 | diag read -"),
    epilog="With --no-run, and where no endpoint is named: 0 where a message is known, else 3.",
)
@click.argument("source", metavar="FILE|-")
@option(Section.WHAT, "--no-run", is_flag=True, help="Say what the messages mean, and look at nothing.")
@client_options
@run_options
def command(source: str, no_run: bool, client: str | None, **form: Any) -> int:
    """Read an error message, a stack trace or a driver's log, say what it proves, and look at the endpoints in it.

    FILE is read on this computer, -: what comes on standard input. Of its text nothing is kept but which message it is, its
    code, when it was written, and the endpoint that it is about: only those may enter the bundle.
    """
    read = read_messages(_lines(source))
    page = open_page(sys.stdout if no_run else sys.stderr)
    tell(page, read)
    if no_run or not read.endpoints:
        return FOUND_NOTHING if read.errors else OPEN_VERDICT
    named = read_client_option(client) or (find_client(read.client) if read.client else None)
    page.write(page.words(_announced(", ".join(map(str, read.endpoints)), named)))
    ways = replace(read_ways(None, False, (), os.environ, home=home_folder()), client=named)
    job = Job(read.endpoints, ways, Limits(), told=read.errors)
    return diagnose(job, read_form(**form), os.environ)


def _announced(endpoint: str, client: object) -> str:
    rules = getattr(client, "rules", None)
    if rules is None:
        return said("Looking at {endpoint}.", endpoint=endpoint)
    return said("Looking at {endpoint}, in the place of {title}.", endpoint=endpoint, title=rules.title)


def _lines(source: str) -> Iterable[str]:
    """The lines of the text. Raises WrongUse where it cannot be read."""
    if source == STDIN:
        return lines_of(sys.stdin.buffer.read(MOST_BYTES))
    contents = read_file(str(Path(source)), MOST_BYTES)
    if contents.state is not FileState.READ:
        if is_fifo(source):
            raise WrongUse(said("{source} is a pipe: read it with `... | diag read -`", source=source))
        raise WrongUse(f"{source}: {of_system(contents.why)}")
    if not contents.complete:
        print(said("diag: only the first {number} MB of it are read", number=MOST_BYTES // 1000000), file=sys.stderr)
    return lines_of(contents.data)
