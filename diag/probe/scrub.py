"""What must not be kept of an HTTP answer: cookies, tokens, and any echo of our own credentials. Removed as it is read."""

import re
from collections.abc import Iterable, Sequence

from diag.model.answer import Header
from diag.model.expression import expression
from diag.model.secret import Secret
from diag.model.text import clean

_EMPTIED = frozenset(
    {
        "set-cookie",
        "set-cookie2",
        "cookie",
        "authorization",
        "proxy-authorization",
        "authentication-info",
        "proxy-authentication-info",
        "x-amz-security-token",
        "x-csrf-token",
        "x-xsrf-token",
        "x-auth-token",
        "x-api-key",
    }
)
"""Fields that are kept by name alone."""
_CHALLENGES = frozenset({"www-authenticate", "proxy-authenticate"})
"""Fields of which the schemes and the realms are kept (RFC 9110, section 11.6.1)."""
_LINE = expression(rb"^([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*([^\r\n]*)", re.MULTILINE)
_PIECE = expression(
    r"""\s*(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)
        (?: \s*=\s* (?P<value>"(?:[^"\\]|\\.)*"|[^\s,="]+) | \s+(?P<token>[A-Za-z0-9._~+/-]+=*)(?=\s*(?:,|$)) )?
        \s*(?P<comma>,)?""",
    re.VERBOSE,
)
_SHORTEST = 3
"""An echo of fewer characters proves nothing, and removing it would garble the rest."""


def kept_headers(fields: Iterable[tuple[bytes, bytes]], secrets: Sequence[Secret] = ()) -> tuple[Header, ...]:
    """Return the field lines of an answer, in order, made safe and without what opens something."""
    return tuple(_kept(clean(name).lower(), clean(without(value, secrets))) for name, value in fields)


def kept_bytes(raw: bytes, secrets: Sequence[Secret] = ()) -> bytes:
    """Return the beginning of an answer as it came, except that its secret fields' values are gone."""
    head, blank, page = _split(raw)
    return without(_LINE.sub(_kept_line, head) + blank + page, secrets)


def without(raw: bytes, secrets: Sequence[Secret]) -> bytes:
    """Return `raw` without any echo of `secrets`."""
    for secret in secrets:
        if len(secret.reveal()) >= _SHORTEST:
            raw = raw.replace(secret.reveal().encode(), b"***")
    return raw


def _split(raw: bytes) -> tuple[bytes, bytes, bytes]:
    found = re.search(rb"\r?\n\r?\n", raw)
    return (raw[: found.start()], found[0], raw[found.end() :]) if found else (raw, b"", b"")


def _kept_line(line: re.Match[bytes]) -> bytes:
    header = _kept(line[1].decode("ascii").lower(), line[2].decode("latin-1"))
    return line[0] if header.name not in _EMPTIED | _CHALLENGES else line[1] + b": " + header.value.encode("latin-1")


def _kept(name: str, value: str) -> Header:
    if name in _EMPTIED:
        return Header(name, "")
    if name in _CHALLENGES:
        return Header(name, _challenges(value))
    return Header(name, value)


def _challenges(value: str) -> str:
    """The schemes and realms of a list of challenges, in order; a token, nonce or other parameter is dropped."""
    kept: list[str] = []
    at = 0
    while found := _PIECE.match(value, at):
        at = found.end()
        if found["value"] is None:
            kept.append(found["name"])
        elif kept and found["name"].lower() == "realm":
            kept[-1] += f" realm={found['value']}"
    return ", ".join(kept)
