"""What is said of a list that cannot be used: the file, the place in it, and what would do."""

from diag.model.quoting import shown

__all__ = ["UnusableFile", "shown"]


class UnusableFile(ValueError):
    """A list of endpoints cannot be used. Its message is one line for the user, beginning with the file's name."""
