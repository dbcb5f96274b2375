"""Text for places that know ASCII only, or the letters of one script: tickets, old consoles, terminals with another encoding."""

import unicodedata

from diag.language.choice import has_letters

_PLAIN = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2026": "...",
        "\u2192": "->", "\u2190": "<-", "\u00d7": "x", "\u00a0": " ", "\u202f": " ", "\u2022": "*", "\u00b7": "*",
        "\u00df": "ss", "\u00e6": "ae", "\u00f8": "o", "\u00c6": "AE", "\u00d8": "O", "\ufffd": "?",
    }
)  # fmt: skip


def to_ascii(text: str) -> str:
    """Return `text` in ASCII: accents dropped, typographic marks spelt plainly, everything else as its code point's escape."""
    if text.isascii():
        return text
    return "".join(map(_in_ascii, text.translate(_PLAIN)))


def to_encoding(text: str, encoding: str) -> str:
    """Return `text` with what an encoding lacks as `to_ascii` has it; the letters of its own script stay."""
    if has_letters(encoding, text):
        return text
    return "".join(character if has_letters(encoding, character) else to_ascii(character) for character in text)


def _in_ascii(character: str) -> str:
    """One character: without its accent where that leaves ASCII, else its own escape, and not those of its parts."""
    if character.isascii():
        return character
    parts = unicodedata.normalize("NFKD", character).translate(_PLAIN)
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return bare if bare.isascii() else character.encode("ascii", "backslashreplace").decode("ascii")
