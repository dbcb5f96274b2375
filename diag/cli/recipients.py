"""Whom a bundle is encrypted to: keys named on the command line, else those of the service's profile."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from diag.cli.errors import WrongUse
from diag.language import retold, said

if TYPE_CHECKING:
    from diag.bundle.closing import Envelope


def choose_envelope(named: Sequence[str], profile: Sequence[str] = (), *, plain: bool = False) -> "Envelope | None":
    """Return the envelope of a bundle; None where it is not encrypted. Raises WrongUse where a key cannot be used.

    `plain`: the user wants none, whatever the profile says.
    """
    if named and plain:
        raise WrongUse(said("--encrypt-to and --no-encryption exclude each other: choose one"))
    if plain or not (named or profile):
        return None
    from diag.bundle.envelope import envelope_for  # ciphers are loaded by who encrypts
    from diag.bundle.keys import UnusableKey, preferred, read_recipients

    words = named or preferred(profile)
    try:
        return envelope_for(read_recipients(words))
    except UnusableKey as error:
        whose = "--encrypt-to" if named else said("the profile's recipients")
        raise WrongUse(f"{whose}: {retold(error)}") from None
