"""One certificate as DER (RFC 5280), read with pyca/cryptography: its facts, and whose key signed it."""

import hashlib
import ipaddress
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.oid import NameOID

from diag.model.text import clean
from diag.model.wire.algorithms import unusual
from diag.model.wire.facts import UNREADABLE_KEY, Certificate
from diag.model.wire.unreadable import guarded, guarded_as

_VERSION = 0xA0
"""The tag of a TBSCertificate's version, which those of version 1 have not."""
_EXTENSIONS, _SEQUENCE = 0xA3, 0x30
_USAGES = {
    "digitalSignature": "digital_signature",
    "contentCommitment": "content_commitment",
    "keyEncipherment": "key_encipherment",
    "dataEncipherment": "data_encipherment",
    "keyAgreement": "key_agreement",
    "keyCertSign": "key_cert_sign",
    "cRLSign": "crl_sign",
}
"""The bits of the key usage, and what the library calls them; the two that only narrow `keyAgreement` are left out."""
_KEY_USAGE = "2.5.29.15"
_PURPOSES = {
    Purpose.SERVER_AUTH: "serverAuth",
    Purpose.CLIENT_AUTH: "clientAuth",
    Purpose.CODE_SIGNING: "codeSigning",
    Purpose.EMAIL_PROTECTION: "emailProtection",
    Purpose.TIME_STAMPING: "timeStamping",
    Purpose.OCSP_SIGNING: "OCSPSigning",
    Purpose.ANY_EXTENDED_KEY_USAGE: "anyExtendedKeyUsage",
}
"""The others may be a company's own numbers, which would name it."""


@lru_cache(maxsize=4096)
def _load(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)


@guarded_as(False)
def signed(issued: bytes, issuer: bytes) -> bool:
    """Return whether the key of one DER certificate made the signature on another, and the names agree; False: unreadable."""
    return signed_by_key_of(_load(issued), _load(issuer))


@guarded_as(False)
def signed_by_key_of(child: x509.Certificate, parent: x509.Certificate) -> bool:
    """Return whether the key of `parent` made the signature on `child`, and the names agree."""
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


@guarded("certificate")
def facts(der: bytes) -> Certificate:
    """Return the facts of a DER certificate; `Unreadable` where it is none."""
    certificate = x509.load_der_x509_certificate(der)
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
        self_signed=certificate.subject == certificate.issuer and signed_by_key_of(certificate, certificate),
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
        has_scts=extension_of(certificate, x509.PrecertificateSignedCertificateTimestamps) is not None,
        usages=_usages(certificate),
        purposes=_purposes(certificate),
        broken=_broken(certificate),
        limits_names=extension_of(certificate, x509.NameConstraints) is not None,
        signature=_unusual_signature(certificate),
    )


E = TypeVar("E", bound=x509.ExtensionType)


@guarded_as(None)
def extension_of(certificate: x509.Certificate, kind: type[E]) -> E:
    """Return one extension; None where it is absent, or cannot be read. Others that are broken do not matter."""
    return _readable(certificate).get_extension_for_class(kind).value


@lru_cache(maxsize=64)
def _readable(certificate: x509.Certificate) -> x509.Extensions:
    """The extensions that can be read. The library gives all of them or none, so where one is broken each is asked by itself."""
    try:
        return certificate.extensions
    except (ValueError, x509.DuplicateExtension):
        read = (_alone(certificate, der) for der in _extensions_of(certificate.tbs_certificate_bytes))
        return x509.Extensions({extension.oid: extension for extension in read if extension}.values())


@guarded_as(None)
def _alone(certificate: x509.Certificate, der: bytes) -> x509.Extension[x509.ExtensionType]:
    """One extension, read in a certificate that has no other; None: it cannot be read."""
    from cryptography.hazmat.primitives.serialization import Encoding  # where one is broken: it takes long to load

    whole = certificate.public_bytes(Encoding.DER)
    content, _ = _contents(whole, 0)
    signed, rest = whole[content : _end(whole, content)], whole[_end(whole, content) :]
    start, stop = _contents(signed, 0)
    fields = b"".join(field for field in _values(signed, start, stop) if field[0] != _EXTENSIONS)
    made = _sized(_SEQUENCE, _sized(_SEQUENCE, fields + _sized(_EXTENSIONS, _sized(_SEQUENCE, der))) + rest)
    return next(iter(x509.load_der_x509_certificate(made).extensions))


@guarded_as(())
def _broken(certificate: x509.Certificate) -> tuple[str, ...]:
    """The numbers of the extensions that cannot be read, or that stand there twice."""
    read = _readable(certificate)
    there = _extensions_of(certificate.tbs_certificate_bytes)
    empty = (_KEY_USAGE,) if _allows_nothing(certificate) else ()
    if len(read) == len(there):
        return empty
    numbers = [_number(der) for der in there]
    known = {extension.oid.dotted_string for extension in read}
    return tuple(dict.fromkeys((*empty, *(one for one in numbers if one not in known or numbers.count(one) > 1))))


def _allows_nothing(certificate: x509.Certificate) -> bool:
    """Whether it has a key usage without a single bit, which none may have (RFC 5280, section 4.2.1.3)."""
    usage = extension_of(certificate, x509.KeyUsage)
    return usage is not None and not any(getattr(usage, bit) for bit in _USAGES.values())


def _number(der: bytes) -> str:
    """The number of an extension (its OID), as people write it (X.690, section 8.19)."""
    at, _ = _contents(der, 0)
    start, stop = _contents(der, at)
    arcs, value = [], 0
    for octet in der[start:stop]:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def _extensions_of(signed: bytes) -> tuple[bytes, ...]:
    """The extensions of a TBSCertificate, each as it stands there."""
    for field in _values(signed, *_contents(signed, 0)):
        if field[0] == _EXTENSIONS:
            listed, _ = _contents(field, 0)
            return tuple(_values(field, *_contents(field, listed)))
    return ()


def _values(der: bytes, at: int, stop: int) -> Iterator[bytes]:
    """Yield the values that stand side by side here."""
    while at < stop:
        yield der[at : _end(der, at)]
        at = _end(der, at)


def _sized(tag: int, content: bytes) -> bytes:
    """A value with its tag and its length (X.690, section 8.1.3)."""
    size = len(content)
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    length = bytes([size]) if size < 0x80 else bytes([0x80 | len(octets)]) + octets
    return bytes([tag]) + length + content


def _common_name(name: x509.Name) -> str:
    values = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return clean(values[0].value) if values else ""


def _titles(name: x509.Name) -> tuple[str, ...]:
    wanted = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME)
    return tuple(clean(value.value) for oid in wanted for value in name.get_attributes_for_oid(oid))


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    alternative = extension_of(certificate, x509.SubjectAlternativeName)
    found = []
    for name in alternative or ():
        if isinstance(name, x509.DNSName):
            found.append(clean(name.value.lower().rstrip(".")))
        elif isinstance(name, x509.IPAddress) and isinstance(name.value, ipaddress.IPv4Address | ipaddress.IPv6Address):
            found.append(str(name.value))
    return tuple(found)


def _addresses(certificate: x509.Certificate) -> tuple[str, ...]:
    alternative = extension_of(certificate, x509.SubjectAlternativeName) or ()
    given = (name.value for name in alternative if isinstance(name, x509.IPAddress))
    return tuple(str(ip) for ip in given if isinstance(ip, ipaddress.IPv4Address | ipaddress.IPv6Address))


@guarded_as("")
def _unusual_signature(certificate: x509.Certificate) -> str:
    return unusual(certificate.signature_algorithm_oid.dotted_string)


@guarded_as((UNREADABLE_KEY, 0))
def _key(certificate: x509.Certificate) -> tuple[str, int]:
    """The key's kind and its size in bits."""
    if other := unusual(certificate.public_key_algorithm_oid.dotted_string):
        return other, 0
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
            return UNREADABLE_KEY, 0


@guarded_as(b"")
def public_key_of(signed: bytes) -> bytes:
    """Return the subjectPublicKeyInfo of a TBSCertificate (RFC 5280, section 4.1), as it stands there; empty: there is none."""
    at, _ = _contents(signed, 0)
    if signed[at] == _VERSION:
        at = _end(signed, at)
    for _ in ("serialNumber", "signature", "issuer", "validity", "subject"):
        at = _end(signed, at)
    return signed[at : _end(signed, at)]


def _contents(der: bytes, at: int) -> tuple[int, int]:
    """Where the contents of the value that begins here stand, from and to (X.690, section 8.1)."""
    length, start = der[at + 1], at + 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[at + 2 : start], "big")
    return start, start + length


def _end(der: bytes, at: int) -> int:
    return _contents(der, at)[1]


@guarded_as("")
def _key_fingerprint(certificate: x509.Certificate) -> str:
    return hashlib.sha256(public_key_of(certificate.tbs_certificate_bytes)).hexdigest()


@guarded_as("")
def _signature_hash(certificate: x509.Certificate) -> str:
    algorithm = certificate.signature_hash_algorithm
    return algorithm.name if algorithm else ""


def _is_authority(certificate: x509.Certificate) -> bool:
    constraints = extension_of(certificate, x509.BasicConstraints)
    return bool(constraints and constraints.ca)


def _access(certificate: x509.Certificate) -> dict[x509.ObjectIdentifier, tuple[str, ...]]:
    """The addresses of the authority information access extension, by method."""
    found: dict[x509.ObjectIdentifier, tuple[str, ...]] = {}
    for description in extension_of(certificate, x509.AuthorityInformationAccess) or ():
        if isinstance(description.access_location, x509.UniformResourceIdentifier):
            method = description.access_method
            found[method] = (*found.get(method, ()), clean(description.access_location.value))
    return found


def _crl_urls(certificate: x509.Certificate) -> tuple[str, ...]:
    points = extension_of(certificate, x509.CRLDistributionPoints) or ()
    return tuple(
        clean(name.value)
        for point in points
        for name in point.full_name or ()
        if isinstance(name, x509.UniformResourceIdentifier)
    )


def _subject_key_id(certificate: x509.Certificate) -> str:
    identifier = extension_of(certificate, x509.SubjectKeyIdentifier)
    return identifier.digest.hex() if identifier else ""


def _authority_key_id(certificate: x509.Certificate) -> str:
    identifier = extension_of(certificate, x509.AuthorityKeyIdentifier)
    return identifier.key_identifier.hex() if identifier and identifier.key_identifier else ""


def _usages(certificate: x509.Certificate) -> tuple[str, ...]:
    usage = extension_of(certificate, x509.KeyUsage)
    return tuple(name for name, bit in _USAGES.items() if getattr(usage, bit)) if usage else ()


def _purposes(certificate: x509.Certificate) -> tuple[str, ...]:
    purposes = extension_of(certificate, x509.ExtendedKeyUsage) or ()
    return tuple(dict.fromkeys(_PURPOSES.get(purpose, "other") for purpose in purposes))


def _policies(certificate: x509.Certificate) -> tuple[str, ...]:
    policies = extension_of(certificate, x509.CertificatePolicies) or ()
    return tuple(policy.policy_identifier.dotted_string for policy in policies)
