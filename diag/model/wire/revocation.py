"""Whether an authority has revoked a certificate: what to ask, and what it signed (OCSP: RFC 6960; lists: RFC 5280, section 5).

Only what the issuer, or a responder that it appointed, has signed is read; everything else says nothing, whatever it says.
For how long a word holds is part of it: whoever judges knows what time it is.
"""

from diag.model.wire.facts import Revocation, Unsaid
from diag.model.wire.unreadable import guarded_as


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
