"""What an authority publishes: the issuer's certificate, OCSP (RFC 6960) and revocation lists (RFC 5280, 5)."""

import base64
import binascii
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from diag.lab.authority import CertificateAuthority, IssuedCertificate
from diag.lab.http import NOT_HERE, Answerer, LabAnswer, LabRequest

ISSUER_PATH = "/intermediate.cer"
ROOT_PATH = "/root.cer"
CRL_PATH = "/intermediate.crl"
ROOT_CRL_PATH = "/root.crl"
OCSP_PATH = "/ocsp"


class Repository:
    """The answers for one authority, which is set once its addresses are known and can be written into certificates."""

    def __init__(self) -> None:
        self.authority: CertificateAuthority | None = None

    def answers(self) -> Mapping[str, LabAnswer | Answerer]:
        """Return the fixed paths; OCSP by GET has a path per certificate and is left to `otherwise`."""
        return {
            ISSUER_PATH: lambda _: self._certificate(self._made().intermediate),
            ROOT_PATH: lambda _: self._certificate(self._made().root),
            CRL_PATH: lambda _: self._list(self._made().intermediate),
            ROOT_CRL_PATH: lambda _: self._list(self._made().root),
            OCSP_PATH: lambda request: self._status(request.body),
        }

    def otherwise(self, request: LabRequest) -> LabAnswer:
        """Answer OCSP by GET (RFC 6960, A.1)."""
        _, found, encoded = request.target.partition(f"{OCSP_PATH}/")
        if not found:
            return NOT_HERE
        try:
            return self._status(base64.b64decode(unquote(encoded), validate=True))
        except binascii.Error:
            return NOT_HERE

    def _made(self) -> CertificateAuthority:
        assert self.authority is not None
        return self.authority

    def _certificate(self, credential: IssuedCertificate) -> LabAnswer:
        der = credential.certificate.public_bytes(serialization.Encoding.DER)
        return LabAnswer(200, der, "application/pkix-cert")

    def _list(self, issuer: IssuedCertificate) -> LabAnswer:
        made = self._made()
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.certificate.subject)
            .last_update(made.now - timedelta(days=1))
            .next_update(made.now + timedelta(days=6))
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
        )
        if issuer is made.intermediate:
            for serial, when in made.revoked.items():
                entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when)
                builder = builder.add_revoked_certificate(entry.build())
        crl = builder.sign(issuer.key, hashes.SHA256())
        return LabAnswer(200, crl.public_bytes(serialization.Encoding.DER), "application/pkix-crl")

    def _status(self, question: bytes) -> LabAnswer:
        try:
            asked = ocsp.load_der_ocsp_request(question)
        except ValueError:
            return _ocsp(ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST))
        known = self._made().issued.get(asked.serial_number)
        if known is None:
            return _ocsp(ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED))
        return LabAnswer(200, status_of(self._made(), known, asked.hash_algorithm), "application/ocsp-response")


def status_of(
    authority: CertificateAuthority, credential: IssuedCertificate, algorithm: hashes.HashAlgorithm | None = None
) -> bytes:
    """Return the OCSP response about one certificate, in DER, signed by its issuer: good, or revoked since when."""
    when = authority.revoked.get(credential.certificate.serial_number)
    response = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=credential.certificate,
            issuer=authority.intermediate.certificate,
            algorithm=algorithm or hashes.SHA1(),  # noqa: S303 - names the issuer, protects nothing (RFC 6960, 4.1.1)
            cert_status=ocsp.OCSPCertStatus.GOOD if when is None else ocsp.OCSPCertStatus.REVOKED,
            this_update=authority.now - timedelta(hours=1),
            next_update=authority.now + timedelta(days=6),
            revocation_time=when,
            revocation_reason=None if when is None else x509.ReasonFlags.key_compromise,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, authority.intermediate.certificate)
        .sign(authority.intermediate.key, hashes.SHA256())
    )
    return response.public_bytes(serialization.Encoding.DER)


def _ocsp(response: ocsp.OCSPResponse) -> LabAnswer:
    return LabAnswer(200, response.public_bytes(serialization.Encoding.DER), "application/ocsp-response")
