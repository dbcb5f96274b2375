"""The leak scan's own way of undoing what text is wrapped in: all escapes at once, over and over, until nothing changes.

Redaction takes a text apart layer by layer (`diag.bundle.layers`). This is made otherwise on purpose, so that what the one is
blind to, the other may see: it reduces a text, and reduces what is looked for in the same way.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress

from diag.bundle.encodings import ENCODED_RUN, decoded
from diag.model.expression import expression

PASSES = 4
"""How often escapes are undone: a page escaped twice, within JSON, within a URL."""
DEPTH = 3
"""How deep Base64, hexadecimal and compression are looked into."""
LARGEST_INSIDE = 1 << 18
"""Bytes that one compressed piece is unpacked to."""
_ESCAPE = expression(
    rb"%[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.|&#[0-9]{1,7};?|&#[xX][0-9a-fA-F]{1,6};?|&[A-Za-z]{2,8};", re.DOTALL
)
_MARKS = (b"%", b"\\", b"&")
_IN_MAIL = expression(rb"=[0-9a-fA-F]{2}|=[ \t]*\r?\n")
_BORDER = expression(rb"(?:\r\n|\n)[0-9a-fA-F]{1,6}\r?\n")
"""Between two chunks (RFC 9112, section 7.1)."""
_LINE_END = expression(rb"(?:\r\n(?<=[A-Za-z0-9+/_-]{4}\r\n)|\n(?<=[A-Za-z0-9+/_-]{4}\n))[ \t]*(?=[A-Za-z0-9+/_=-])")
"""Between four letters of a run and the next. It begins with what it looks for, which is ten times as quick as to look back at
each place; so do the others."""
_HEXADECIMAL = expression(rb"[0-9a-fA-F][0-9a-fA-F][:-]?(?:[0-9a-fA-F]{2}[:-]?){5,}+")
_COMPRESSED = (b"\x1f\x8b\x08", b"\x78\x9c", b"\x78\xda", b"\x78\x01")
_LETTERS = b"0123456789abcdefghijklmnopqrstuvwxyz"
_OTHERS = bytes(byte for byte in range(256) if byte not in _LETTERS)
_CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"0": b"\0"}


def readings(content: bytes) -> Iterator[bytes]:
    """Yield `content`, and what becomes of it while its escapes are undone; and the same once more, without what breaks lines."""
    last = content
    yield last
    for start in (content, _joined(content), None):
        joined = _joined(last) if start is None else start
        if joined != last:
            yield joined
        last = joined
        for _ in range(PASSES):
            new = _undone(last)
            if new == last:
                break
            last = new
            yield last


def inside(content: bytes) -> Iterator[bytes]:
    """Yield what Base64 and hexadecimal in `content` say, all of it joined, and each compressed piece of that."""
    broken = _LINE_END.sub(b"", content) if b"\n" in content else content
    pieces = [decoded(run) for text in {content, broken} for run in set(ENCODED_RUN.findall(text))]
    pieces += [bytes.fromhex(run.translate(None, b":-").decode()) for run in set(_HEXADECIMAL.findall(content))]
    yield b"\n".join(pieces)
    for piece in (*pieces, content.partition(b"\r\n\r\n")[2], content):
        if piece.startswith(_COMPRESSED):
            with suppress(zlib.error):
                yield zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(piece, LARGEST_INSIDE)


def squeezed(content: bytes) -> bytes:
    """Return its ASCII letters, small, and digits alone: whatever stands between them, in whatever charset."""
    return content.lower().translate(None, _OTHERS)


def _joined(content: bytes) -> bytes:
    """Without the borders of chunks and the soft line ends of mail, whose escapes are undone."""
    if b"\n" in content:
        content = _BORDER.sub(b"", content)
    return _IN_MAIL.sub(_mail, content) if b"=" in content else content


def _mail(found: re.Match[bytes]) -> bytes:
    return b"" if found[0].endswith(b"\n") else bytes([int(found[0][1:], 16)])


def _undone(content: bytes) -> bytes:
    return _ESCAPE.sub(_one, content) if any(mark in content for mark in _MARKS) else content


def _one(found: re.Match[bytes]) -> bytes:
    escape = found[0]
    match escape[:2].lower():
        case b"\\u" if len(escape) == 6:
            return chr(int(escape[2:], 16)).encode("utf-8", "replace")
        case b"\\x" if len(escape) == 4:
            return bytes([int(escape[2:], 16)])
        case b"&#":
            digits = escape[2:].rstrip(b";").lower()
            number = int(digits[1:], 16) if digits.startswith(b"x") else int(digits)
            return chr(number).encode("utf-8", "replace") if number <= 0x10FFFF else b""
        case _ if escape.startswith(b"%"):
            return bytes([int(escape[1:], 16)])
        case _ if escape.startswith(b"&"):
            from html.entities import html5  # a large table, seldom asked

            return html5.get(escape[1:].decode(), escape.decode()).encode()
        case _:
            return _CONTROLS.get(escape[1:], escape[1:])
