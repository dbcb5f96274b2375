"""The head of an HTTP/1.1 answer, read as leniently as most clients do, and in what it breaks the rules (RFC 9112).

Strict readers (httpx, and diag's own) refuse an answer for one odd line; most programs pass over it. So what a strict reader
refused is read once more, for its status and for the lines that were in its way.
"""

from enum import StrEnum

from msgspec import Struct

from diag.model.expression import expression
from diag.model.wire.unreadable import guarded_as

_STATUS_LINE = expression(rb"HTTP/1\.([01])([ \t]+)([1-5][0-9]{2})(?:[ \t]([^\r\n]*))?(\r\n|\n|\r)")
_TOKEN = expression(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
"""What a field's name is made of (RFC 9110, section 5.6.2)."""


class Irregular(StrEnum):
    """In what a head breaks the rules."""

    SPACE_IN_NAME = "space_in_name"
    NAME_NOT_ALLOWED = "name_not_allowed"
    NAME_MISSING = "name_missing"
    TWO_LENGTHS = "two_lengths"
    FOLDED_LINE = "folded_line"
    LINE_ENDING = "line_ending"
    STATUS_LINE = "status_line"
    OTHER = "other"


class HttpHead(Struct, frozen=True):
    """A head, as far as it came."""

    version: str
    status: int
    reason: bytes
    fields: tuple[tuple[bytes, bytes], ...]
    """Those with a name that is allowed, in order; names in lower case."""
    irregular: Irregular
    line: bytes = b""
    """The name in the line that breaks the rule; empty: it is no line with a name."""


@guarded_as(None)
def read_head(first: bytes) -> HttpHead | None:
    """Return the head that these bytes begin with; None where they do not begin with a status line."""
    begun = _STATUS_LINE.match(first)
    if begun is None:
        return None
    version, spaces, status, reason, ending = begun.groups()
    lines = first[begun.end() :].split(b"\r\n\r\n")[0].split(b"\n\n")[0].replace(b"\r\n", b"\n").split(b"\n")
    fields: list[tuple[bytes, bytes]] = []
    irregular, culprit = None, b""
    for line in filter(None, lines):
        name, colon, value = line.partition(b":")
        wrong = _wrong(line, name, colon, value, fields)
        if wrong is None:
            fields.append((name.lower(), value.strip()))
        elif irregular is None:
            irregular, culprit = wrong, name.strip()
    if irregular is None:
        irregular = Irregular.LINE_ENDING if ending == b"\r" else Irregular.STATUS_LINE if len(spaces) > 1 else Irregular.OTHER
    return HttpHead(f"1.{version.decode()}", int(status), reason or b"", tuple(fields), irregular, culprit)


def _wrong(line: bytes, name: bytes, colon: bytes, value: bytes, before: list[tuple[bytes, bytes]]) -> Irregular | None:
    """Which rule a line breaks; None: none."""
    if b"\r" in line:
        return Irregular.LINE_ENDING
    if line[:1] in (b" ", b"\t"):
        return Irregular.FOLDED_LINE
    if not name.strip() or not colon:
        return Irregular.NAME_MISSING
    if b" " in name or b"\t" in name:
        return Irregular.SPACE_IN_NAME
    if not _TOKEN.match(name):
        return Irregular.NAME_NOT_ALLOWED
    lengths = {said for known, said in before if known == b"content-length"}
    return Irregular.TWO_LENGTHS if name.lower() == b"content-length" and lengths - {value.strip()} else None
