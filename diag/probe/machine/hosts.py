"""The hosts file: only the lines that name a target are taken out of it (hosts(5))."""

import itertools
from collections.abc import Iterable, Iterator, Mapping

from diag.model.address import literal
from diag.model.local_file import FileState, read_file
from diag.model.machine import HostsFile, HostsLine
from diag.model.text import clean

_LIMIT = 16_000_000
"""Block lists of several megabytes are common."""
_MOST_LINES = 1_000
_LONGEST_ADDRESS = 60


def hosts_path(system: str, environment: Mapping[str, str]) -> str:
    """Return where this system keeps it."""
    if system == "Windows":
        return environment.get("SystemRoot", r"C:\Windows") + r"\System32\drivers\etc\hosts"
    return "/etc/hosts"


def read_hosts(path: str, names: Iterable[str], root: str = "") -> HostsFile:
    """Return the lines that give one of `names` an address, whatever the case and the trailing dot.

    A file that is not there overrides nothing and counts as read; one that was not read to its end does not.
    """
    contents = read_file(root + path, _LIMIT)
    wanted = {_plain(name.encode("utf-8", "replace")) for name in names}
    lines = tuple(itertools.islice(_naming(contents.data, wanted), _MOST_LINES))
    readable = contents.state is not FileState.UNREADABLE and contents.complete and len(lines) < _MOST_LINES
    return HostsFile(clean(path), lines, readable)


def _naming(data: bytes, wanted: set[bytes]) -> Iterator[HostsLine]:
    """In bytes until a line is one that counts: of a block list's many thousands none is."""
    for number, line in enumerate(data.split(b"\n"), 1):
        address, *names = line.partition(b"#")[0].split() or [b""]
        found = tuple(clean(name) for name in dict.fromkeys(map(_plain, names)) if name in wanted)
        text = clean(address, _LONGEST_ADDRESS) if found else ""
        if text and literal(text) is not None:
            yield HostsLine(text.lower(), found, number)


def _plain(name: bytes) -> bytes:
    return name.lower().removesuffix(b".")
