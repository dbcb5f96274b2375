"""Which language is spoken: the one that is asked for, else the environment's, else the system's, else English."""

import re
from collections.abc import Callable, Mapping, Sequence

from diag.language.spoken import ENGLISH, LANGUAGES

LANGUAGE_OPTION = "--lang"
LANGUAGE_VARIABLE = "DIAG_LANG"
LETTERS = {ENGLISH: "", "ko": "한국어로", "ja": "日本語で応答を読む"}
"""Letters by which an encoding shows whether it has those of a language: one that is made for another lacks some of them."""
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
"""In the order in which they count: the first that is set decides (POSIX, section 8.2)."""
_PREFERRED = "LANGUAGE"
"""A list, `ja:ko`, that goes before the locale, unless that is the one of POSIX (GNU gettext, section 2.3.3)."""
_POSIX = frozenset({"C", "POSIX"})


def chosen(option: str, environ: Mapping[str, str], system: Callable[[], str]) -> str:
    """Return the tag of the language to speak. `option`: as it was given; empty: it was not. `system` is asked last."""
    named = option or environ.get(LANGUAGE_VARIABLE, "")
    if named:
        return known(named) or ENGLISH
    locale = next((environ[name] for name in _LOCALE if environ.get(name)), "")
    tags = [*environ.get(_PREFERRED, "").split(":"), locale] if locale and locale.partition(".")[0] not in _POSIX else [locale]
    preferred = [tag for tag in tags if tag and (known(tag) or tag == locale)]
    return known(preferred[0] if preferred else system()) or ENGLISH


def has_letters(encoding: str, text: str) -> bool:
    """Return whether an encoding has all letters of a text; one that is not known has ASCII alone."""
    try:
        text.encode(encoding)
    except (UnicodeError, LookupError):
        return text.isascii()
    return True


def known(locale: str) -> str:
    """Return the tag of the language that a locale such as `ko_KR.UTF-8` or `ja-JP` stands for; empty: none of diag's."""
    tag = re.split(r"[-_.@]", locale, maxsplit=1)[0].lower()
    return tag if tag in LANGUAGES else ""


def asked_for(arguments: Sequence[str]) -> str:
    """Return what the option for the language says among the arguments of a command; empty: it is not there.

    It is looked for before the arguments are read, since what is wrong with them is to be said in that language.
    """
    said = ""
    for argument, following in zip(arguments, (*arguments[1:], "")[: len(arguments)], strict=True):
        if argument == "--":
            break
        name, equals, value = argument.partition("=")
        if name == LANGUAGE_OPTION:
            said = value if equals else following
    return said
