"""Words with their styles, on one line until they are broken into several; how wide they are in columns, and where they break.

A style is a word or two that `diag.report.layout.coloured` knows: `bold`, `dim`, a colour. A page without colours drops them.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import Struct

from diag.language.columns import columns_of, is_wide, line_starts, width_of

_WORD = re.compile(r"\s*\S+\s*")


class Marked(Struct, frozen=True):
    """Words, each part with its style; an empty style is plain."""

    parts: tuple[tuple[str, str], ...] = ()

    @property
    def plain(self) -> str:
        """The words alone."""
        return "".join(words for words, _ in self.parts)

    @property
    def columns(self) -> int:
        """How wide it is."""
        return columns_of(self.plain)

    def __add__(self, other: "Marked") -> "Marked":
        return Marked((*self.parts, *other.parts))

    def cut(self, begin: int, end: int) -> "Marked":
        """Return the characters from `begin` up to `end`, without the space at their end."""
        end = begin + len(self.plain[begin:end].rstrip())
        kept, at = [], 0
        for words, style in self.parts:
            piece = words[max(begin - at, 0) : max(end - at, 0)]
            at += len(words)
            if piece:
                kept.append((piece, style))
        return Marked(tuple(kept))

    def lines(self, first: int, further: int) -> Iterator["Marked"]:
        """Yield the lines that this becomes: the first has that much room, in columns, each further one so much."""
        plain = self.plain
        end = next(iter(_breaks(plain, first)), len(plain))
        yield self.cut(0, end)
        rest = plain[end:]
        begin = end + len(rest) - len(rest.lstrip())
        if rest.strip():
            places = (0, *_breaks(plain[begin:], further), len(plain) - begin)
            yield from (self.cut(begin + one, begin + other) for one, other in pairwise(places))


def marked(words: str, style: str = "") -> Marked:
    """Return words of one style."""
    return Marked(((words, style),))


def together(parts: Iterable[Marked]) -> Marked:
    """Return parts one after the other."""
    return Marked(tuple(part for one in parts for part in one.parts))


def _breaks(text: str, room: int) -> Iterator[int]:
    """Where each line after the first begins: before a word, or, where a word has more columns than a line, within it."""
    if is_wide(text):
        yield from line_starts(text, room, room)
        return
    taken = 0
    for match in _WORD.finditer(text):
        word, at = match[0], match.start()
        width = columns_of(word.rstrip())
        if width <= room - taken:
            taken += columns_of(word)
        elif width <= room:
            if taken:
                yield at
            taken = columns_of(word)
        else:
            if at:
                yield at
            taken = 0
            for offset, character in enumerate(word):
                if taken + width_of(character) > room:
                    yield at + offset
                    taken = 0
                taken += width_of(character)
