"""A body of several parts (multipart/form-data, RFC 7578), built by the HTTP library that sends it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import httpx


@dataclass(frozen=True)
class Part:
    """One part."""

    name: str
    content: bytes = field(repr=False)
    media_type: str
    filename: str | None = None
    """None: the part is a field, and no file."""


def multipart(*parts: Part) -> tuple[bytes, str]:
    """Return the body, and its Content-Type with the boundary."""
    files: Iterable[tuple[str, tuple[str | None, bytes, str]]] = [
        (part.name, (part.filename, part.content, part.media_type)) for part in parts
    ]
    request = httpx.Request("POST", "https://unsent.invalid", files=list(files))
    return request.read(), request.headers["content-type"]
