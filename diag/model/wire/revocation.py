"""Whether an authority has revoked a certificate: what to ask, and what it signed (OCSP: RFC 6960; lists: RFC 5280, section 5).

Only what the issuer, or a responder that it appointed, has signed is read; everything else says nothing, whatever it says.
For how long a word holds is part of it: whoever judges knows what time it is.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from diag.model.wire.unreadable import guarded_as

CLOCK_SLACK = timedelta(minutes=5)
"""How far the clocks of an authority and of this machine may be apart before a word of theirs is early or late."""


class Unsaid(StrEnum):
    """Why bytes say nothing about a certificate."""

    NO_STATUS = "no_status"
    """They are no OCSP response and no list."""
    DECLINED = "declined"
    """The responder answered with one of its own errors: it will not say, or not now (RFC 6960, section 2.3)."""
    UNSIGNED = "unsigned"
    """Neither the issuer nor a responder that it appointed has signed them."""
    OTHER = "other"
    """They speak of other certificates."""


class Revocation(Struct, frozen=True):
    """What an authority says of one certificate."""

    revoked: bool
    known: bool = True
    """Whether the authority knows the certificate at all; a list speaks of all that it issued."""
    since: datetime | None = None
    reason: str = ""
    """`key_compromise`, `superseded`, ... (RFC 5280, section 5.3.1); empty: it gives none."""
    begins: datetime | None = None
    """From when on it holds (thisUpdate, or when the responder was appointed); None: it does not say."""
    ends: datetime | None = None
    """Until when it holds (nextUpdate, or the end of the responder's own certificate); None: it does not say."""

    def holds(self, moment: datetime) -> bool:
        """Return whether it is neither early nor out of date at this moment."""
        early = self.begins is not None and moment < self.begins - CLOCK_SLACK
        late = self.ends is not None and moment > self.ends + CLOCK_SLACK
        return not early and not late


@guarded_as(None)
def ocsp_address(responder: str, child: bytes, issuer: bytes) -> str | None:
    """Return the address of the question about `child` (DER) by GET (RFC 6960, appendix A.1);
    None where one of them is unreadable.
    """
    from diag.model.wire.revocation_der import address  # the library is loaded by who asks first

    return address(responder, child, issuer)


@guarded_as(Unsaid.NO_STATUS)
def read_ocsp(response: bytes, child: bytes, issuer: bytes) -> Revocation | Unsaid:
    """Return what an OCSP response (DER) says of `child`, if `issuer` or its responder has signed it."""
    from diag.model.wire.revocation_der import of_response  # as above

    return of_response(response, child, issuer)


@guarded_as(Unsaid.NO_STATUS)
def read_crl(content: bytes, child: bytes, issuer: bytes) -> Revocation | Unsaid:
    """Return what a whole list (DER or PEM) says of `child`, if `issuer` has signed it.

    A list of changes (section 5.2.4), one that speaks for other authorities, or of certificates of another kind, says nothing.
    """
    from diag.model.wire.revocation_der import of_list  # as above

    return of_list(content, child, issuer)
