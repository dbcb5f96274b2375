"""In whose place a run looks: a program that the user names, by its own rules, or a process as it stands."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click
from msgspec import Struct
from msgspec.structs import replace

from diag.cli.errors import WrongUse
from diag.cli.sections import Section, option
from diag.language import PhraseTable, joined, retold, said
from diag.model.process import ProcessFacts
from diag.model.quoting import shown

if TYPE_CHECKING:
    from diag.knowledge.clients.shelf import KnownClient

F = TypeVar("F", bound=Callable[..., Any])


def complete_client(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """Return the names of programs that begin so, for the shell."""
    from diag.knowledge.clients.shelf import client_names

    return [name for name in client_names() if name.startswith(begun)]


def client_options(function: F) -> F:
    """Add the option that names the program that a run is about."""
    return option(
        Section.WAY,
        "--client",
        metavar="NAME",
        shell_complete=complete_client,
        help="Look as this program would: its proxy variables, its reading of NO_PROXY, its list of authorities, its name. "
        "Such as curl, requests, node, go, java, dotnet, snowflake-jdbc; where others fare otherwise here, it is said why.",
    )(function)


def like_option(function: F) -> F:
    """Add the option that names a running process."""
    return option(
        Section.WAY,
        "--like",
        metavar="PID|NAME",
        help="Look as this process would: with its proxy and trust variables, its files and its network. Without an ENDPOINT, "
        "at what it is connecting or connected to.",
    )(function)


class LikeProcess(Struct, frozen=True):
    """A process in whose place a run is made."""

    facts: ProcessFacts
    client: "KnownClient | None"
    environment: Mapping[str, str]
    """Ours, with the settings of the process in place of ours."""
    places: tuple[str, ...]
    """Whom it is connected to, as endpoints are written."""
    root: str


_PARTS: PhraseTable[str] = PhraseTable(
    "parts_of_a_process",
    {
        "program": "its program",
        "environment": "its environment",
        "command": "its command line",
        "namespaces": "its files and network",
        "limits": "its limits",
        "connections": "its connections",
    },
)
"""What may not be read of a process."""


def read_like(wanted: str | None, environment: Mapping[str, str]) -> LikeProcess | None:
    """Return the process that is meant; None: none was named. Goes into its network where that is allowed. Raises WrongUse."""
    if wanted is None:
        return None
    from diag.knowledge.clients.shelf import client_of, with_options
    from diag.probe.process.seen import CannotLook, enter_network, find_process, look_at, places_of  # seldom needed
    from diag.probe.process.settings import WANTED

    try:
        seen = look_at(find_process(wanted))
        entered = bool(seen.network) and enter_network(seen.network)
        places = places_of(seen.pid)
    except CannotLook as error:
        raise WrongUse(f"--like {shown(wanted)}: {retold(error)}") from None
    facts = replace(seen.facts, entered=entered)
    client = client_of(facts.runtime, facts.libraries)
    ours = {name: value for name, value in environment.items() if name not in WANTED}
    return LikeProcess(
        facts,
        with_options(client, facts.switches) if client else None,
        {**ours, **seen.environment},
        tuple(f"tcp://{f'[{ip}]' if ':' in ip else ip}:{port}" for ip, port in places),
        seen.root,
    )


def notes_on(facts: ProcessFacts) -> Iterator[str]:
    """Yield what the user has to know of how the run stands in for the process, a sentence each without a full stop."""
    if facts.other_network and not facts.entered:
        yield said(
            "the process is in another network than diag, as containers are; what follows is seen from here. Root goes there"
        )
    if facts.unread:
        yield said(
            "of the process this may not be read: {unread}", unread=joined(_PARTS.get(part, part) for part in facts.unread)
        )
    if not facts.runtime:
        yield said("what the process runs on is not known: say it with --client, or its variables are read as curl reads them")


def read_client_option(name: str | None) -> "KnownClient | None":
    """Return the program of this name; None: none was named. Raises WrongUse for one that is not known."""
    if name is None:
        return None
    from diag.knowledge.clients.shelf import client_names, find_client

    found = find_client(name)
    if found is None:
        from diag.cli.suggestions import hint  # only for a word that is mistaken

        meant = hint(name.lower(), client_names())
        known = ", ".join(client_names())
        raise WrongUse(
            said("--client {name} is not known: {hint}", name=shown(name), hint=meant or said("there are {names}", names=known))
        )
    return found
