"""Answers with their pages in plain: what came compressed or in chunks hides what it says from whoever looks through it.

No judgement reads a page under a content coding, so nothing of one is kept; one that only claims its coding is plain. A proxy's
page behind a refused CONNECT is kept as it came; where it came in chunks, a border may stand in the middle of a word.
"""

import re
from collections.abc import Iterable

from msgspec.structs import replace

from diag.bundle.layers import dechunked
from diag.bundle.secret_shapes import REMOVED
from diag.model.answer import Header, HttpReply, TunnelReply
from diag.model.observation import Observation
from diag.model.wire.content_coding import CodingFault

_BLANK = re.compile(rb"\r?\n\r?\n")
_AS_IT_IS = frozenset({"", "identity", "chunked"})


def in_plain(seen: Observation) -> Observation:
    """Return the observation, its page in plain; itself where it was."""
    match seen.answer:
        case HttpReply(headers=headers, body=body) as reply if (
            body and body != REMOVED and reply.coding != CodingFault.CLAIMED and _is_coded(headers)
        ):
            return replace(seen, answer=replace(reply, body=REMOVED))
        case TunnelReply(headers=headers, first_bytes=first) as reply if blank := _BLANK.search(first):
            page = _page(headers, first[blank.end() :])
            return seen if page == first[blank.end() :] else _with_page(seen, reply, first[: blank.end()] + page)
        case _:
            return seen


def _with_page(seen: Observation, reply: TunnelReply, first: bytes) -> Observation:
    return replace(seen, answer=replace(reply, first_bytes=first))


def _page(headers: Iterable[Header], page: bytes) -> bytes:
    if not page:
        return page
    if _is_coded(headers):
        return REMOVED
    in_chunks = any("chunked" in value for value in _words(headers, "transfer-encoding"))
    return dechunked(page) if in_chunks else page


def _is_coded(headers: Iterable[Header]) -> bool:
    """Whether a content or transfer coding (RFC 9110, section 8.4; RFC 9112, section 7) lies over the page."""
    headers = tuple(headers)
    words = (*_words(headers, "content-encoding"), *_words(headers, "transfer-encoding"))
    return any(word not in _AS_IT_IS for word in words)


def _words(headers: Iterable[Header], name: str) -> list[str]:
    return [word.strip().lower() for header in headers if header.name.lower() == name for word in header.value.split(",")]
