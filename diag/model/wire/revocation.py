"""Whether an authority has revoked a certificate: what to ask, and what it signed (OCSP: RFC 6960; lists: RFC 5280, section 5).

Only what the issuer, or a responder that it appointed, has signed is read; everything else is unreadable, whatever it says.
"""

import base64
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from msgspec import Struct

from diag.model.wire.certificate import signed_by
from diag.model.wire.unreadable import Unreadable

_UNREADABLE = Unreadable("revocation status")
_BROKEN = (ValueError, TypeError, UnsupportedAlgorithm, x509.ExtensionNotFound)


class Revocation(Struct, frozen=True):
    """What an authority says of one certificate."""

    revoked: bool
    known: bool = True
    """Whether the authority knows the certificate at all; a list speaks of all that it issued."""
    since: datetime | None = None
    reason: str = ""
    """`key_compromise`, `superseded`, ... (RFC 5280, section 5.3.1); empty: it gives none."""


def ocsp_address(responder: str, child: bytes, issuer: bytes) -> str | None:
    """The address of the question about `child` (DER) by GET (RFC 6960, appendix A.1); None where one of them is unreadable."""
    try:
        lower, upper = x509.load_der_x509_certificate(child), x509.load_der_x509_certificate(issuer)
        name = hashes.SHA1()  # noqa: S303  (it names the issuer and protects nothing; every responder knows it, section 4.1.1)
        request = ocsp.OCSPRequestBuilder().add_certificate(lower, upper, name).build()
    except _BROKEN:
        return None
    return f"{responder.rstrip('/')}/{quote(base64.b64encode(request.public_bytes(Encoding.DER)), safe='')}"


def read_ocsp(response: bytes, child: bytes, issuer: bytes) -> Revocation | Unreadable:
    """What an OCSP response (DER) says of `child`, if `issuer` or its responder has signed it."""
    try:
        said = ocsp.load_der_ocsp_response(response)
        if said.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL or not _is_signed(said, issuer):
            return _UNREADABLE
        serial = x509.load_der_x509_certificate(child).serial_number
        one = next((one for one in said.responses if one.serial_number == serial), None)
    except _BROKEN:
        return _UNREADABLE
    if one is None:
        return _UNREADABLE
    if one.certificate_status is not ocsp.OCSPCertStatus.REVOKED:
        return Revocation(revoked=False, known=one.certificate_status is ocsp.OCSPCertStatus.GOOD)
    reason = one.revocation_reason
    return Revocation(True, since=one.revocation_time_utc, reason=reason.name if reason else "")


def read_crl(content: bytes, child: bytes, issuer: bytes) -> Revocation | Unreadable:
    """What a whole list (DER or PEM) says of `child`, if `issuer` has signed it."""
    try:
        load = x509.load_pem_x509_crl if content.startswith(b"-----") else x509.load_der_x509_crl
        listed, key = load(content), x509.load_der_x509_certificate(issuer).public_key()
        if not listed.is_signature_valid(key):  # type: ignore[arg-type]  # one that cannot sign is refused with a TypeError
            return _UNREADABLE
        entry = listed.get_revoked_certificate_by_serial_number(x509.load_der_x509_certificate(child).serial_number)
    except _BROKEN:
        return _UNREADABLE
    return Revocation(False) if entry is None else Revocation(True, since=entry.revocation_date_utc, reason=_reason(entry))


def _reason(entry: x509.RevokedCertificate) -> str:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.name
    except (x509.ExtensionNotFound, *_BROKEN):
        return ""


def _is_signed(said: ocsp.OCSPResponse, issuer: bytes) -> bool:
    """Whether the issuer signed it, or a certificate that the issuer made for this purpose (RFC 6960, section 4.2.2.2)."""
    return any(_verifies(said, signer) for signer in (x509.load_der_x509_certificate(issuer), *_appointed(said, issuer)))


def _appointed(said: ocsp.OCSPResponse, issuer: bytes) -> Iterator[x509.Certificate]:
    for certificate in said.certificates:
        try:
            purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except x509.ExtensionNotFound:
            continue
        if ExtendedKeyUsageOID.OCSP_SIGNING in purposes and signed_by(certificate.public_bytes(Encoding.DER), issuer):
            yield certificate


def _verifies(said: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    used = said.signature_hash_algorithm
    try:
        match signer.public_key():
            case rsa.RSAPublicKey() as key if used:
                key.verify(said.signature, said.tbs_response_bytes, padding.PKCS1v15(), used)
            case ec.EllipticCurvePublicKey() as curve if used:
                curve.verify(said.signature, said.tbs_response_bytes, ec.ECDSA(used))
            case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey() as edwards:
                edwards.verify(said.signature, said.tbs_response_bytes)
            case _:
                return False
    except InvalidSignature:
        return False
    return True
