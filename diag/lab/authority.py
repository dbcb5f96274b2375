"""A small real certification authority: root, intermediate, and leaves that are as right or as wrong as asked.

Healthy certificates satisfy RFC 5280 as the strictest clients read it (Python 3.13's VERIFY_X509_STRICT): key
identifiers, critical basic constraints and key usage, alternative names. Keys are EC P-256, which cost next to nothing.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

ORGANISATION = "Diag Lab"

_ECDSA_WITH_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class IssuedCertificate:
    """A certificate, its key, and the further certificates a server presents with it (no root, as servers should)."""

    certificate: x509.Certificate
    key: Key
    chain: tuple[x509.Certificate, ...] = ()

    def presenting(self, *chain: x509.Certificate) -> "IssuedCertificate":
        """Return the same certificate with another chain; with no argument it is presented alone."""
        return replace(self, chain=chain)

    def key_pem(self) -> bytes:
        """Return the private key, unencrypted PKCS #8."""
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


@dataclass(frozen=True)
class Published:
    """The addresses that go into certificates: where the issuer's certificate, OCSP and CRL are. Empty: not stated."""

    issuer: str = ""
    ocsp: str = ""
    crl: str = ""


@dataclass(frozen=True)
class Validity:
    """From when to when, both aware UTC."""

    not_before: datetime
    not_after: datetime

    @classmethod
    def around(cls, now: datetime, *, before: timedelta = timedelta(days=30), after: timedelta) -> "Validity":
        """Return one that is valid `before` now until `after` now; negative spans are allowed."""
        return cls(now - before, now + after)


def issue(
    subject: str,
    *,
    issuer: IssuedCertificate | None,
    validity: Validity,
    names: Iterable[str] = (),
    published: Published = Published(),
    path_length: int | None = None,
    purposes: Iterable[x509.ObjectIdentifier] = (ExtendedKeyUsageOID.SERVER_AUTH,),
    organisation: str = ORGANISATION,
    key: Key | None = None,
    identified: bool = True,
    policy: str = "",
    permitted: Iterable[str] = (),
    critical: Iterable[x509.ExtensionType] = (),
    listed: bool = True,
) -> IssuedCertificate:
    """Sign one certificate. No issuer: it signs itself. No names: it is an authority (RFC 5280, 4.2.1.9).

    Not `identified`: the authority key identifier is left out, which most clients allow and the strictest do not. `policy` is
    the number of a certificate policy, such as public authorities state; empty: none. `permitted` are the domains for which an
    authority may sign (RFC 5280, 4.2.1.10); empty: all. `critical` are further extensions that clients must understand. Not
    `listed`: the name stands in the common name alone.
    """
    names = tuple(names)
    key = key or ec.generate_private_key(ec.SECP256R1())
    distinguished = _distinguished(organisation, subject)
    signer = key if issuer is None else issuer.key
    builder = (
        x509.CertificateBuilder()
        .subject_name(distinguished)
        .issuer_name(distinguished if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(validity.not_before)
        .not_valid_after(validity.not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.BasicConstraints(ca=not names, path_length=path_length), critical=True)
        .add_extension(_usage(authority=not names), critical=True)
    )
    if identified:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        builder = builder.add_extension(identifier, critical=False)
    if names and listed:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
    if names:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(purposes)), critical=False)
    if policy:
        stated = x509.PolicyInformation(x509.ObjectIdentifier(policy), None)
        builder = builder.add_extension(x509.CertificatePolicies([stated]), critical=False)
    if domains := [x509.DNSName(domain) for domain in permitted]:
        builder = builder.add_extension(x509.NameConstraints(domains, None), critical=True)
    for further in critical:
        builder = builder.add_extension(further, critical=True)
    for extension in _publishing(published):
        builder = builder.add_extension(extension, critical=False)
    return IssuedCertificate(builder.sign(signer, hashes.SHA256()), key)


class CertificateAuthority:
    """A root and one intermediate under it, and the book of what was issued and revoked, for OCSP and CRL.

    With `root` given, the intermediate stands under that one; with `title`, all names tell whose authority this is.
    """

    def __init__(
        self,
        now: datetime,
        *,
        title: str = "Lab",
        organisation: str = ORGANISATION,
        root: IssuedCertificate | None = None,
        published: Published = Published(),
        published_by_root: Published = Published(),
        intermediate_validity: Validity | None = None,
    ) -> None:
        self.now = now
        self._published = published
        self.root = root or issue(
            f"{title} Root",
            issuer=None,
            validity=Validity.around(now, after=timedelta(days=3650)),
            organisation=organisation,
        )
        self.intermediate = issue(
            f"{title} Intermediate",
            issuer=self.root,
            validity=intermediate_validity or Validity.around(now, after=timedelta(days=1825)),
            published=published_by_root,
            path_length=0,
            organisation=organisation,
        )
        self.issued: dict[int, IssuedCertificate] = {}
        self.revoked: dict[int, datetime] = {}

    def leaf(
        self,
        *names: str,
        validity: Validity | None = None,
        published: Published | None = None,
        purposes: Iterable[x509.ObjectIdentifier] = (ExtendedKeyUsageOID.SERVER_AUTH,),
        key: Key | None = None,
        identified: bool = True,
        policy: str = "",
    ) -> IssuedCertificate:
        """Return a certificate for `names` (hosts or addresses), valid for 60 more days unless said, with its intermediate."""
        made = issue(
            names[0],
            issuer=self.intermediate,
            validity=validity or Validity.around(self.now, after=timedelta(days=60)),
            names=names,
            published=self._published if published is None else published,
            purposes=purposes,
            key=key,
            identified=identified,
            policy=policy,
        ).presenting(self.intermediate.certificate)
        self.issued[made.certificate.serial_number] = made
        return made

    def revoke(self, credential: IssuedCertificate) -> None:
        """Let OCSP and CRL say from now on that it is revoked."""
        self.revoked[credential.certificate.serial_number] = self.now - timedelta(days=1)


def self_signed(*names: str, validity: Validity) -> IssuedCertificate:
    """Return a leaf that signed itself, as appliances ship them."""
    return issue(names[0], issuer=None, validity=validity, names=names)


def never_valid(made: IssuedCertificate, issuer: IssuedCertificate) -> IssuedCertificate:
    """Return a certificate with its two dates (before 2050) in each other's place, which no library would sign."""
    certificate = made.certificate
    moments = (certificate.not_valid_before_utc, certificate.not_valid_after_utc)
    begins, ends = (_value(0x17, f"{moment:%y%m%d%H%M%SZ}".encode()) for moment in moments)
    return resigned(made, issuer.key, certificate.tbs_certificate_bytes.replace(begins + ends, ends + begins))


def resigned(made: IssuedCertificate, key: Key, content: bytes = b"") -> IssuedCertificate:
    """Return a certificate with the signature of an EC key, whoever's it is. Empty content: what it says is left as it is."""
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    content = content or made.certificate.tbs_certificate_bytes
    signature = key.sign(content, ec.ECDSA(hashes.SHA256()))
    whole = _value(0x30, content + _ECDSA_WITH_SHA256 + _value(0x03, b"\0" + signature))
    return replace(made, certificate=x509.load_der_x509_certificate(whole))


def _value(tag: int, content: bytes) -> bytes:
    """A value with its tag and its length (X.690, section 8.1)."""
    size = len(content)
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([size]) if size < 0x80 else bytes([0x80 | len(octets)]) + octets) + content


def pem(*certificates: x509.Certificate) -> bytes:
    """Return the certificates one after the other in PEM, which is what a trust bundle is."""
    return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates)


def write_bundle(path: Path, *certificates: x509.Certificate) -> Path:
    """Write a trust bundle and return where it is."""
    path.write_bytes(pem(*certificates))
    return path


def _distinguished(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _publishing(published: Published) -> Iterable[x509.ExtensionType]:
    access = [
        x509.AccessDescription(method, x509.UniformResourceIdentifier(url))
        for method, url in (
            (AuthorityInformationAccessOID.CA_ISSUERS, published.issuer),
            (AuthorityInformationAccessOID.OCSP, published.ocsp),
        )
        if url
    ]
    if access:
        yield x509.AuthorityInformationAccess(access)
    if published.crl:
        place = [x509.UniformResourceIdentifier(published.crl)]
        yield x509.CRLDistributionPoints([x509.DistributionPoint(place, None, None, None)])
