"""The one place where text from outside is made safe: every string is cleaned once, where it is read, and trusted afterwards."""

import unicodedata

LONGEST = 2_000
"""How many characters of a foreign string are kept unless the reader says otherwise."""

_DANGEROUS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that steer a terminal, reorder a line or hide text: controls, formats (bidi among them), surrogates,
private use, unassigned, line and paragraph separators."""

_SPACES = str.maketrans("\t\r\n", "   ")


def clean(text: str | bytes, limit: int = LONGEST) -> str:
    """Return `text` on one line, with nothing in it that could steer a terminal, a spreadsheet cell or a reader's eye.

    Bytes are read as UTF-8, what is none as `\ufffd`. Line ends, tabs and spaces of other widths become spaces, every other
    control, format or unassigned character becomes `\ufffd`; what is longer than `limit` characters is cut and ends in `…`.
    """
    if isinstance(text, bytes):
        text = text[: limit * 4 + 4].decode("utf-8", "replace")
    shown = text[: limit + 1]
    if not _is_plain(shown) and not _is_plain(shown := shown.translate(_SPACES)):
        shown = "".join(map(_harmless, shown))
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _harmless(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return "\ufffd" if category in _DANGEROUS else character
