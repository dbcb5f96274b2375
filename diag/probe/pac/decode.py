"""The bytes of a proxy script as text: scripts come in every encoding, and often without a word about which."""

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_PAGE = re.compile(r"\s*<(?!!--)")
"""A page begins with a tag. JavaScript never does, except for the comment `<!--`."""


def decode(raw: bytes, media_type: str = "") -> tuple[str, str]:
    """Return the text of a script, and the name of its encoding.

    A byte order mark decides, then the `charset` of `media_type`, then whether it is UTF-8; what is none of these is Latin-1.
    Bytes that their encoding does not have become `\ufffd`.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, "replace"), encoding
    named = _CHARSET.search(media_type)
    try:
        encoding = codecs.lookup(named[1]).name if named else "utf-8"
        return raw.decode(encoding), encoding
    except (LookupError, UnicodeError):  # no encoding, or no text in it
        return raw.decode("latin-1"), "iso8859-1"


def is_page(text: str) -> bool:
    """Return whether this is a web page, and no script."""
    return _PAGE.match(text) is not None
