"""In whose place a run looks: the program that the user names, by its own rules."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from diag.cli.errors import WrongUse
from diag.cli.sections import Section, option
from diag.cli.suggestions import hint
from diag.knowledge.clients.shelf import KnownClient, client_names, find_client
from diag.model.quoting import shown

F = TypeVar("F", bound=Callable[..., Any])


def complete_client(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """The names of programs that begin so, for the shell."""
    return [name for name in client_names() if name.startswith(begun)]


def client_options(function: F) -> F:
    """Adds the options that say which program a run is about."""
    return option(
        Section.WHAT,
        "--client",
        metavar="NAME",
        shell_complete=complete_client,
        help="Look as this program would: its proxy variables, its reading of NO_PROXY, its list of authorities, its name. "
        "Such as curl, requests, node, go, java, dotnet, snowflake-jdbc; where others fare otherwise here, it is said why.",
    )(function)


def read_client_option(name: str | None) -> KnownClient | None:
    """The program of this name; None: none was named. Raises WrongUse for one that is not known."""
    if name is None:
        return None
    found = find_client(name)
    if found is None:
        meant = hint(name.lower(), client_names())
        known = ", ".join(client_names())
        raise WrongUse(f"--client {shown(name)} is not known: {meant or f'there are {known}'}")
    return found
