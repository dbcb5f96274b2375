"""One certificate, from DER to the facts that checks ask about (RFC 5280). Nothing here trusts or distrusts."""

import hashlib
import ipaddress
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import NameOID
from msgspec import Struct

from diag.model.address import literal
from diag.model.text import clean
from diag.model.wire.unreadable import guarded, guarded_as


class Certificate(Struct, frozen=True):
    """The facts of one certificate. Texts are clean; times are UTC."""

    fingerprint: str
    """SHA-256 of the DER, in hex."""
    subject: str
    """As RFC 4514 writes it; may be empty."""
    common_name: str
    issuer: str
    issuer_common_name: str
    issuer_titles: tuple[str, ...]
    """What the issuer calls itself: its common names, organisations and units. Places and countries are left out."""
    names: tuple[str, ...]
    """The subject alternative names that identify hosts, in order: DNS names in lower case, addresses as text."""
    not_before: datetime
    not_after: datetime
    serial: str
    self_issued: bool
    """Subject and issuer are the same name."""
    self_signed: bool
    """Its own key signed it."""
    is_authority: bool
    key: str
    """`RSA`, `EC`, `Ed25519`, `Ed448`, `DSA` or `other`."""
    key_bits: int
    key_fingerprint: str
    """SHA-256 of the public key (SubjectPublicKeyInfo), in hex; empty: a key of a kind that cannot be read."""
    signature_hash: str
    """`sha256`, ...; empty where the algorithm has none of its own."""
    issuer_urls: tuple[str, ...]
    """Where the issuer's certificate can be fetched (caIssuers, section 4.2.2.1)."""
    ocsp_urls: tuple[str, ...]
    crl_urls: tuple[str, ...]
    subject_key_id: str
    authority_key_id: str
    policies: tuple[str, ...]
    has_scts: bool
    """Whether it carries signed certificate timestamps (RFC 6962): public authorities' certificates do."""
    addresses: tuple[str, ...] = ()
    """Those of `names` that are given as addresses. One that is written as a DNS name is none (RFC 9525, section 6.5)."""
    limits_names: bool = False
    """Whether it says for which names it and those below it may sign (name constraints, RFC 5280, section 4.2.1.10)."""


class Described(Struct, frozen=True):
    """A certificate without its bytes, which would name somebody: what strict redaction leaves of a private authority's."""

    described: Certificate
    signers: tuple[str, ...]
    """Fingerprints of the certificates beside it whose keys made its signature."""


_DESCRIBED = b'{"described":'
_LARGEST = 1 << 16
_DESCRIPTION = msgspec.json.Decoder(Described)


def describe(certificate: Certificate, signers: tuple[str, ...]) -> bytes:
    """Bytes that are read, here and wherever a certificate is, as this certificate, signed by these."""
    return msgspec.json.encode(Described(certificate, signers))


@guarded_as(False)
def is_described(content: bytes) -> bool:
    """Whether these bytes are what `describe` made."""
    return _described(content) is not None


@lru_cache(maxsize=4096)
@guarded_as(None)
def _described(content: bytes) -> Described | None:
    """What `describe` made; None where it did not, or not so."""
    if not content.startswith(_DESCRIBED) or len(content) > _LARGEST:
        return None
    found = _DESCRIPTION.decode(content)
    values = [getattr(found.described, name) for name in found.described.__struct_fields__]
    texts = [text for value in values for text in (value if isinstance(value, tuple) else (value,)) if isinstance(text, str)]
    whole = all(text.isprintable() for text in texts) and all(value.tzinfo for value in values if isinstance(value, datetime))
    return found if whole else None


@lru_cache(maxsize=4096)
@guarded("certificate")
def read_certificate(der: bytes) -> Certificate:
    """The facts of a DER certificate, or of one that was described; `Unreadable` where it is none."""
    described = _described(der)
    return _facts(x509.load_der_x509_certificate(der)) if described is None else described.described


@guarded_as(())
def read_chain(chain: tuple[bytes, ...]) -> tuple[Certificate, ...]:
    """The readable certificates of a chain, in the order presented."""
    read = (read_certificate(der) for der in chain)
    return tuple(certificate for certificate in read if isinstance(certificate, Certificate))


@lru_cache(maxsize=4096)
@guarded_as(False)
def signed_by(child: bytes, parent: bytes) -> bool:
    """Whether `parent`'s key made the signature on `child`, and the names agree. False where either is unreadable."""
    described = _described(child)
    if described is not None:
        above = read_certificate(parent)
        return isinstance(above, Certificate) and above.fingerprint in described.signers
    return _signed(_load(child), _load(parent))


def covers(certificate: Certificate, host: str) -> bool:
    """Whether a certificate is for `host` (RFC 9525): subject alternative names only, a wildcard for one whole leftmost label.

    An address is covered by an address alone, never by a DNS name that is spelt like one.
    """
    ip = literal(host)
    if ip is not None:
        return any(literal(address) == ip for address in certificate.addresses)
    wanted = host.lower().rstrip(".")
    _, _, parent = wanted.partition(".")
    return any(name == wanted or (name.startswith("*.") and name[2:] == parent and "." in parent) for name in certificate.names)


@lru_cache(maxsize=4096)
def _load(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)


@guarded_as(False)
def _signed(child: x509.Certificate, parent: x509.Certificate) -> bool:
    if isinstance(child.signature_hash_algorithm, hashes.SHA1 | hashes.MD5):
        return child.issuer == parent.subject and _signed_in_the_old_way(child, parent)
    child.verify_directly_issued_by(parent)  # it raises where that is not so
    return True


def _signed_in_the_old_way(child: x509.Certificate, parent: x509.Certificate) -> bool:
    """The same for hashes that the library declines to verify a certificate with.

    Declined is not disproved, so the key is asked.
    """
    signature, content, digest = child.signature, child.tbs_certificate_bytes, child.signature_hash_algorithm
    assert digest is not None
    match parent.public_key():
        case rsa.RSAPublicKey() as key:
            key.verify(signature, content, padding.PKCS1v15(), digest)
        case ec.EllipticCurvePublicKey() as curve:
            curve.verify(signature, content, ec.ECDSA(digest))
        case dsa.DSAPublicKey() as old:
            old.verify(signature, content, digest)
        case _:
            return False
    return True


def _facts(certificate: x509.Certificate) -> Certificate:
    key, bits = _key(certificate)
    access = _access(certificate)
    return Certificate(
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        subject=clean(certificate.subject.rfc4514_string()),
        common_name=_common_name(certificate.subject),
        issuer=clean(certificate.issuer.rfc4514_string()),
        issuer_common_name=_common_name(certificate.issuer),
        issuer_titles=_titles(certificate.issuer),
        names=_names(certificate),
        addresses=_addresses(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        serial=f"{certificate.serial_number:x}",
        self_issued=certificate.subject == certificate.issuer,
        self_signed=certificate.subject == certificate.issuer and _signed(certificate, certificate),
        is_authority=_is_authority(certificate),
        key=key,
        key_bits=bits,
        key_fingerprint=_key_fingerprint(certificate),
        signature_hash=_signature_hash(certificate),
        issuer_urls=access.get(Access.CA_ISSUERS, ()),
        ocsp_urls=access.get(Access.OCSP, ()),
        crl_urls=_crl_urls(certificate),
        subject_key_id=_subject_key_id(certificate),
        authority_key_id=_authority_key_id(certificate),
        policies=_policies(certificate),
        has_scts=_extension(certificate, x509.PrecertificateSignedCertificateTimestamps) is not None,
        limits_names=_extension(certificate, x509.NameConstraints) is not None,
    )


E = TypeVar("E", bound=x509.ExtensionType)


@guarded_as(None)
def _extension(certificate: x509.Certificate, kind: type[E]) -> E:
    """One extension; None where it is absent, or so broken that none can be read."""
    return certificate.extensions.get_extension_for_class(kind).value


def _common_name(name: x509.Name) -> str:
    values = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return clean(values[0].value) if values else ""


def _titles(name: x509.Name) -> tuple[str, ...]:
    wanted = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME)
    return tuple(clean(value.value) for oid in wanted for value in name.get_attributes_for_oid(oid))


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    alternative = _extension(certificate, x509.SubjectAlternativeName)
    found = []
    for name in alternative or ():
        if isinstance(name, x509.DNSName):
            found.append(clean(name.value.lower().rstrip(".")))
        elif isinstance(name, x509.IPAddress) and isinstance(name.value, ipaddress.IPv4Address | ipaddress.IPv6Address):
            found.append(str(name.value))
    return tuple(found)


def _addresses(certificate: x509.Certificate) -> tuple[str, ...]:
    alternative = _extension(certificate, x509.SubjectAlternativeName) or ()
    given = (name.value for name in alternative if isinstance(name, x509.IPAddress))
    return tuple(str(ip) for ip in given if isinstance(ip, ipaddress.IPv4Address | ipaddress.IPv6Address))


@guarded_as(("other", 0))
def _key(certificate: x509.Certificate) -> tuple[str, int]:
    """The key's kind and its size in bits."""
    match certificate.public_key():
        case rsa.RSAPublicKey() as key:
            return "RSA", key.key_size
        case ec.EllipticCurvePublicKey() as curve:
            return "EC", curve.key_size
        case ed25519.Ed25519PublicKey():
            return "Ed25519", 256
        case ed448.Ed448PublicKey():
            return "Ed448", 456
        case dsa.DSAPublicKey() as old:
            return "DSA", old.key_size
        case _:
            return "other", 0


@guarded_as("")
def _key_fingerprint(certificate: x509.Certificate) -> str:
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key).hexdigest()


@guarded_as("")
def _signature_hash(certificate: x509.Certificate) -> str:
    algorithm = certificate.signature_hash_algorithm
    return algorithm.name if algorithm else ""


def _is_authority(certificate: x509.Certificate) -> bool:
    constraints = _extension(certificate, x509.BasicConstraints)
    return bool(constraints and constraints.ca)


def _access(certificate: x509.Certificate) -> dict[x509.ObjectIdentifier, tuple[str, ...]]:
    """The addresses of the authority information access extension, by method."""
    found: dict[x509.ObjectIdentifier, tuple[str, ...]] = {}
    for description in _extension(certificate, x509.AuthorityInformationAccess) or ():
        if isinstance(description.access_location, x509.UniformResourceIdentifier):
            method = description.access_method
            found[method] = (*found.get(method, ()), clean(description.access_location.value))
    return found


def _crl_urls(certificate: x509.Certificate) -> tuple[str, ...]:
    points = _extension(certificate, x509.CRLDistributionPoints) or ()
    return tuple(
        clean(name.value)
        for point in points
        for name in point.full_name or ()
        if isinstance(name, x509.UniformResourceIdentifier)
    )


def _subject_key_id(certificate: x509.Certificate) -> str:
    identifier = _extension(certificate, x509.SubjectKeyIdentifier)
    return identifier.digest.hex() if identifier else ""


def _authority_key_id(certificate: x509.Certificate) -> str:
    identifier = _extension(certificate, x509.AuthorityKeyIdentifier)
    return identifier.key_identifier.hex() if identifier and identifier.key_identifier else ""


def _policies(certificate: x509.Certificate) -> tuple[str, ...]:
    policies = _extension(certificate, x509.CertificatePolicies) or ()
    return tuple(policy.policy_identifier.dotted_string for policy in policies)
