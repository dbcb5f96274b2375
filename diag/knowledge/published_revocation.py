"""Where the certificates of a chain say that their revocation is published, as it stands in them."""

from collections.abc import Iterator

from msgspec import Struct

from diag.model.endpoint_view import EndpointView
from diag.model.wire.chain import presented
from diag.model.wire.facts import Certificate


class NamedPlace(Struct, frozen=True):
    """One place, for one certificate of a chain."""

    certificate: Certificate
    der: bytes
    issuer: bytes
    """DER of the certificate that signed it; empty: that is a root, which was not sent, so what is read cannot be verified."""
    kind: str
    """`OCSP` or `CRL`."""
    url: str


def named_places(view: EndpointView) -> Iterator[NamedPlace]:
    """Yield for each certificate below the root its OCSP responder and its list: the first of each that is asked in the clear.

    Where the root itself was not sent, the list that it keeps is looked for all the same: clients that know the root ask it.
    """
    chain = presented(view.session.answer) if view.session else None
    if chain is None:
        return
    for certificate, der, issuer in zip(chain.path, chain.der, (*chain.der[1:], b""), strict=True):
        if certificate.self_signed:
            continue
        ocsp = next((url for url in certificate.ocsp_urls if _is_plain(url)), "")
        crl = next((url for url in certificate.crl_urls if _is_plain(url)), "")
        if ocsp and issuer:
            yield NamedPlace(certificate, der, issuer, "OCSP", ocsp)
        if crl:
            yield NamedPlace(certificate, der, issuer, "CRL", crl)


def _is_plain(url: str) -> bool:
    return url.lower().startswith("http://")
