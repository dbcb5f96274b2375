"""An allowlist as providers hand it out: a JSON list of `{"type": ..., "host": ..., "port": ...}`.

Such lists are long and are pasted about, so one bad entry costs that entry only: it is named in a note and left out.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diag.model.address import Authority
from diag.model.endpoint import Endpoint, Expectations, UnusableEndpoint, parse_endpoint
from diag.profile.unusable import UnusableFile, shown

LARGEST = 8_000_000
"""Bytes that are read."""
MOST = 5_000
"""Entries that are read."""
_SCHEMES = {80: "http", 443: "https", 8443: "https"}
"""What is spoken at a port; at any other port only the connection is looked at."""


@dataclass(frozen=True)
class Allowlist:
    """The endpoints of a list, each once, in its order, and what had to be left out."""

    endpoints: tuple[Endpoint, ...]
    notes: tuple[str, ...]
    """One line an entry that could not be used: where it stands and why."""


def read_allowlist(path: Path, expects: Expectations | None = None) -> Allowlist:
    """The list in a file; `expects` goes for all its endpoints. Raises UnusableFile where it holds no endpoint at all."""
    entries = _entries(path)
    endpoints: dict[Endpoint, None] = {}
    notes = []
    for number, entry in enumerate(entries[:MOST], 1):
        try:
            endpoints[_endpoint(entry, expects)] = None
        except (UnusableEndpoint, _UnusableEntry) as problem:
            notes.append(f"{path}: entry {number} is left out: {problem}")
    if len(entries) > MOST:
        notes.append(f"{path}: only the first {MOST} of {len(entries)} entries are read")
    if not endpoints:
        raise UnusableFile(notes[0] if notes else f'{path}: an empty list: it should hold {{"type", "host", "port"}} entries')
    return Allowlist(tuple(endpoints), tuple(notes))


class _UnusableEntry(ValueError):
    """One entry names no endpoint; the message says why."""


def _entries(path: Path) -> list[Any]:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise UnusableFile(f"{path}: cannot be read ({error.strerror or type(error).__name__})") from None
    if len(raw) > LARGEST:
        raise UnusableFile(f"{path}: too large for a list of endpoints")
    try:
        document = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnusableFile(f"{path}: not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise UnusableFile(f"{path}: not valid JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None
    except (RecursionError, ValueError):
        raise UnusableFile(f"{path}: not a list of endpoints") from None
    if not isinstance(document, list):
        raise UnusableFile(f'{path}: not a list: it should look like [{{"type": "...", "host": "...", "port": 443}}]')
    return document


def _endpoint(entry: object, expects: Expectations | None) -> Endpoint:
    if not isinstance(entry, dict):
        raise _UnusableEntry(f"{shown(entry)} is not an entry with host and port")
    host, port, role = entry.get("host"), entry.get("port", 443), entry.get("type", "")
    if not isinstance(host, str) or not host.strip():
        raise _UnusableEntry('it has no "host"')
    if "*" in host:
        raise _UnusableEntry(f"{shown(host)} stands for many names: name the ones that you use")
    if "/" in host or "@" in host:
        raise _UnusableEntry(f'{shown(host)} is not a host: "host" holds a name only, without https:// and path')
    number = _port(port)
    if not isinstance(role, str):
        raise _UnusableEntry('its "type" is not a text')
    scheme = _SCHEMES.get(number, "tcp")
    return parse_endpoint(f"{scheme}://{Authority(host.strip().strip('[]'), number)}", role=role, expects=expects)


def _port(port: object) -> int:
    """The port, which some lists write as text."""
    if isinstance(port, str) and port.isascii() and port.isdigit() and len(port) <= 5:
        port = int(port)
    if type(port) is not int or not 0 < port < 65_536:
        raise _UnusableEntry(f"{shown(port)} is not a port")
    return port
