"""What is said of a list that cannot be used: the file, the place in it, and what would do."""

import re

_SHOWN = 60
"""Characters of a value that a message shows."""


class UnusableFile(ValueError):
    """A list of endpoints cannot be used. Its message is one line for the user, beginning with the file's name."""


def shown(value: object) -> str:
    """A value from the file, short, on one line, and without what may be a password."""
    try:
        whole = str(value)
    except ValueError:
        whole = "a number too large to show"
    without_login = re.sub(r"//[^/@]*@", "//", whole[: _SHOWN * 20])
    text = "".join(character if character.isprintable() else "?" for character in without_login[:_SHOWN])
    return f"'{text}{'...' if len(without_login) > _SHOWN else ''}'"
