"""What a text says beneath what it shows: compressed, in chunks, escaped, encoded, in another charset, each taken off in turn.

Whoever echoes a login spells it as its own tools do. So nothing is looked for in a list of spellings: what came is taken apart,
layer by layer, and each layer is looked at. All of it is bounded; a text that has more layers than are looked at cannot be
vouched for, and says so (`TooDeep`).
"""

import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import unquote_to_bytes

from diag.bundle.encodings import ENCODED_RUN, decoded
from diag.model.expression import expression

DEEPEST = 3
"""Layers below the text itself: a login in Base64, in a JSON text, in a page."""
LARGEST_PACKED = 1 << 18
"""Bytes that one compressed piece is unpacked to; what is larger is no page of an error."""
AMPLE = 1 << 18
"""Bytes of layers that any text may have, and `MOST_TIMES` its size more."""
MOST_TIMES = 24
MOST_IN_ALL = 8 << 20
"""Bytes of layers that are looked at in one run: four times as many as the pages of 5,000 refusals come to."""
ENCODINGS = (b"\x1f\x8b\x08", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
"""How gzip (RFC 1952) and zlib (RFC 1950) begin."""

_ESCAPED_IN_SCRIPT = expression(
    rb"\\(?:u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})"
    rb"|(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))|([0-7]{3})|(\r?\n)|([^0-9ux\r\n]))"
)
_CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_ESCAPED_IN_URL = expression(rb"%[0-9A-Fa-f]{2}")
_ESCAPED_IN_MAIL = expression(rb"=(?:([0-9A-Fa-f]{2})|[ \t]*\r?\n)")
_ESCAPED_IN_PAGE = expression(rb"&(?:#[0-9]|#[xX][0-9A-Fa-f]|[A-Za-z])[^\s&<>]{0,32}")
_ESCAPED_LOUDLY = expression(rb"\\U00[0-9A-F]{2}|&[A-Z]{2,8};|&#X[0-9A-F]{2,6};")
_HEX = expression(rb"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[ :-]?){6,}+")
_BROKEN_RUN = expression(rb"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{4,}+[ \t]*+\r?\n[ \t]*+)++[A-Za-z0-9+/_-]*+={0,2}")
"""Base64 over several lines (RFC 2045, section 6.8). Nothing in these patterns is tried twice, so that their cost is linear."""
_CHUNK = expression(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_BORDER = expression(rb"(?:\r\n|\n)[0-9A-Fa-f]{1,6}\r?\n")
"""Between two chunks, also where their sizes are true no more."""
_MISREAD = expression(rb"[\xc2\xc3][\x80-\xbf]")
_SHORTEST_WIDE = 8
Unwrap = Callable[[bytes], Iterator[bytes]]


class TooDeep(Exception):
    """There is more beneath a text than is looked at."""


class Layers:
    """Takes the texts of one run apart. `left` is how many bytes of layers are still looked at."""

    def __init__(self, left: int = MOST_IN_ALL) -> None:
        self.left = left

    def are_beyond(self, content: bytes) -> bool:
        """Return whether something is beneath `content` and the run has spent what is looked at: no part of it helps then."""
        if self.left >= 0:
            return False
        try:
            return any(self.of(content))
        except TooDeep:
            return True

    def of(self, content: bytes) -> Iterator[bytes]:
        """Yield all that is beneath `content`, each reading once, the shallow ones first. Raises TooDeep."""
        if ENCODINGS[0] in content or content.startswith(ENCODINGS):
            if self.left < LARGEST_PACKED:
                raise TooDeep
            self.left -= LARGEST_PACKED // 8  # unpacking costs, whatever comes of it
        allowed = min(self.left, AMPLE + MOST_TIMES * len(content))
        seen = {content}
        level = [content]
        for _ in range(DEEPEST):
            below: list[bytes] = []
            for one in level:
                for unwrap in _WAYS:
                    for inside in unwrap(one):
                        if not inside or inside in seen:
                            continue
                        allowed -= len(inside)
                        self.left -= len(inside)
                        if allowed < 0:
                            raise TooDeep
                        seen.add(inside)
                        below.append(inside)
                        yield inside
            level = below


def unpacked(content: bytes) -> Iterator[bytes]:
    """Yield what a compressed piece holds, at most `LARGEST_PACKED` bytes of it; nothing where it is none. Raises TooDeep."""
    for at in _beginnings(content):
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
        with suppress(zlib.error):
            inside = unpacker.decompress(content[at:], LARGEST_PACKED)
            if unpacker.unconsumed_tail:
                raise TooDeep
            yield inside


def _beginnings(content: bytes) -> Iterator[int]:
    """Where a compressed piece may begin: at the front, else at the first header of each kind."""
    if content.startswith(ENCODINGS):
        yield 0
        return
    yield from (at for header in ENCODINGS if (at := content.find(header)) >= 0)


def dechunked(content: bytes) -> bytes:
    """Return a body in chunks (RFC 9112, section 7.1) as one, as far as it came; itself where it is none."""
    pieces, at = [], 0
    while border := _CHUNK.match(content, at):
        size = int(border[1], 16)
        pieces.append(content[border.end() : border.end() + size])
        at = border.end() + size
        if content[at : at + 2] == b"\r\n":
            at += 2
        elif at < len(content):
            return content
        if not size:
            break
    return b"".join(pieces) if pieces else content


def _in_chunks(content: bytes) -> Iterator[bytes]:
    _, blank, page = content.partition(b"\r\n\r\n") if content.startswith(b"HTTP/") else (b"", b"", content)
    if blank:
        yield from unpacked(page)
    yield dechunked(page)
    yield _BORDER.sub(b"", page)


def _in_page(content: bytes) -> Iterator[bytes]:
    """HTML's character references (HTML, section 13.5), with and without their semicolons."""
    if b"&" in content and _ESCAPED_IN_PAGE.search(content):
        from html import unescape  # it brings a large table

        yield unescape(content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _in_script(content: bytes) -> Iterator[bytes]:
    """The escapes of JSON (RFC 8259, section 7) and of JavaScript's strings."""
    if b"\\" in content:
        yield _ESCAPED_IN_SCRIPT.sub(_unescaped, content)


def _unescaped(found: re.Match[bytes]) -> bytes:
    high, low, braced, four, two, octal, broken, other = found.groups()
    if high:
        return chr(0x10000 + ((int(high, 16) & 0x3FF) << 10 | int(low, 16) & 0x3FF)).encode()
    if two:
        return bytes([int(two, 16)])
    if digits := braced or four:
        number = int(digits, 16)
        return chr(number).encode("utf-8", "surrogatepass") if number <= 0x10FFFF else b""
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    return b"" if broken else _CONTROLS.get(other, other)


def _in_url(content: bytes) -> Iterator[bytes]:
    """Percent-encoding (RFC 3986, section 2.1), and a form's, where a plus is a space."""
    if b"%" in content and _ESCAPED_IN_URL.search(content):
        yield unquote_to_bytes(content)
        if b"+" in content:
            yield unquote_to_bytes(content.replace(b"+", b" "))


def _in_mail(content: bytes) -> Iterator[bytes]:
    """Quoted-printable (RFC 2045, section 6.7)."""
    if b"=" in content and _ESCAPED_IN_MAIL.search(content):
        yield _ESCAPED_IN_MAIL.sub(lambda found: bytes.fromhex(found[1].decode()) if found[1] else b"", content)


def _in_hex(content: bytes) -> Iterator[bytes]:
    runs = dict.fromkeys(_HEX.findall(content))
    yield b"\n".join(bytes.fromhex(run.translate(None, b" :-").decode()) for run in runs)


def _in_base64(content: bytes) -> Iterator[bytes]:
    """Base64 (RFC 4648), in either alphabet, whole and broken over lines; and what is compressed in it."""
    pieces = [decoded(run) for run in dict.fromkeys(ENCODED_RUN.findall(content))]
    for broken in dict.fromkeys(_BROKEN_RUN.findall(content)):
        joined = re.sub(rb"\s+", b"", broken)
        pieces += [decoded(joined[start:]) for start in range(4)]
    yield b"\n".join(pieces)
    for piece in pieces:
        yield from unpacked(piece)


def _in_capitals(content: bytes) -> Iterator[bytes]:
    """Escapes whose letters were made capitals with all the rest."""
    if _ESCAPED_LOUDLY.search(content):
        yield content.lower()


def _in_wide(content: bytes) -> Iterator[bytes]:
    """UTF-16, either way round: what is ASCII in it."""
    if content.count(0) >= _SHORTEST_WIDE:
        yield content.replace(b"\0", b"")


def _in_latin(content: bytes) -> Iterator[bytes]:
    """Bytes that were taken for Latin-1 and written as UTF-8: the bytes as they were."""
    if b"\xc2" in content or b"\xc3" in content:
        yield _MISREAD.sub(lambda found: bytes([found[0][1] + (0x40 if found[0][0] == 0xC3 else 0)]), content)


_WAYS: tuple[Unwrap, ...] = (
    unpacked,
    _in_chunks,
    _in_page,
    _in_script,
    _in_url,
    _in_mail,
    _in_hex,
    _in_base64,
    _in_wide,
    _in_capitals,
    _in_latin,
)
