"""What is said of a list that cannot be used: the file, the place in it, and what would do."""


class UnusableFile(ValueError):
    """A list of endpoints cannot be used. Its message is one line for the user, beginning with the file's name."""


def shown(value: object) -> str:
    """A value from the file, short and on one line."""
    text = "".join(character if character.isprintable() else "?" for character in str(value)[:60])
    return f"'{text}'"
