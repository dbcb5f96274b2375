"""Certificates for the peers of these tests: right ones, and ones that are wrong in one way."""

import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Credential:
    """A certificate with its key, and what is sent along with it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    sent_along: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def install(self, context: ssl.SSLContext) -> None:
        """Have `context` present this credential."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in self.sent_along)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "credential.pem"
            file.write_bytes(key + self.pem + chain)
            context.load_cert_chain(file)


def issue(
    name: str,
    issuer: Credential | None = None,
    *,
    authority: bool = False,
    valid: tuple[timedelta, timedelta] = (-DAY, 30 * DAY),
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
    sent_along: tuple[Credential, ...] = (),
) -> Credential:
    """A certificate for `name`, signed by `issuer` or by itself, valid from and until the given times from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer.key if issuer else key
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + valid[0])
        .not_valid_after(now + valid[1])
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    certificate = builder.sign(signer, hashes.SHA256())
    return Credential(certificate, key, tuple(other.certificate for other in sent_along))
