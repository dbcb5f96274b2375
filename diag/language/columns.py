"""Text in columns of a screen: how wide it is, and where its lines may end, also in languages that write without spaces.

Chinese characters, kana and Hangul take two columns (Unicode Standard Annex 11). Latin words and Korean end a line at a space;
Japanese between any two characters, but never before a mark that closes, or after one that opens (JIS X 4051).
"""

import unicodedata
from collections.abc import Iterator
from itertools import pairwise

_UNSEEN = ("Mn", "Me", "Cf")
"""What takes no column of its own: marks on the letter before, and signs of format."""
_CLOSING = frozenset("、。，．・：；？！）」』】〕］｝〉》ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.:;?!)]}%…”’")
_OPENING = frozenset("（「『【〔［｛〈《([{“‘")
_IDEOGRAPHIC = ((0x3000, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF))
"""Kana, Chinese characters and their marks; Hangul is not among them, since Korean writes spaces."""


def columns_of(text: str) -> int:
    """Return how many columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(width_of(character) for character in text)


def padded(text: str, width: int) -> str:
    """Return a text with spaces behind it, up to a width in columns."""
    return text + " " * (width - columns_of(text))


def is_wide(text: str) -> bool:
    """Return whether any character of a text takes two columns."""
    return not text.isascii() and any(unicodedata.east_asian_width(character) in "WF" for character in text)


def line_starts(text: str, first: int, rest: int) -> list[int]:
    """Return where the lines of a text begin, but for the first: that one has `first` columns, the others `rest`."""
    starts: list[int] = []
    room, at = first, 0
    for piece in _pieces(text):
        needed = columns_of(piece.rstrip(" "))
        if needed > room and at > 0 and room < (rest if starts else first):
            starts.append(at)
            room = rest
        while needed > room:  # no place to break: it is cut
            fit = fitting(piece, room)
            while fit > 1 and piece[fit] in _CLOSING:  # such a mark goes with what is before it
                fit -= 1
            at, piece = at + fit, piece[fit:]
            starts.append(at)
            room, needed = rest, columns_of(piece.rstrip(" "))
        room -= columns_of(piece)
        at += len(piece)
    return starts


def wrapped(text: str, width: int, hang: int = 0) -> list[str]:
    """Return a text in lines of at most `width` columns, those after the first `hang` columns further in."""
    starts = [0, *line_starts(text, width, width - hang), len(text)]
    first, *others = (text[begin:end].rstrip(" ") for begin, end in pairwise(starts))  # where it begins is part of the text
    return [line for line in (first, *(f"{' ' * hang}{line.lstrip(' ')}" for line in others)) if line.strip(" ")]


def _pieces(text: str) -> Iterator[str]:
    """The parts of a text between which a line may end, each with the spaces behind it."""
    begin = 0
    for at in range(1, len(text)):
        if _may_end(text[at - 1], text[at]):
            yield text[begin:at]
            begin = at
    if text:
        yield text[begin:]


def _may_end(before: str, after: str) -> bool:
    if before == " " or after == " ":
        return before == " " and after != " "
    return (_is_ideographic(before) or _is_ideographic(after)) and after not in _CLOSING and before not in _OPENING


def _is_ideographic(character: str) -> bool:
    return any(low <= ord(character) <= high for low, high in _IDEOGRAPHIC)


def fitting(text: str, room: int) -> int:
    """Return how many characters of a text fit into so many columns; one at least."""
    taken = 0
    for number, character in enumerate(text):
        taken += width_of(character)
        if taken > room:
            return max(number, 1)
    return len(text)


def width_of(character: str) -> int:
    """Return how many columns one character takes."""
    if unicodedata.category(character) in _UNSEEN:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
