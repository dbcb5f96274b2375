"""Bytes that do not read as what they should be: a fact like any other."""

from msgspec import Struct


class Unreadable(Struct, frozen=True):
    """What could not be read, in a word for people (`certificate`, `DNS message`)."""

    what: str
