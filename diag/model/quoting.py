"""What somebody gave, as a message may quote it: enough to find it again, and nothing that may open something.

A message ends on screens, in logs of CI and in tickets. Of an address it quotes scheme, host and port; of any other value its
beginning; of neither a login, nor anything from where values begin to be assigned.

What stands in a command to be copied is one word of its shell, whatever it holds.
"""

import re
import shlex

from diag.model.expression import expression

LONGEST = 80
"""Characters that a message shows."""
_LOOKED_AT = 8_000
_LOGIN = expression(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.:-]{0,30}:/{1,3})?.*@", re.DOTALL)
"""Up to the last `@`: before it may stand a login, with whatever characters in it."""
_ASSIGNED = expression(r"[?#;&=]")
_SCHEME = expression(r"[A-Za-z][A-Za-z0-9+.:-]{0,30}:/{1,3}")
_CUT = "..."


def quoted(address: object) -> str:
    """Return an address, in quotation marks: its scheme, host and port, or what stands in their place; `...` for the rest."""
    return _marked(_bare(address), path=False)


def shown(value: object) -> str:
    """Return any other value, in quotation marks: on one line, short; an address in it as `quoted` has it."""
    bare = _bare(value)
    return _marked(bare, path=_SCHEME.match(bare) is None)


def word_of_sh(text: str) -> str:
    """Return one word of a POSIX shell (POSIX.1-2017, section 2.2 of the shell's language)."""
    return shlex.quote(text)


def word_of_powershell(text: str) -> str:
    """Return one word of PowerShell: as it is, or in single quotes, straight or curly ones doubled (about_Quoting_Rules)."""
    if re.fullmatch(r"[A-Za-z0-9_./:\\-]+", text):
        return text
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", text) + "'"


def _bare(value: object) -> str:
    """The value as one line, without a login."""
    try:
        text = str(value)[:_LOOKED_AT].strip()
    except ValueError:
        text = "a number too large to show"
    return _LOGIN.sub(lambda found: found["scheme"] or "", text, count=1)


def _marked(text: str, *, path: bool) -> str:
    scheme = found[0] if (found := _SCHEME.match(text)) else ""
    rest = text[len(scheme) :]
    kept = _ASSIGNED.split(rest, maxsplit=1)[0]
    if not path:
        kept = re.split(r"[/\\]", kept, maxsplit=1)[0] or kept[:1]
    kept = _without_password(kept)
    line = "".join(character if character.isprintable() else "?" for character in scheme + kept)
    whole = len(kept) == len(rest) and len(line) <= LONGEST
    return f"'{line[:LONGEST]}{'' if whole else _CUT}'"


def _without_password(place: str) -> str:
    """`host:port` as it is; of `user:password`, whose host was forgotten, what stands before the colon."""
    if place.startswith("[") or (place.count(":") > 1 and re.fullmatch(r"[0-9A-Fa-f:.%\w]*", place) and "::" in place):
        return place
    before, colon, after = place.partition(":")
    return place if not colon or re.fullmatch(r"\d{1,5}| .*", after) else before + colon
