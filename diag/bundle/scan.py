"""The last look before a bundle is written: are any of the values that must not be in it in the final bytes after all?

Every member is searched as it stands, and with every run of Base64 in it decoded, twice deep: a login in a raw header in a
recorded answer stands two encodings deep. What is looked for has many spellings; see `diag.bundle.encodings`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from diag.bundle.encodings import DEPTH, ENCODED_RUN, decoded, spellings
from diag.bundle.known_secrets import Private, is_telling

WELL_OVER_CHANCE = 7
"""Spellings shorter than this many bytes are found as whole words only: Base64 holds any four letters somewhere."""
_NAME = re.compile(rb"(?<![a-z0-9_-])[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_IPV6 = re.compile(rb"(?<![0-9a-f:])[0-9a-f]{0,4}:[0-9a-f:]*:[0-9a-f.:]*")
_NOT_IN_NAMES = bytes(byte if chr(byte).isascii() and (chr(byte).isalnum() or byte in b"-_") else 0x2E for byte in range(256))
"""Turns the length bytes of a DNS name (RFC 1035, section 3.1) into dots, and all else that no name holds."""


class Leak(Exception):
    """A value that must not leave this machine was found. The message names the place, never the value."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"No bundle was written, because {where} still held a private value or a secret of this run: "
            "this is a fault of diag, please report it with that place and nothing else."
        )
        self.where = where


def scan(members: Mapping[str, bytes], private: Private, withheld: Iterable[str]) -> None:
    """Searches the members' final bytes, by their names. Raises Leak at the first thing found."""
    wanted = _Wanted(private, withheld)
    for name, content in members.items():
        if wanted.is_in(content):
            raise Leak(_place(name, content, wanted))


class _Wanted:
    """Everything that is searched for, in a form that searches fast: few spellings one by one, many names as a set."""

    def __init__(self, private: Private, withheld: Iterable[str]) -> None:
        values = list(withheld)
        folders = [value for value in values if "/" in value or "\\" in value]
        telling = [value for value in (*private.opens(), *private.people(), *private.computers()) if is_telling(value)]
        spelt = sorted({form for value in (*telling, *private.folders(), *folders) for form in spellings(value)})
        keys = _marks(private) if private.keys else []
        self._long = [*(form for form in spelt if len(form) >= WELL_OVER_CHANCE), *keys]
        self._short = _whole(form for form in spelt if len(form) < WELL_OVER_CHANCE)
        self._names = frozenset(value.encode("utf-8", "replace") for value in values if value not in folders)
        self._addresses = frozenset(name for name in self._names if b":" in name)

    def is_in(self, content: bytes) -> bool:
        """Whether any of it is in `content`, plain or within Base64."""
        return any(self._is_in_plain(layer) for layer in _layers(content))

    def _is_in_plain(self, content: bytes) -> bool:
        if any(form in content for form in self._long) or (self._short and self._short.search(content)):
            return True
        if not self._names:
            return False
        lower = content.lower()
        if any(self._names & _with_parents(found) for found in _names(lower)):
            return True
        return bool(self._addresses) and not self._addresses.isdisjoint(_IPV6.findall(lower))


def _marks(private: Private) -> list[bytes]:
    from diag.bundle.private_key import marks  # only where a client certificate is shown

    return sorted({mark for key in private.keys for mark in marks(key.reveal())})


def _whole(forms: Iterable[bytes]) -> re.Pattern[bytes] | None:
    found = b"|".join(re.escape(form) for form in forms)
    return re.compile(rb"(?<![A-Za-z0-9])(?:" + found + rb")(?![A-Za-z0-9])") if found else None


def _layers(content: bytes, depth: int = DEPTH) -> Iterator[bytes]:
    """`content`, then what the Base64 in it says, then what the Base64 in that says."""
    yield content
    if depth:
        inside = b"\n".join(decoded(run) for run in set(ENCODED_RUN.findall(content)))
        if inside:
            yield from _layers(inside, depth - 1)


def _names(content: bytes) -> set[bytes]:
    """Every dotted name and IPv4 address in lower-case `content`, as text and in DNS wire format."""
    return {*_NAME.findall(content), *_NAME.findall(content.translate(_NOT_IN_NAMES))}


def _with_parents(name: bytes) -> set[bytes]:
    labels = name.split(b".")
    return {b".".join(labels[index:]) for index in range(len(labels))}


def _place(name: str, content: bytes, wanted: _Wanted) -> str:
    """Where in a member it is: the line, and in JSON the field, as far as one alone holds it."""
    lines = content.split(b"\n")
    number = next((number for number, line in enumerate(lines) if wanted.is_in(line)), None)
    if number is None:
        return name
    where = f"{name}, line {number + 1}" if len(lines) > 2 else name
    try:
        field = next(_fields(json.loads(lines[number]), wanted, ""), "")
    except (ValueError, RecursionError):
        field = ""
    return f"{where}, field {field}" if field else where


def _fields(value: object, wanted: _Wanted, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _fields(inner, wanted, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from _fields(inner, wanted, path)
    elif wanted.is_in(json.dumps(value).encode()):
        yield path
