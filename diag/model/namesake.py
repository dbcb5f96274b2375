"""A certificate of a trust store that bears a name which was looked for there; nothing is kept of what else the store holds."""

from msgspec import Struct

from diag.model.privacy import Moment, PublicFlag, PublicText


class Namesake(Struct, frozen=True):
    """One such certificate, by what tells it from another of its name."""

    fingerprint: PublicText
    """SHA-256 of the DER, in hex."""
    not_after: Moment
    signed: PublicFlag
    """Whether its key made the signature for which its name was looked for."""
    is_root: PublicFlag
    """Whether it bears its own name as its issuer's."""
    unlike: PublicFlag = False
    """Whether it is another certificate than the one below says that its issuer has: by the identifier of the key, or by issuer
    and number (RFC 5280, section 4.2.1.1). OpenSSL does not take it then, whoever made the signature."""
