"""What a proxy script returned, read as browsers read it: `PROXY a:3128; SOCKS5 b:1080; DIRECT`, the first that works counts."""

import re

from msgspec import Struct

from diag.model.route import ScriptWay
from diag.model.script import Flaw
from diag.model.text import clean
from diag.probe.proxy_value import read_proxy

_SCHEMES = {"PROXY": "http", "HTTP": "http", "HTTPS": "https", "SOCKS": "socks4", "SOCKS4": "socks4", "SOCKS5": "socks5h"}
"""What each word means, whatever its case. As in browsers SOCKS alone is version 4, and version 5 finds names by itself."""
_PORTS = {"http": 80, "https": 443, "socks4": 1080, "socks5h": 1080}
"""The port that a way means where it names none."""
MOST_WAYS = 16
LONGEST_KEPT = 500
"""Characters of a result that are kept as evidence."""
_LOGIN = re.compile(r"[^\s;,]+@")
_BARE = re.compile(r"[^\s/@?#]+\Z")


class Read(Struct, frozen=True):
    """A result, understood as far as it can be."""

    ways: tuple[ScriptWay, ...]
    flaw: str = ""
    """A word of `Flaw` where no way is in it."""
    not_understood: int = 0
    """How many of its parts name no way."""


def read_result(text: str) -> Read:
    """Return the ways in a result, in order.

    Parts that cannot be read are passed over, as clients do; an empty result means direct.
    """
    if not text.strip():
        return Read((ScriptWay(),))
    parts = [part for part in (part.strip() for part in text.split(";")) if part]
    ways = [way for part in parts[:MOST_WAYS] if (way := _way(part))]
    return Read(tuple(ways), "" if ways else Flaw.NONSENSE, len(parts) - len(ways))


def kept(text: str) -> str:
    """Return a result as it is kept: what stands before an `@` may be a login, and is left out."""
    return clean(_LOGIN.sub("***@", text[: 2 * LONGEST_KEPT]), LONGEST_KEPT)


def _way(part: str) -> ScriptWay | None:
    word, *rest = part.split(None, 1)
    if word.upper() == "DIRECT" and not rest:
        return ScriptWay()
    scheme = _SCHEMES.get(word.upper())
    if scheme is None or not rest or not _BARE.match(rest[0]):
        return None
    where = rest[0].removesuffix(":")
    has_port = ":" in where.rpartition("]")[2]
    seen = read_proxy(f"{scheme}://{where}{'' if has_port else f':{_PORTS[scheme]}'}")
    return ScriptWay(seen[0]) if seen else None
