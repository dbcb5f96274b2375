"""What is handed over, what is given back for it, and the two ways in which that can go wrong."""

import hashlib
import re
from dataclasses import dataclass, field

from diag.model.obstacle import Obstacle
from diag.model.secret import Secret

MEDIA_TYPE = "application/zip"


_NAME = re.compile(r"diag-[A-Za-z0-9.-]+")


@dataclass(frozen=True)
class Parcel:
    """A bundle as it is sent."""

    name: str
    """Of the form `_NAME`, so that it may stand in any query. A part of the bundle's digest is in it, so that a receiver's list
    of files tells whether it has arrived."""
    content: bytes = field(repr=False)
    note: str = ""
    """What is written beside it on a case."""
    media_type: str = MEDIA_TYPE

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name of a bundle")

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content)

    @property
    def sha256(self) -> str:
        """In hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def md5(self) -> str:
        """In hexadecimal: what stores give back for what they have taken. It guards against accidents only."""
        return hashlib.md5(self.content, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Receipt:
    """What a receiver says of a parcel that it has."""

    identity: str = ""
    """The name or number under which the receiver keeps it; empty: it gave none."""
    already: bool = False
    """Whether it was there before, from an earlier try."""
    whole: bool = False
    """Whether size or digest, as the receiver states them, are those of the parcel."""


@dataclass(frozen=True)
class Credentials:
    """Who sends. With a user the token stands for a password (Basic, RFC 7617), without one it is a bearer's (RFC 6750)."""

    token: Secret
    user: Secret | None = None


class NotSent(Obstacle):
    """The parcel has not arrived. The message is one sentence for the user: why, and what would do."""


class Uncertain(Obstacle):
    """The parcel may have arrived and may not. The message is one sentence for the user: how to find out."""


class UnusableDestination(Obstacle, ValueError):
    """The text names no destination. The message is one sentence for the user: what is wrong and what would do."""
