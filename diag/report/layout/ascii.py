"""Text for places that know ASCII only: tickets, old consoles, terminals with another encoding."""

import unicodedata

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
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN)).translate(_PLAIN)
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    return bare.encode("ascii", "backslashreplace").decode("ascii")
