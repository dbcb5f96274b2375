"""Whether two texts from two bundles can be told apart, though private values in them may have been replaced by stand-ins.

Each bundle has a key of its own: one name has another stand-in in each, and one stand-in in two bundles means nothing. So a
stand-in may be anything of its kind. It is known by its form (`host-q7m2ka`); an address that was replaced has no form of its
own, and is doubted where its side says that it replaces addresses.
"""

import ipaddress
import re

from msgspec import Struct

from diag.model.address import IpAddress, is_private, literal

STAND_IN = re.compile(r"\b(?:host|user|machine|name|folder|file|interface)-[a-km-z2-9]{6,}\b")
"""What a private name becomes in a bundle: its kind, and characters that cannot be taken for one another."""
_ADDRESS = re.compile(r"(?<![0-9A-Za-z:.])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![0-9A-Za-z.])")
_MOVED = (ipaddress.ip_network("240.0.0.0/4"), ipaddress.ip_network("2d00::/8"))
"""Where public addresses go that are replaced: ranges that nobody has been given."""
_ANYTHING = "\0"


class Replaced(Struct, frozen=True):
    """What a side has replaced by stand-ins."""

    names: bool = False
    addresses: bool = False


class Likeness:
    """Compares texts of two sides."""

    def __init__(self, a: Replaced, b: Replaced, *, linked: bool) -> None:
        self._a = Replaced() if linked else a
        self._b = Replaced() if linked else b

    def may_equal(self, a: str, b: str) -> bool:
        """Return whether the two may stand for the same: they are the same, or differ only where a stand-in is."""
        if a == b:
            return True
        left, right = _masked(a, self._a), _masked(b, self._b)
        if _ANYTHING not in left + right:
            return False
        return bool(_pattern(left).fullmatch(right) or _pattern(right).fullmatch(left))

    def certain(self, text: str) -> bool:
        """Return whether the same text on both sides means the same: no stand-in is in it."""
        return _ANYTHING not in _masked(text, self._a) + _masked(text, self._b)


def _masked(text: str, replaced: Replaced) -> str:
    if replaced.names:
        text = STAND_IN.sub(_ANYTHING, text)
    if replaced.addresses:
        text = _ADDRESS.sub(lambda match: _ANYTHING if _may_be_moved(match[0]) else match[0], text)
    return text


def _may_be_moved(text: str) -> bool:
    ip: IpAddress | None = literal(text)
    return ip is not None and (is_private(ip) or ip.is_link_local or any(ip in block for block in _MOVED))


def _pattern(masked: str) -> re.Pattern[str]:
    """What a text with stand-ins in it may be: each is one label, one name, one address."""
    return re.compile(r"[^/\s,]+".join(map(re.escape, masked.split(_ANYTHING))))
