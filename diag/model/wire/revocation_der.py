"""What an authority signed about a certificate, read with pyca/cryptography (OCSP: RFC 6960; lists: RFC 5280, section 5)."""

import base64
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

from diag.model.wire.certificate_der import signed_by_key_of
from diag.model.wire.facts import Revocation, Unsaid
from diag.model.wire.unreadable import guarded_as

UNLIMITED = timedelta(days=7)
"""For how long a word holds that names no end: responders that name none say that they always know better (section 4.2.2.1)."""
_PSS_HASHES = (hashes.SHA256(), hashes.SHA384(), hashes.SHA512())


@guarded_as(None)
def address(responder: str, child: bytes, issuer: bytes) -> str:
    """Return what `ocsp_address` does."""
    from cryptography.hazmat.primitives.serialization import Encoding  # it takes longer to load than a response to read

    lower, upper = x509.load_der_x509_certificate(child), x509.load_der_x509_certificate(issuer)
    name = hashes.SHA1()  # noqa: S303  (it names the issuer and protects nothing; every responder knows it, section 4.1.1)
    request = ocsp.OCSPRequestBuilder().add_certificate(lower, upper, name).build()
    return f"{responder.rstrip('/')}/{quote(base64.b64encode(request.public_bytes(Encoding.DER)), safe='')}"


@guarded_as(Unsaid.NO_STATUS)
def of_response(response: bytes, child: bytes, issuer: bytes) -> Revocation | Unsaid:
    """Return what `read_ocsp` does."""
    said = ocsp.load_der_ocsp_response(response)
    if said.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return Unsaid.DECLINED
    upper = x509.load_der_x509_certificate(issuer)
    signer = next((one for one in (upper, *_appointed(said, upper)) if _verifies(said, one)), None)
    if signer is None:
        return Unsaid.UNSIGNED
    serial = x509.load_der_x509_certificate(child).serial_number
    one = next((one for one in said.responses if one.serial_number == serial and _issued_by(one, upper)), None)
    if one is None:
        return Unsaid.OTHER
    begins, ends = one.this_update_utc, one.next_update_utc or one.this_update_utc + UNLIMITED
    if signer is not upper:
        begins, ends = max(begins, signer.not_valid_before_utc), min(ends, signer.not_valid_after_utc)
    if one.certificate_status is not ocsp.OCSPCertStatus.REVOKED:
        return Revocation(False, one.certificate_status is ocsp.OCSPCertStatus.GOOD, begins=begins, ends=ends)
    reason = one.revocation_reason
    return Revocation(True, True, one.revocation_time_utc, reason.name if reason else "", begins, ends)


@guarded_as(Unsaid.NO_STATUS)
def of_list(content: bytes, child: bytes, issuer: bytes) -> Revocation | Unsaid:
    """Return what `read_crl` does."""
    listed = _load_list(content)
    lower, upper = x509.load_der_x509_certificate(child), x509.load_der_x509_certificate(issuer)
    key = upper.public_key()
    if listed.issuer != upper.subject or not listed.is_signature_valid(key):  # type: ignore[arg-type]  # TypeError: no such key
        return Unsaid.UNSIGNED
    if not _speaks_of(listed, lower):
        return Unsaid.OTHER
    entry = listed.get_revoked_certificate_by_serial_number(lower.serial_number)
    begins = listed.last_update_utc
    ends = listed.next_update_utc or begins + UNLIMITED
    if entry is None:
        return Revocation(False, begins=begins, ends=ends)
    return Revocation(True, True, entry.revocation_date_utc, _reason(entry), begins, ends)


@guarded_as(False)
def is_list(content: bytes) -> bool:
    """Return whether this is a list of revoked certificates (DER or PEM), whoever signed it."""
    _load_list(content)  # it raises where it is none
    return True


@guarded_as(False)
def is_response(content: bytes) -> bool:
    """Return whether this is an OCSP response (DER), whoever signed it."""
    ocsp.load_der_ocsp_response(content)
    return True


def _load_list(content: bytes) -> x509.CertificateRevocationList:
    return (x509.load_pem_x509_crl if content.startswith(b"-----") else x509.load_der_x509_crl)(content)


def _speaks_of(listed: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """Whether a list is one about certificates like this: not one of changes, not of another kind (section 5.2.5)."""
    kinds = {type(extension.value): extension.value for extension in listed.extensions}
    scope = kinds.get(x509.IssuingDistributionPoint)
    if x509.DeltaCRLIndicator in kinds or not isinstance(scope, x509.IssuingDistributionPoint):
        return x509.DeltaCRLIndicator not in kinds
    authority = _is_authority(certificate)
    elsewhere = scope.indirect_crl or scope.only_contains_attribute_certs or scope.only_some_reasons
    return not (elsewhere or (scope.only_contains_ca_certs and not authority) or (scope.only_contains_user_certs and authority))


def _is_authority(certificate: x509.Certificate) -> bool:
    constraints = (one.value for one in certificate.extensions if isinstance(one.value, x509.BasicConstraints))
    return any(one.ca for one in constraints)


@guarded_as("")
def _reason(entry: x509.RevokedCertificate) -> str:
    return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.name


def _issued_by(one: ocsp.OCSPSingleResponse, issuer: x509.Certificate) -> bool:
    """Whether a single response is about a certificate of this issuer: another's may bear the same number (section 4.1.1)."""
    named = hashes.Hash(one.hash_algorithm)
    named.update(issuer.subject.public_bytes())
    return named.finalize() == one.issuer_name_hash


def _appointed(said: ocsp.OCSPResponse, issuer: x509.Certificate) -> Iterator[x509.Certificate]:
    """The certificates sent along that the issuer made for signing responses (section 4.2.2.2)."""
    for certificate in said.certificates:
        if _signs_responses(certificate) and signed_by_key_of(certificate, issuer):
            yield certificate


@guarded_as(False)
def _signs_responses(certificate: x509.Certificate) -> bool:
    return ExtendedKeyUsageOID.OCSP_SIGNING in certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value


def _verifies(said: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    match signer.public_key():
        case rsa.RSAPublicKey() as key:
            return _rsa_signed(said, key)
        case ec.EllipticCurvePublicKey() as curve:
            used = said.signature_hash_algorithm
            return used is not None and _accepts(curve.verify, said, ec.ECDSA(used))
        case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey() as edwards:
            return _accepts(edwards.verify, said)
        case _:
            return False


def _rsa_signed(said: ocsp.OCSPResponse, key: rsa.RSAPublicKey) -> bool:
    if said.signature_algorithm_oid == SignatureAlgorithmOID.RSASSA_PSS:  # its hash is in parameters that nobody hands out
        return any(_accepts(key.verify, said, padding.PSS(padding.MGF1(used), padding.PSS.AUTO), used) for used in _PSS_HASHES)
    used = said.signature_hash_algorithm
    return used is not None and _accepts(key.verify, said, padding.PKCS1v15(), used)


@guarded_as(False)
def _accepts(verify: Callable[..., None], said: ocsp.OCSPResponse, *terms: object) -> bool:
    verify(said.signature, said.tbs_response_bytes, *terms)  # it raises where that is not so
    return True
