"""Certificates as nobody should issue them: each with the extensions that it is given, or with fields put in afterwards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from diag.lab.authority import IssuedCertificate

NOW = datetime.now(UTC)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Fields = list[bytes]
"""The elements of a TBSCertificate, in order (RFC 5280, section 4.1): version, number, signature, issuer, validity ..."""
AUTHORITY, SERVER = x509.BasicConstraints(True, None), x509.BasicConstraints(False, None)
_CRITICAL = (x509.BasicConstraints, x509.KeyUsage, x509.NameConstraints)
_BITS = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)
VERSION, EXTENSIONS = 0xA0, 0xA3
_RSA_WITH = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
_OLD_HASHES = {"sha1": b"\x05", "md5": b"\x04"}


def usage(*bits: str) -> x509.KeyUsage:
    """What a key is for."""
    return x509.KeyUsage(**{bit: bit in bits for bit in _BITS})


def purposes(*numbers: x509.ObjectIdentifier) -> x509.ExtendedKeyUsage:
    """Whom a certificate is for."""
    return x509.ExtendedKeyUsage(numbers or (ExtendedKeyUsageOID.SERVER_AUTH,))


def names(*written: x509.GeneralName | str) -> x509.SubjectAlternativeName:
    """Alternative names; a text is a DNS name."""
    return x509.SubjectAlternativeName([x509.DNSName(one) if isinstance(one, str) else one for one in written])


SIGNS, SERVES = usage("key_cert_sign", "crl_sign"), usage("digital_signature")


@dataclass(frozen=True)
class Terms:
    """On what terms a certificate is made, where they are not the usual ones."""

    key: Key | None = None
    """Its own key; None: a new one."""
    signed_by: Key | None = None
    """The key that signs in place of the issuer's."""
    days: tuple[float, float] = (-30, 300)
    """From when until when it is valid, in days from now."""
    critical: tuple[x509.ExtensionType, ...] = ()
    """Extensions that are critical though such seldom are."""
    subject: x509.Name | None = None
    key_ids: bool = True
    """Whether it names its own key and that of its issuer."""
    issuer_key_id: bytes = b""
    """What it names in place of its issuer's key."""
    key_id: bytes = b""
    """What it names in place of its own."""


USUAL = Terms()


def make(name: str, issuer: IssuedCertificate | None, *extensions: x509.ExtensionType, terms: Terms = USUAL) -> IssuedCertificate:
    """Sign one certificate with these extensions and no others but the identifiers of keys. No issuer: it signs itself."""
    own = terms.key or ec.generate_private_key(ec.SECP256R1())
    subject = terms.subject if terms.subject is not None else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(
        issuer.certificate.subject if issuer else subject,
        subject,
        own.public_key(),
        x509.random_serial_number(),
        *(NOW + timedelta(days=number) for number in terms.days),
    )
    if terms.key_ids:
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key((issuer.key if issuer else own).public_key())
        above = x509.AuthorityKeyIdentifier(terms.issuer_key_id, None, None) if terms.issuer_key_id else above
        named = (
            x509.SubjectKeyIdentifier(terms.key_id)
            if terms.key_id
            else x509.SubjectKeyIdentifier.from_public_key(own.public_key())
        )
        builder = builder.add_extension(named, False)
        builder = builder.add_extension(above, False)
    for extension in extensions:
        builder = builder.add_extension(extension, isinstance(extension, _CRITICAL) or extension in terms.critical)
    return IssuedCertificate(builder.sign(terms.signed_by or (issuer.key if issuer else own), hashes.SHA256()), own)


def resigned(
    made: IssuedCertificate,
    issuer: IssuedCertificate,
    edit: Callable[[Fields], Fields],
    digest: hashes.HashAlgorithm | None = None,
) -> IssuedCertificate:
    """The certificate with other fields, signed anew by its issuer; the algorithm is that of the fields."""
    fields = edit(elements(elements(made.certificate.tbs_certificate_bytes)[0], inside=True))
    content = value(0x30, b"".join(fields))
    key = issuer.key
    if isinstance(key, rsa.RSAPrivateKey):
        signature = key.sign(content, padding.PKCS1v15(), digest or hashes.SHA256())
    else:
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        signature = key.sign(content, ec.ECDSA(hashes.SHA256()))
    algorithm = next(field for field in fields if field[0] == 0x30)
    whole = value(0x30, content + algorithm + value(0x03, b"\0" + signature))
    return IssuedCertificate(x509.load_der_x509_certificate(whole), made.key)


def with_old_hash(made: IssuedCertificate, issuer: IssuedCertificate, digest: hashes.HashAlgorithm) -> IssuedCertificate:
    """The certificate, signed by an issuer's RSA key with a hash that is given up."""
    algorithm = value(0x30, _RSA_WITH + _OLD_HASHES[digest.name] + b"\x05\x00")
    return resigned(made, issuer, lambda fields: [*fields[:2], algorithm, *fields[3:]], digest)


def of_version_1(fields: Fields) -> Fields:
    """Without extensions and version."""
    return [field for field in fields if field[0] not in (VERSION, EXTENSIONS)]


def numbered(number: bytes) -> Callable[[Fields], Fields]:
    """With another serial number, as the octets of an INTEGER."""
    return lambda fields: [fields[0], value(0x02, number), *fields[2:]]


def with_dates_reversed(fields: Fields) -> Fields:
    """Ended before it began."""
    begins, ends = elements(fields[4], inside=True)
    return [*fields[:4], value(0x30, ends + begins), *fields[5:]]


def without_issuer(fields: Fields) -> Fields:
    """By nobody."""
    return [*fields[:3], value(0x30, b""), *fields[4:]]


def with_key_of(number: bytes) -> Callable[[Fields], Fields]:
    """With a key of another algorithm, by what identifies it (AlgorithmIdentifier, RFC 5280, section 4.1.1.2); its bits stay."""

    def edit(fields: Fields) -> Fields:
        at = 6 if fields[0][0] == VERSION else 5
        bits = elements(fields[at], inside=True)[1]
        return [*fields[:at], value(0x30, value(0x30, number) + bits), *fields[at + 1 :]]

    return edit


def signed_in_the_way_of(number: bytes) -> Callable[[Fields], Fields]:
    """With a signature of another algorithm, identified likewise."""
    return lambda fields: [*fields[:2], value(0x30, number), *fields[3:]]


def with_one_twice(fields: Fields) -> Fields:
    """With its last extension once more."""
    (listed,) = elements(fields[-1], inside=True)
    each = elements(listed, inside=True)
    return [*fields[:-1], value(EXTENSIONS, value(0x30, b"".join((*each, each[-1]))))]


def value(tag: int, content: bytes) -> bytes:
    """A value with its tag and its length (X.690, section 8.1)."""
    size = len(content)
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([size]) if size < 0x80 else bytes([0x80 | len(octets)]) + octets) + content


def elements(der: bytes, *, inside: bool = False) -> list[bytes]:
    """The values that stand side by side in `der`, or inside the one that it is."""
    found: list[bytes] = []
    at, stop = (_contents(der, 0)[0], len(der)) if inside else (0, len(der))
    while at < stop:
        end = _contents(der, at)[1]
        found.append(der[at:end])
        at = end
    return found


def _contents(der: bytes, at: int) -> tuple[int, int]:
    length, start = der[at + 1], at + 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[at + 2 : start], "big")
    return start, start + length


def sent(own: IssuedCertificate, above: Sequence[IssuedCertificate]) -> IssuedCertificate:
    """A server's own certificate with what it sends above it."""
    return own.presenting(*(one.certificate for one in above))
