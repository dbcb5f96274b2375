"""Whether the content of an answer has the coding that its header says (RFC 9110, section 8.4), as far as its first bytes tell.

Of a coded page nothing is kept in a bundle, so it is looked at while the answer is read, and the word for it stays.
"""

from collections.abc import Iterable
from enum import StrEnum

from diag.model.wire.unreadable import guarded_as

_GZIP = b"\x1f\x8b\x08"
"""How gzip begins (RFC 1952, section 2.3.1)."""
_NAMES = frozenset({"gzip", "x-gzip"})
_TEXTS = ("text/", "application/json", "application/xml", "application/javascript")


class CodingFault(StrEnum):
    """In what the header and the content differ."""

    CLAIMED = "claimed"
    """The header says gzip, and the content does not begin so."""
    MISSING = "missing"
    """The content of a text begins as gzip does, and the header names no coding."""


@guarded_as(None)
def coding_fault(fields: Iterable[tuple[str, str]], content: bytes) -> CodingFault | None:
    """Return in what the header's fields and the content differ; None: in nothing, or its beginning is too short to tell."""
    if len(content) < len(_GZIP):
        return None
    fields = [(name.lower(), value.strip().lower()) for name, value in fields]
    codings = [word.strip() for name, value in fields if name == "content-encoding" for word in value.split(",") if word.strip()]
    is_gzip = content.startswith(_GZIP)
    if codings:
        return CodingFault.CLAIMED if codings[-1] in _NAMES and not is_gzip else None
    kind = next((value for name, value in fields if name == "content-type"), "")
    is_text = kind.startswith(_TEXTS) or kind.partition(";")[0].endswith(("+json", "+xml"))
    return CodingFault.MISSING if is_gzip and is_text else None
