"""What a run knows about a person and a machine and no bundle may hold: told to redaction, and searched for at the end.

Not every private value can be searched for. A password of three letters, or a user called Will, is found in every text, and a
bundle that is refused for that helps nobody. So a value is *telling* where meeting it by accident is out of the question, and
only a telling one is looked for everywhere; an ordinary one is looked for as a whole word in what strangers wrote, where an
echo of it would stand.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from msgspec import Struct

from diag.bundle.common_words import COMMON
from diag.model.expression import expression
from diag.model.secret import Login, Secret

SHORTEST = 4
"""What is shorter than this many characters is a part of too many words."""
ORDINARY = 10
"""Letters only, or digits only, and fewer than this: a word or a number like others."""

_SCHEMES = expression(r"(?i)\A\s*(?:(?:https?|socks(?:4a?|5h?)?):/*)+")
"""Schemes of proxies, whole and half (`http:/`), and one before another: a login begins behind them."""


class Private(Struct, frozen=True):
    """What the caller knows; everything may be empty. It has no text form that shows a value."""

    logins: tuple[Login, ...] = ()
    """Credentials that the run used, such as a proxy's."""
    secrets: tuple[Secret, ...] = ()
    """Anything else that opens something."""
    keys: tuple[Secret, ...] = ()
    """Private keys, as PEM without encryption."""
    users: tuple[str, ...] = ()
    """Names of accounts and people."""
    machines: tuple[str, ...] = ()
    """This machine's names, short and full."""
    homes: tuple[str, ...] = ()
    """Home folders, absolute."""
    in_clear: bytes = b""
    """What the level of redaction leaves in clear, lower case: a telling name or folder that stands in it is private no more."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"

    def opens(self) -> Iterator[str]:
        """Yield everything that opens something, as it would be echoed: passwords, tokens, and `user:password` as one."""
        for secret in self.secrets:
            yield secret.reveal()
        for login in self.logins:
            if login.password:
                yield login.password.reveal()
                yield f"{login.user.reveal()}:{login.password.reveal()}"

    def people(self) -> Iterator[str]:
        """Yield the names of persons and accounts that name somebody."""
        yield from self._hidden(named((*self.users, *(login.user.reveal() for login in self.logins))))

    def computers(self) -> Iterator[str]:
        """Yield the names of the machine, as far as they name it."""
        yield from self._hidden(named(self.machines))

    def folders(self) -> Iterator[str]:
        """Yield the home folders, the longest first, without those that every system has."""
        own = {home.rstrip("/\\") for home in self.homes if "/" in home or "\\" in home}
        yield from self._hidden(sorted((home for home in own if len(home) > len("/root")), key=lambda home: (-len(home), home)))

    def _hidden(self, values: Iterable[str]) -> Iterator[str]:
        return (
            value for value in values if not (is_telling(value) and value.lower().encode("utf-8", "replace") in self.in_clear)
        )


def in_unread(value: str) -> Iterator[Login]:
    """Yield what may be a login in the value of a proxy setting that cannot be read,
    as it stands there and with its escapes undone.
    """
    whole = value.encode("utf-8", "surrogateescape").decode("utf-8" if _is_utf8(value) else "latin-1")
    rest = _SCHEMES.sub("", whole, count=1)
    rest = rest.partition("://")[2] or rest
    before, at, _ = rest.rpartition("@")
    user, _, password = (before if at else rest).partition(":")
    if not at and (not password or password.strip("/").isdecimal()):
        return  # a host and its port
    if len(unquote(password or user)) < SHORTEST:
        return  # with its escapes, such a guess is found in sentences about escapes
    for undone in (str, unquote):
        yield Login(undone(user) if at else "", undone(password or user))


def _is_utf8(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def named(words: Iterable[str]) -> list[str]:
    """Return those of `words` that name somebody or something in particular, each once, the longest first."""
    return sorted({word for word in words if len(word) > 1 and word.lower() not in COMMON}, key=lambda word: (-len(word), word))


def is_telling(value: str) -> bool:
    """Return whether `value` is not met by accident."""
    one_kind = value.isascii() and (value.isalpha() or value.isdecimal())
    return len(value) >= (ORDINARY if one_kind else SHORTEST)
