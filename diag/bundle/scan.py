"""The last look before a bundle is written: are any of the values that must not be in it in the final bytes after all?

Every member is searched as it stands, with its escapes undone, and with what is encoded in it decoded, three deep: a login in a
raw header in a recorded answer stands two encodings deep. How that is undone is the scan's own (`diag.bundle.reduced`). Its cost
grows with what is searched and no faster, whatever a stranger wrote.
"""

import codecs
import json
import re
from collections.abc import Iterable, Iterator, Mapping

from diag.bundle.encodings import charsets, in_base64
from diag.bundle.known_secrets import SHORTEST, Private, is_telling
from diag.bundle.reduced import DEPTH, inside, readings, squeezed
from diag.model.expression import expression

WELL_OVER_CHANCE = 7
"""Spellings shorter than this many bytes are found as whole words only: Base64 holds any four letters somewhere."""
MOST_REDUCED = 24 << 20
"""Bytes that are reduced in one scan; what a stranger could make of more, redaction has left out (`diag.bundle.layers`)."""
MARK = "removed"
"""What stands for a text in which something was found after all: also where a scheme or a name is read."""
BLOCK, OVERLAP = 1 << 18, 1 << 10
"""Bytes that are searched at once, and of the piece before that are searched again: words may be parted by the end of a line."""
FEW = 48
"""Names that are quicker looked for one by one than by looking at all that a text names."""
SQUEEZED = 8
"""Letters and digits of a secret, at least, for which these alone are looked for."""
_NAME = expression(rb"(?<![a-z0-9_-])[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_IPV6 = expression(rb"(?<![0-9a-f:])[0-9a-f]{0,4}:[0-9a-f:]*:[0-9a-f.:]*")
_NOT_IN_NAMES = bytes(byte if chr(byte).isascii() and (chr(byte).isalnum() or byte in b"-_") else 0x2E for byte in range(256))
"""Turns the length bytes of a DNS name (RFC 1035, section 3.1) into dots, and all else that no name holds."""


class Leak(Exception):
    """A value that must not leave this machine was found. The message names the place, never the value."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"{where} still held a private value or a secret of this run: "
            "this is a fault of diag, please report it with that place and nothing else."
        )
        self.where = where


def scan(members: Mapping[str, bytes], private: Private, withheld: Iterable[str]) -> None:
    """Search the members' final bytes, by their names. Raises Leak at the first thing found."""
    search = Search(private, withheld)
    for name, content in members.items():
        if any(map(search.is_in, _blocks(content))) and (where := _place(name, content, search)):
            raise Leak(where)


def _blocks(content: bytes) -> Iterator[bytes]:
    """A member in pieces that end where lines do, so that what is made of one is small; each begins with the end of the last."""
    start = 0
    while len(content) - start > BLOCK:
        end = content.find(b"\n", start + BLOCK) + 1 or len(content)
        yield content[max(0, start - OVERLAP) : end]
        start = end
    if start < len(content) or not start:
        yield content[max(0, start - OVERLAP) :]


class Search:
    """Everything that is searched for, in a form that searches fast."""

    def __init__(self, private: Private, withheld: Iterable[str]) -> None:
        values = list(withheld)
        folders = [value for value in values if "/" in value or "\\" in value]
        opening = [value for value in private.opens() if is_telling(value)]
        telling = [*opening, *(value for value in (*private.people(), *private.computers()) if is_telling(value))]
        spelt = {form for value in (*telling, *private.folders(), *folders) for form in _forms(value)}
        self._long = sorted(form for form in spelt if len(form) >= WELL_OVER_CHANCE)
        self._short = _whole(sorted(form for form in spelt if len(form) < WELL_OVER_CHANCE))
        self._encoded = sorted({form for value in (*telling, *private.folders(), *folders) for form in _in_runs(value)})
        self._squeezed = sorted({form for value in opening if _tells(form := squeezed(value.encode("utf-8", "replace")))})
        self._keys = _marks(private) if private.keys else []
        self._names = frozenset(value.encode("utf-8", "replace") for value in values if value not in folders)
        self._most_labels = max((name.count(b".") + 1 for name in self._names), default=0)
        self._addresses = frozenset(name for name in self._names if b":" in name)
        self._left = MOST_REDUCED

    def finds(self, content: bytes) -> bool:
        """Return whether any of it is in a piece of what was searched before, however much that was."""
        self._left = MOST_REDUCED
        return self.is_in(content)

    def marked(self, value: object) -> object:
        """Return a value of JSON with `MARK` for each text in which any of it is; the names of fields are ours and stay."""
        match value:
            case dict():
                return {key: self.marked(inner) for key, inner in value.items()}
            case list():
                return [self.marked(inner) for inner in value]
            case str() if self.finds(json.dumps(value).encode()):
                return MARK
            case _:
                return value

    def is_in(self, content: bytes, depth: int = DEPTH) -> bool:
        """Return whether any of it is in `content`, in whatever is wrapped around it."""
        if any(form in content for form in (*self._encoded, *self._keys)) or self._names_any(content.lower()):
            return True
        last = content
        for last in readings(content) if self._searches else ():
            self._left -= 0 if last is content else len(last)
            if self._stands_in(last):
                return True
            if self._left < 0:
                break
        if not depth:
            return False
        return any(self.is_in(piece, depth - 1) for text in {content, last} for piece in inside(text) if piece)

    @property
    def _searches(self) -> bool:
        return bool(self._long or self._short or self._squeezed)

    def _stands_in(self, content: bytes) -> bool:
        lower = content.lower()
        if any(form in lower for form in self._long) or (self._short and self._short.search(lower)):
            return True
        if not self._squeezed:
            return False
        bare = squeezed(content)
        return any(form in bare for form in self._squeezed)

    def _names_any(self, lower: bytes) -> bool:
        """Whether one of the names or addresses is in it, or a name below one, as text or in DNS wire format."""
        if not self._names:
            return False
        for text in (lower, lower.translate(_NOT_IN_NAMES)):
            few = len(self._names) <= FEW
            if few and not any(name in text for name in self._names):
                continue
            if any(self._is_named(found[0], lower[found.start() : found.end()]) for found in _NAME.finditer(text)):
                return True
        return bool(self._addresses) and not self._addresses.isdisjoint(_IPV6.findall(lower))

    def _is_named(self, name: bytes, raw: bytes) -> bool:
        """Only the last labels are looked at, as many as the longest of the names has: names in a text may be endless.

        `raw` is what stood there. What parts labels is a dot, or the length of the one behind it; in a sentence it is neither.
        """
        labels = name.rsplit(b".", self._most_labels)[-self._most_labels :]
        tail = b""
        for label in reversed(labels):
            if tail and raw[-len(tail) - 1] not in (0x2E, len(tail.partition(b".")[0])):
                return False
            tail = label + b"." + tail if tail else label
            if tail in self._names:
                return True
        return False


def _forms(value: str) -> Iterator[bytes]:
    """What `value` is once it is reduced, in lower case and in each charset."""
    for form in charsets(value):
        yield from (reading.lower() for reading in readings(form) if len(reading) >= SHORTEST)


def _in_runs(value: str) -> Iterator[bytes]:
    for encode in (codecs.utf_8_encode, codecs.utf_16_le_encode):
        for form in in_base64(encode(value, "replace")[0]):
            yield form
            yield form.translate(bytes.maketrans(b"+/", b"-_"))


def _tells(form: bytes) -> bool:
    """Whether letters and digits alone tell: there are enough of both kinds that no sentence holds them by chance."""
    return len(form) >= SQUEEZED and not form.isalpha() and not form.isdigit()


def _marks(private: Private) -> list[bytes]:
    from diag.bundle.private_key import marks  # only where a client certificate is shown

    return sorted({mark for key in private.keys for mark in marks(key.reveal())})


def _whole(forms: Iterable[bytes]) -> re.Pattern[bytes] | None:
    found = b"|".join(re.escape(form) for form in forms)
    return re.compile(rb"(?<![a-z0-9])(?:" + found + rb")(?![a-z0-9])") if found else None


def _place(name: str, content: bytes, search: Search) -> str:
    """Where in a member it is: the line, and in JSON the field; empty where only the names of fields hold it, which are ours."""
    lines = content.split(b"\n")
    ours = False
    for number, line in enumerate(lines):
        if not search.finds(line):
            continue
        where = f"{name}, line {number + 1}" if len(lines) > 2 else name
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            return where
        field = next(_fields(told, search, ""), None)
        if field is not None:
            return f"{where}, field {field}" if field else where
        ours = True
    return "" if ours else name


def _fields(value: object, search: Search, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _fields(inner, search, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from _fields(inner, search, path)
    elif search.finds(json.dumps(value).encode()):
        yield path
