"""What a URL in a foreign text keeps: scheme, host, port, and as much of its path as names a place and opens nothing."""

import re

from diag.bundle.secret_shapes import REMOVED, opens
from diag.knowledge.granting import host_of
from diag.model.expression import expression

URL = expression(
    rb"(?i)(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{1,15}(?::|%3a|\\u003a)(?:\\?/|%2f|\\u002f){2})"
    rb"((?:[^\s/?#<>@:,]{0,64}:[^\s/?#<>@,]{0,200}@)?[^\s\"'<>]+)"
)
"""Also one that is escaped in a URL or in JSON. User information, query and fragment (RFC 3986) are found in it by `shown`."""
_AUTHORITY = expression(rb"[^/?#\\%]*+(?:%(?!2[fF]|3[fF]|23)[^/?#\\%]*+)*+")
_NETWORK_PATH = expression(rb"((?:[A-Za-z][A-Za-z0-9+.-]*:)?//)([^/?#\\]*)")
_AFTER = expression(rb"(?i)([?#]|%3f|%23|\\u003f|\\u0023)")
_PART = expression(rb"[^/\\,;:!&|()]+")


def shown(found: re.Match[bytes]) -> bytes:
    """Return what stays of a match of `URL`."""
    scheme, rest = found.groups()
    authority = _AUTHORITY.match(rest)
    assert authority
    user, at, host = authority[0].rpartition(b"@")
    if not at:
        user, at, host = re.match(rb"(?i)(?:(.*)(%40))?(.*)", authority[0], re.DOTALL).groups(b"")  # type: ignore[union-attr]
    return bytes(scheme + (REMOVED + at if user else at) + host + path(rest[authority.end() :]))


def reference(value: bytes) -> bytes:
    """Return a whole value that is a reference (RFC 3986, section 4.1), which may be relative, without a login and its like;
    nothing of one whose host cannot be read: it leads nowhere, and what is left of it might.
    """
    place = _NETWORK_PATH.match(value)
    if place is None:
        return path(value) if value.startswith((b"/", b"?", b"#")) else value
    if place[2] and not host_of(value.decode("utf-8", "replace")):
        return REMOVED
    user, at, host = place[2].rpartition(b"@")
    return place[1] + (REMOVED + at if user else at) + host + path(value[place.end() :])


def path(target: bytes) -> bytes:
    """Return a path without the parts that look like keys, without what its query and its fragment say."""
    place, *after = _AFTER.split(target, maxsplit=1)
    kept = _PART.sub(lambda part: REMOVED if opens(part[0]) else part[0], place)
    return kept + (after[0] + REMOVED if after and after[1] else b"".join(after))
