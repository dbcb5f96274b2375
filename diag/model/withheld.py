"""What is told of bytes that came and are not kept."""

from msgspec import Struct

from diag.model.privacy import PublicNumber, PublicText


class Withheld(Struct, frozen=True, omit_defaults=True):
    """What came in the place of something that a certificate had named, and is not kept: it may be an inner service's answer."""

    size: PublicNumber
    """Bytes of it that came."""
    sha256: PublicText
    """Its digest, in hex."""
    kind: PublicText
    """What its beginning is like: a protocol's name, `HTML`, `JSON`, `text`, `DER`, `PEM` or `binary`."""
