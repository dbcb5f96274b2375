"""What is said of a list or an account that cannot be used: the file, the place in it, and what would do."""

from diag.model.quoting import shown

__all__ = ["UnusableAccount", "UnusableFile", "shown"]


class UnusableFile(ValueError):
    """A list of endpoints cannot be used. Its message is one line for the user, beginning with the file's name."""


class UnusableAccount(ValueError):
    """The text is no account of the service. Its message is one sentence for the user: what is wrong and what would do."""
