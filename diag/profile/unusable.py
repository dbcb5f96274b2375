"""What is said of a list that cannot be used: the file, the place in it, and what would do."""

SHOWN = 60
"""Characters of a value that a message shows."""


class UnusableFile(ValueError):
    """A list of endpoints cannot be used. Its message is one line for the user, beginning with the file's name."""


def shown(value: object) -> str:
    """A value from the file, short and on one line."""
    try:
        whole = str(value)
    except ValueError:
        whole = "a number too large to show"
    text = "".join(character if character.isprintable() else "?" for character in whole[:SHOWN])
    return f"'{text}{'...' if len(whole) > SHOWN else ''}'"
