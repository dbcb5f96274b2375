"""Proxy scripts (PAC): where one lies, what it names, and the closed list of what can be wrong with one."""

from enum import StrEnum

from msgspec import Struct

from diag.model.privacy import HostName, PathText, PublicNumber, PublicText


class Flaw(StrEnum):
    """Why a proxy script is of no use, where no word of `diag.model.failure` says it."""

    STATUS = "status"
    """Its server answered, and not with the script (a status other than 200)."""
    UNTRUSTED = "untrusted"
    """Its server's certificate is one that clients refuse."""
    MOVED_TOO_OFTEN = "moved_too_often"
    """One redirection led to another, or to an address that is none."""
    MISSING = "missing"
    """There is no such file, or it may not be read."""
    EMPTY = "empty"
    """There is nothing in it."""
    PAGE = "page"
    """It is a web page."""
    TOO_LARGE = "too_large"
    """It is larger than diag reads, or needs more memory than it may have."""
    SYNTAX = "syntax"
    """It is no JavaScript."""
    NO_FUNCTION = "no_function"
    """It defines no `FindProxyForURL`."""
    THREW = "threw"
    """It fails with an error."""
    TOO_SLOW = "too_slow"
    """It did not end within its time."""
    TOO_DEEP = "too_deep"
    """It calls itself without end."""
    TOO_MANY_NAMES = "too_many_names"
    """It looks up more names than it may."""
    CRASHED = "crashed"
    """The engine broke down over it."""
    GIVEN_UP = "given_up"
    """It was not tried for this target: it had used up its time with others."""
    NOT_TEXT = "not_text"
    """It returns something other than text."""
    NONSENSE = "nonsense"
    """It returns a text in which no way can be read."""
    KEYWORD_AS_HOST = "keyword_as_host"
    """It returns a word of the language (`PROXY DIRECT`) where a proxy's host should stand."""


FETCHED_IN_VAIN = frozenset({Flaw.STATUS, Flaw.UNTRUSTED, Flaw.MOVED_TOO_OFTEN, Flaw.MISSING})
"""Flaws by which there is no script at all; the others are in what was fetched."""


class ScriptAddress(Struct, frozen=True, omit_defaults=True):
    """Where a proxy script (PAC) lies, without login and query."""

    scheme: PublicText
    """`http`, `https`, `file`, `data`, or `wpad`: found by DNS below a search domain, and fetched as WPAD says."""
    host: HostName = ""
    """Empty for `file` and `data`."""
    port: PublicNumber = 0
    path: PathText = ""
    """The path at the host, or the file; empty for `data` and `wpad`."""

    def __str__(self) -> str:
        if self.scheme == "data":
            return "data:"
        if self.scheme == "file":
            return self.path
        if self.scheme == "wpad":
            return f"http://{self.host}/wpad.dat"
        shown = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}.get(self.scheme)
        return f"{self.scheme}://{shown}{'' if self.port == usual else f':{self.port}'}{self.path or '/'}"
