"""How much of what leaves this machine is replaced."""

from enum import StrEnum


class Level(StrEnum):
    """How much is replaced."""

    NONE = "none"
    STANDARD = "standard"
    STRICT = "strict"


def level_of(word: str) -> Level:
    """Return the level that a word means; a word that nobody knows means the strictest."""
    try:
        return Level(word)
    except ValueError:
        return Level.STRICT
