"""Another process on this computer, as far as a report says of it: what decides how its connections go."""

from msgspec import Struct

from diag.model.privacy import PublicFlag, PublicNumber, PublicText


class ProcessFacts(Struct, frozen=True, omit_defaults=True):
    """The process in whose place a run was made. Neither its name nor its number, its folder nor its arguments are here."""

    runtime: PublicText = ""
    """`python`, `node`, `java`, `go`, `dotnet` or `curl`; empty: something else."""
    version: PublicText = ""
    libraries: tuple[PublicText, ...] = ()
    """Such as `requests 2.32.3`."""
    tls: tuple[PublicText, ...] = ()
    """The TLS libraries that it has loaded, such as `libssl.so.3`."""
    switches: tuple[PublicText, ...] = ()
    """Words of its options that change how it connects, such as `--use-openssl-ca`."""
    settings: tuple[PublicText, ...] = ()
    """The names of the variables that were taken over from it."""
    other_user: PublicFlag = False
    other_network: PublicFlag = False
    """Whether it is in another network namespace than diag was called in."""
    entered: PublicFlag = False
    """Whether diag went there."""
    other_files: PublicFlag = False
    """Whether it has other files than diag, as in a container: its own were looked at."""
    most_files: PublicNumber = 0
    """How many files and connections it may have open at once; 0: not known."""
    open_files: PublicNumber = 0
    unread: tuple[PublicText, ...] = ()
    """What of it may not be read: words of `UNREAD`."""


UNREAD = ("environment", "command", "connections", "program", "limits", "namespaces")
