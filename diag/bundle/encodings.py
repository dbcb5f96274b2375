"""The ways in which a text can hold a value without showing it, such as Base64; redaction and the leak scan share them."""

import base64
import codecs
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote, quote_plus

_CHARSETS = (
    codecs.utf_8_encode,
    codecs.utf_16_le_encode,
    codecs.utf_16_be_encode,
    codecs.lookup("cp1252").encode,
    codecs.latin_1_encode,
)
"""What pages are written in. None is looked up later: where no more files can be opened, Python finds it no more."""
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
DEPTH = 2
"""How deep Base64 is looked into: a login in a raw header in a recorded answer stands two encodings deep."""
ENCODED_RUN = re.compile(rb"[A-Za-z0-9+/_-]{8,}={0,2}")
"""What may be Base64 (RFC 4648), in either alphabet."""


def spellings(value: str) -> Iterator[bytes]:
    """Yield `value` in UTF-8 and UTF-16 (as Windows writes names), in a URL, in JSON, in HTML,
    and within Base64 at each place.
    """
    plain = value.encode("utf-8", "replace")
    wide = codecs.utf_16_le_encode(value, "replace")[0]
    yield from {
        plain,
        wide,
        quote(value, safe="").encode(),
        quote(value).encode(),
        quote_plus(value).encode(),
        quote(value, safe="").lower().encode(),
        json.dumps(value)[1:-1].encode(),
        json.dumps(value, ensure_ascii=False)[1:-1].encode("utf-8", "replace"),
        _in_html(value).encode("utf-8", "replace"),
    }
    for raw in (plain, wide):
        for inside in in_base64(raw):
            yield inside
            yield inside.translate(bytes.maketrans(b"+/", b"-_"))


def _in_html(value: str) -> str:
    """What `html.escape` makes of it, without that library's table of entities."""
    return value.translate(_ENTITIES)


def charsets(value: str) -> Iterator[bytes]:
    """Yield `value` in the charsets that pages come in, whatever its case,
    as it stands in a text whose ASCII letters are small.
    """
    for cased in {value, value.lower(), value.upper()}:
        for charset in _CHARSETS:
            with suppress(UnicodeEncodeError):
                yield charset(cased)[0].lower()
        with suppress(UnicodeEncodeError):
            yield cased.encode("latin-1").decode("utf-8", "replace").encode().lower()  # as it is read by whoever expects UTF-8


def in_base64(value: bytes) -> Iterator[bytes]:
    """Yield what Base64 (RFC 4648) makes of `value` inside a longer text, at each of the three places where it can begin.

    Characters that its neighbours help to make are left out; what remains of less than six characters is too short to mean it.
    """
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + value)
        first = (8 * shift + 5) // 6
        last = 8 * (shift + len(value)) // 6
        if last - first >= 6:
            yield encoded[first:last]


def decoded(run: bytes) -> bytes:
    """Return what a run of Base64 says, with or without its padding."""
    plain = run.translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    return base64.b64decode(plain[: len(plain) - (len(plain) % 4 == 1)] + b"=" * (-len(plain) % 4 % 3))
