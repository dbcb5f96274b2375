"""How a bundle is closed before it is written, so that only the owners of some keys can read it (`diag.bundle.envelope`)."""

from collections.abc import Callable

from msgspec import Struct

from diag.model.obstacle import Obstacle


class CannotEncrypt(Obstacle):
    """A bundle could not be encrypted. The message is one sentence for the user."""


class Envelope(Struct, frozen=True):
    """How a bundle is closed before it is written."""

    ending: str
    """What is added to the file's name."""
    close: Callable[[bytes], bytes]
    """Raises CannotEncrypt."""
