"""A language that is none: every message in letters that English has not, so that what is not translated stands out."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

import click

from checks import CATALOGUE
from diag.cli.main import COMMANDS, commands
from diag.knowledge.clients.shelf import client_names
from diag.lab.faults import FAULTS
from diag.language import catalogue as catalogues
from diag.model.check import FAMILIES
from diag.model.endpoint import SCHEMES
from diag.model.verdict import Owner
from diag.profile import config, fingerprints, groups, profile, roles, support
from tests.cli.shell import Ended, called
from tests.language.messages import PROGRAMS, messages

_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀçđéƒğĥíĵķłɱñóþǫŕšţúṽŵẋýžÁƁÇĐÉƑĞĤÍĴĶŁṀÑÓÞǪŔŠŢÚṼŴẊÝŽ",
)
_GAP = re.compile(r"(\{[^{}]*\})")
_FORM = re.compile(r"\{(\w+):[^{}]*\}")
_PLAIN_WORD = re.compile(r"(?<![\w.:/@=\[\]<>$\\-])[a-z]{3,}(?![\w:/@=\[\]<>\\-]|\.\w)")
ENGLISH = re.compile(r"(?<![\w.:/@=-])[a-z]{2,}(?: [a-z]{2,})+(?![\w.:/@=-])")
"""Two plain words or more: what nobody has translated. One alone may be a name."""
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|'[^']*'|`[^`]*`|<code>.*?</code>|<pre.*?</pre>|<style>.*?</style>|<[^>]*>", re.DOTALL)
"""What others said or wrote, and commands to copy: both stay as they are."""
_CALL = re.compile(r"\bdiag [a-z]+( +-*[A-Za-z0-9][\w./:=*-]*| +\[[^\]]*\]| +<[^>]*>)*")
_OF_SHELLS = re.compile(
    r"(?:^|[ (|:])(?:curl|openssl|sudo|git|pip|keytool|java|dig|sh|eval|man|security|python|conda|npm|time) .*$", re.MULTILINE
)
"""A line with a command of a shell, as far as it reaches."""
_SETTING = re.compile(r"^\s*#?\s*[a-z_]+ = .*$", re.MULTILINE)
"""A line of a file that sets something."""


@cache
def catalogue() -> Mapping[tuple[str, str], str]:
    """Return all messages in the language that is none. Its grammar has no forms for one and several."""
    return {(message.context, message.text): unlike(message.text) for message in messages()}


def unlike(text: str) -> str:
    """Return a text in letters that English has not; its gaps stay."""
    parts = _GAP.split(_FORM.sub("", text))
    return "".join(part if part.startswith("{") else part.translate(_LETTERS) for part in parts)


@contextmanager
def spoken_everywhere() -> Iterator[None]:
    """Let every language but English be this one, catalogue and articles, until the end of the block."""
    with (
        patch.object(catalogues, "messages", lambda _: catalogue()),
        patch.object(catalogues, "article", lambda _, id: _articles().get(id, "")),
    ):
        yield


@cache
def _articles() -> Mapping[str, str]:
    return {check.id: unlike(check.article) for check in CATALOGUE}


def called_in_none(*arguments: str, within: Path, **more: str) -> Ended:
    """Carry out `diag` in the language that is none."""
    with spoken_everywhere():
        return called(*arguments, "--lang", "ko", within=within, **more)


def left(text: str) -> list[str]:
    """Return the plain English words of a text that somebody could have translated, even where one stands alone.

    What may stay is closed, by kind: what is quoted, commands to copy, settings of files, and names (`names`).
    """
    bare = _SETTING.sub("|", _OF_SHELLS.sub("|", _CALL.sub("|", QUOTED.sub("|", text))))
    return [word for word in _PLAIN_WORD.findall(bare) if word in _vocabulary() and word not in names()]


@cache
def names() -> frozenset[str]:
    """Return what is called so in every language: commands, families, owners, protocols, faults, programs, keys of files, and the
    words that options take.
    """
    ours = {*COMMANDS, *FAMILIES, *Owner, *(fault.name for fault in FAULTS), *_keys_of_files(), *_choices(commands)}
    return frozenset({"diag", *ours, *SCHEMES, *client_names(), *PROGRAMS})


def _keys_of_files() -> Iterator[str]:
    """The keys of profiles and of `diag.toml`, which a complaint about one of them lists."""
    for module in (config, fingerprints, groups, profile, roles, support):
        for name, value in vars(module).items():
            if isinstance(value, tuple) and name.isupper():
                yield from map(str, value)


def _choices(command: click.Command) -> Iterator[str]:
    """The words that options and arguments of a command, and of those beneath it, take."""
    if isinstance(command, click.Group):
        for below in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), below)
            yield below
            yield from _choices(found) if found else ()
    for parameter in command.params:
        words = parameter.type.choices if isinstance(parameter.type, click.Choice) else ()
        yield from map(str, words)
        yield from re.findall(r"[a-z]+", parameter.metavar or "")


@cache
def _vocabulary() -> frozenset[str]:
    """The small words of all messages: a name that no message uses is no English of ours."""
    words = (re.findall(r"(?<![\w{:./@=-])[a-z]{3,}(?![\w}:./@=-])", _GAP.sub("", message.text)) for message in messages())
    return frozenset(word for found in words for word in found)
