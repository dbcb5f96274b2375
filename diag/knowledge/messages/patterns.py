"""The messages that are known: what stands in the data files, and which words each has to contain.

A pattern is a row of pieces that stand in a line in this order: no regular expression, so that no text can make it slow. Where
several fit, the one with the most text of its own says what is meant.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec.toml
from msgspec import Meta, Struct

from diag.model.error_class import GENERAL, ErrorClass

_HERE = Path(__file__).parent
_DATA = _HERE.joinpath("data")
_WORD = re.compile(r"\w+", re.ASCII)
_SHORTEST = 4
_Text = Annotated[str, Meta(min_length=1, max_length=1_000)]


class Message(Struct, frozen=True, forbid_unknown_fields=True):
    """One message of a program."""

    error: ErrorClass
    has: tuple[_Text, ...]
    """The pieces that a line has, in this order."""
    real: tuple[_Text, ...]
    """Lines as programs write them, with names of nobody."""
    code: Annotated[str, Meta(max_length=60)] = ""

    def fits(self, line: str) -> bool:
        """Return whether all pieces stand in the line, in their order."""
        at = 0
        for piece in self.has:
            at = line.find(piece, at)
            if at < 0:
                return False
            at += len(piece)
        return True

    @property
    def weight(self) -> int:
        """How much text of its own it has."""
        return sum(map(len, self.has))

    @property
    def key(self) -> str:
        """The longest word that every line of it has as a whole; empty: there is none to look for."""
        words = (word for piece in self.has for word in _WORD.findall(piece))
        whole = [word for word in words if len(word) >= _SHORTEST and all(word in _WORD.findall(line) for line in self.real)]
        return max(whole, key=len, default="")


class NearMiss(Struct, frozen=True, forbid_unknown_fields=True):
    """A line that looks much like a message, and what it must be taken for."""

    text: _Text
    error: ErrorClass | None = None
    """None: for no failed connection."""


class MessageFamily(Struct, frozen=True, forbid_unknown_fields=True):
    """The messages of one family of programs."""

    title: _Text
    message: tuple[Message, ...]
    client: str = ""
    """The program whose rules hold where these messages are found: a name of `diag.knowledge.clients`; empty: several may."""
    library: bool = False
    """Whether other programs quote these messages, so that theirs go first."""
    near_miss: tuple[NearMiss, ...] = ()


class Known(Struct, frozen=True):
    """One message, and whose it is."""

    family: MessageFamily
    message: Message


@cache
def families() -> Mapping[str, MessageFamily]:
    """Return every family by the name of its file. Raises msgspec.ValidationError where a file does not keep to its form."""
    named = sorted((file for file in _DATA.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return {file.name.removesuffix(".toml"): msgspec.toml.decode(file.read_bytes(), type=MessageFamily) for file in named}


@cache
def causes_of() -> Mapping[ErrorClass, tuple[str, ...]]:
    """Return the ids of the causes that fit each class, the likeliest first; none: it is no matter of the connection."""
    return msgspec.toml.decode(_HERE.joinpath("causes.toml").read_bytes(), type=dict[ErrorClass, tuple[str, ...]])


@cache
def _by_key() -> Mapping[str, tuple[Known, ...]]:
    found: dict[str, list[Known]] = {}
    for family in families().values():
        for message in family.message:
            found.setdefault(message.key, []).append(Known(family, message))
    return {key: tuple(known) for key, known in found.items()}


def recognise(line: str) -> Known | None:
    """Return the message that a line holds; None: it holds none that is known. The line is one of bounded length."""
    return max(_fitting(line), key=_rank, default=None)


def _rank(known: Known) -> tuple[bool, bool, int]:
    """A program's own words before those of a library that it quotes; what says more before what says less."""
    return not known.family.library, known.message.error not in GENERAL, known.message.weight


def _fitting(line: str) -> Iterator[Known]:
    by_key = _by_key()
    for word in {"", *_WORD.findall(line)}:
        yield from (known for known in by_key.get(word, ()) if known.message.fits(line))
