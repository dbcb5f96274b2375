"""A regular expression that is compiled when it is first used: most of those that diag has are for what is rarely met, and to
compile one takes as long as to load a module.
"""

import re
from typing import Any, AnyStr, cast

_METHODS = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")


class _Expression:
    """Stands for a pattern; once it is compiled, its methods are the pattern's own."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled: re.Pattern[Any] = re.compile(self._text, self._flags)
        vars(self).update({method: getattr(compiled, method) for method in _METHODS})
        return getattr(compiled, name)


def expression(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return the pattern of a regular expression as `re.compile` does, but for functions of `re` that take a pattern: use its
    methods. What is no regular expression raises re.error when it is first used.
    """
    return cast("re.Pattern[AnyStr]", _Expression(text, flags))
