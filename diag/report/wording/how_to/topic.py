"""A topic of "Do it": the same steps for all causes that share it, a row for each system or program."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What to do in one place."""

    place: str
    """A system or a program."""
    step: str
    """A command or a setting, with words in capitals for what the reader fills in."""


@dataclass(frozen=True)
class Guide:
    """Steps that several causes share."""

    title: str
    """What the rows do, as an imperative without a full stop."""
    rows: tuple[Row, ...]
    reference: str
    """Where the vendor or the standard says more."""
