"""An allowlist as providers hand it out and as people save it: endpoints with a type, a host and a port.

Such lists are long and are pasted about, so one bad entry costs that entry only: it is named in a note and left out. A file
that is no list at all is an error that says what was expected.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path

import msgspec
from msgspec import Struct

from diag.language import retold, said
from diag.model.address import Authority
from diag.model.endpoint import Endpoint, Expectations, Network, UnusableEndpoint, parse_endpoint
from diag.model.run import MOST_ENDPOINTS
from diag.profile.allowlist_rows import (
    HOST_KEYS,
    PORT_KEYS,
    ROLE,
    AllowlistRow,
    NoList,
    is_address_range,
    is_private_link,
    read_rows,
)
from diag.profile.errors import UnusableFile, shown
from diag.profile.private_link import read_private_link
from diag.profile.roles import each_once
from diag.profile.text_file import named, read_text

_LARGEST = 8_000_000
"""Bytes that are read."""
MOST_NOTES = 20
"""Entries that are named as left out; further ones are counted."""
_EXAMPLE = '[{"type": "...", "host": "...", "port": 443}]'
_SCHEMES = {80: "http", 443: "https", 8443: "https"}
"""What is spoken at a port; at any other port only the connection is looked at."""
_FAILED = re.compile(r"SYSTEM\$[A-Z_]{4,40}\s*: [^\"\r\n]{1,120}")
"""What the service says instead of a list where it could not gather it."""


class Allowlist(Struct, frozen=True):
    """The endpoints of a list, each once, in its order, and what had to be left out."""

    endpoints: tuple[Endpoint, ...]
    notes: tuple[str, ...]
    """One line an entry that could not be used: where it stands and why."""


def read_allowlist(path: Path, expects: Expectations | None = None, substitutes: Mapping[str, str] | None = None) -> Allowlist:
    """Return the list in a file; `expects` goes for all its endpoints.

    `substitutes` says which name to ask for a wildcard, such as `*.example.com`. Raises UnusableFile where no endpoint is left.
    """
    text = read_text(path, _LARGEST, said("a list of endpoints"))
    try:
        rows = tuple(chain.from_iterable(map(_hosts, read_rows(text))))
    except NoList as problem:
        raise UnusableFile(_no_list(path, text, str(problem))) from None
    endpoints, left_out = [], []
    for row in rows[:MOST_ENDPOINTS]:
        try:
            endpoints.append(_endpoint(row, expects or Expectations(), substitutes or {}))
        except (UnusableEndpoint, _UnusableEntry) as problem:
            left_out.append(said("{entry} is left out: {reason}", entry=row.where, reason=retold(problem)))
    if not endpoints:
        reason = left_out[0] if left_out else said("the list is empty")
        raise UnusableFile(_no_list(path, text, reason))
    return Allowlist(each_once(endpoints), tuple(f"{named(path)}: {note}" for note in _notes(left_out, len(rows))))


class _UnusableEntry(ValueError):
    """One entry names no endpoint; the message says why."""


def _hosts(row: AllowlistRow) -> Iterable[AllowlistRow]:
    return read_private_link(row.values) if is_private_link(row.values) else (row,)


def _notes(left_out: list[str], total: int) -> Iterator[str]:
    yield from left_out[:MOST_NOTES]
    if len(left_out) > MOST_NOTES:
        yield said("{number} more entries are left out", number=len(left_out) - MOST_NOTES)
    if total > MOST_ENDPOINTS:
        yield said("only the first {most} of {total} entries are read", most=MOST_ENDPOINTS, total=total)


def _no_list(path: Path, text: str, reason: str) -> str:
    failed = _FAILED.search(text[:10_000])
    if failed:
        return said(
            "{path}: no list, but a message of the service, which could not gather it: {message}. Ask for the list again "
            "in a few minutes. If the message stays, the provider's support has to look. Without a list, name the endpoints, or "
            "use --profile and --account",
            path=named(path),
            message=shown(failed[0]),
        )
    return said(
        "{path}: no list of endpoints: {reason}. Expected is JSON such as {example}, or a table (CSV or TSV) with the columns "
        "type, host and port",
        path=named(path),
        reason=reason,
        example=_EXAMPLE,
    )


def _endpoint(row: AllowlistRow, expects: Expectations, substitutes: Mapping[str, str]) -> Endpoint:
    if is_address_range(row.stray) or any(map(is_address_range, row.values.values())):
        raise _UnusableEntry(said("it is a range of addresses, and names no host"))
    if row.stray is not None:
        raise _UnusableEntry(said("{stray} is not an entry with host and port", stray=shown(row.stray)))
    host = _first(row.values, HOST_KEYS)
    if not isinstance(host, str) or not host.strip():
        raise _UnusableEntry(said('it has no "host"'))
    host = _asked_for(host.strip().lower().rstrip("."), substitutes)
    if "/" in host or "@" in host:
        raise _UnusableEntry(said('{host} is not a host: "host" holds a name only, without https:// and path', host=shown(host)))
    number = _port(_first(row.values, PORT_KEYS))
    role = _first(row.values, ROLE)
    if role is not None and not isinstance(role, str):
        raise _UnusableEntry(said('its "type" is not a text'))
    word = "_".join((role or "").split()).rstrip(".")
    if not word.isprintable() or len(word) > 80:
        raise _UnusableEntry(said("its type cannot be shown: {word}", word=shown(word)))
    if (row.private or ".privatelink." in host) and expects.network is Network.ANY:
        expects = msgspec.structs.replace(expects, network=Network.PRIVATE)
    scheme = _SCHEMES.get(number, "tcp")
    return parse_endpoint(f"{scheme}://{Authority(host.strip('[]'), number)}", role=word, expects=expects)


def _asked_for(host: str, substitutes: Mapping[str, str]) -> str:
    """The name to ask: the one given for a wildcard, or the host itself."""
    if "*" not in host:
        return host
    if host not in substitutes:
        raise _UnusableEntry(
            said(
                "{host} stands for many names: say which one to ask with --substitute {host}=a-name-that-you-use",
                host=shown(host),
            )
        )
    return substitutes[host]


def read_substitute(text: str) -> tuple[str, str]:
    """Return `*.example.com=probe.example.com` as pattern and name. Raises UnusableEndpoint."""
    pattern, _, name = text.strip().lower().partition("=")
    if "*" not in pattern or not name or "*" in name or not fnmatchcase(name, pattern.replace("[", "[[]")):
        raise UnusableEndpoint(
            "{text} names no substitute: give a wildcard and a name that it stands for: *.example.com=probe.example.com",
            text=shown(text),
        )
    return pattern, name


def _first(values: Mapping[str, object], names: Iterable[str]) -> object:
    return next((values[name] for name in names if name in values), None)


def _port(port: object) -> int:
    """The port, which some lists write as text, or leave out where it is 443."""
    if port is None or port == "":
        return 443
    if isinstance(port, str):
        digits = port.strip()
        port = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 5 else port
    elif isinstance(port, float):
        port = int(port) if port.is_integer() else port
    if type(port) is not int or not 0 < port < 65_536:
        raise _UnusableEntry(said("{port} is not a port", port=shown(port)))
    return port
