"""What a program said of a failed connection, as far as it is kept: a word of a list, a code, an endpoint. Never its text."""

from msgspec import Struct

from diag.model.privacy import HostName, Moment, PublicNumber, PublicText


class ToldError(Struct, frozen=True, omit_defaults=True):
    """One error that a program reported, however often."""

    error: PublicText
    """A word of `diag.model.error_class.ErrorClass`."""
    program: PublicText
    """Whose words they are, as people call it."""
    code: PublicText = ""
    """The number or name that stands in the pattern; empty: it has none."""
    host: HostName = ""
    """Whom it is about; empty: the text around it names nobody."""
    port: PublicNumber = 0
    times: PublicNumber = 1
    first: Moment | None = None
    """When it was reported first; None: no moment with a time zone stands beside it."""
    last: Moment | None = None
