"""The programs that are known, by their names: each file is read when it is asked for, and once."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec.toml
from msgspec.structs import replace

from diag.knowledge.clients.rules import ClientRules

DATA = Path(__file__).with_name("data")
_END = ".toml"


class KnownClient(NamedTuple):
    """A program by the name of its file, with its rules."""

    name: str
    rules: ClientRules


@cache
def client_names() -> tuple[str, ...]:
    """Return the names of all programs, in alphabetical order."""
    return tuple(sorted(file.name.removesuffix(_END) for file in DATA.iterdir() if file.name.endswith(_END)))


@cache
def read_client(name: str) -> KnownClient:
    """Return one of `client_names`. Raises msgspec.ValidationError where its file does not keep to the rules of such files."""
    text = DATA.joinpath(f"{name}{_END}").read_bytes()
    return KnownClient(name, msgspec.toml.decode(text, type=ClientRules))


def find_client(wanted: str) -> KnownClient | None:
    """Return the program of this name, title or alias, in any case; None: it is not known."""
    word = wanted.strip().lower()
    if word in client_names():
        return read_client(word)
    return next((one for one in all_clients() if word in (one.rules.title.lower(), *one.rules.aliases)), None)


def all_clients() -> Iterator[KnownClient]:
    """Yield every program that is known."""
    return map(read_client, client_names())


def compared_clients() -> tuple[KnownClient, ...]:
    """Return the common ones, that others are held against; curl first, which most people try."""
    common = [one for one in all_clients() if one.rules.compared]
    return tuple(sorted(common, key=lambda one: (one.name != "curl", one.name)))


def client_of(runtime: str, libraries: Sequence[str]) -> KnownClient | None:
    """Return the program that a process is likely to be, by what it runs on and which libraries (with versions) lie beside it.

    A driver goes before the library that it is built on, and any library before the bare runtime. None: it is not known.
    """
    names = [library.partition(" ")[0] for library in libraries]
    fitting = [one for one in all_clients() if one.rules.runtime == runtime]
    known = [one for one in fitting if not one.rules.library or one.rules.library in names]
    rank = {name: number for number, name in enumerate(names)}
    return min(known, key=lambda one: rank.get(one.rules.library, len(rank)), default=None) if runtime else None


def with_options(client: KnownClient, options: Sequence[str]) -> KnownClient:
    """Return the program as these options of a process make it: which list it asks, and whether it reads variables."""
    rules = client.rules
    if set(rules.trust.system_by) & set(options):
        rules = replace(rules, trust=replace(rules.trust, store="system"))
    if set(rules.proxy.switched_by) & set(options):
        rules = replace(rules, proxy=replace(rules.proxy, switch=""))
    return KnownClient(client.name, rules)
