"""Bytes as a hostile peer sends them: certificates, lists, PKCS #7 and DNS answers that are odd in one way, and seeded mutations.

What is odd is signed like any other, so that nothing turns it away before it is read.
"""

import random
from collections.abc import Iterator
from datetime import timedelta

import dns.message
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.checks.replies import NOW

_VERSION = b"\xa0\x03\x02\x01"
_ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
CLASSES = {"IN": 1, "CH": 3, "HS": 4, "CLASS77": 77}


def of_version(version: int, der: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """A certificate that says it is of this version, signed anew; X.509 ends with version 3 (RFC 5280, section 4.1.2.1)."""
    tbs = x509.load_der_x509_certificate(der).tbs_certificate_bytes
    return _signed(tbs.replace(_VERSION + b"\x02", _VERSION + bytes([version - 1]), 1), key)


def list_of_version(version: int, issuer: str, key: ec.EllipticCurvePrivateKey) -> bytes:
    """A list of revoked certificates, of which there are versions 1 and 2 (RFC 5280, section 5.1.2.1)."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)])
    builder = x509.CertificateRevocationListBuilder().issuer_name(name).last_update(NOW).next_update(NOW + timedelta(days=7))
    tbs = builder.sign(key, hashes.SHA256()).tbs_certlist_bytes
    marked = tbs.replace(b"\x02\x01\x01", b"\x02\x01" + bytes([version - 1]), 1)
    return _signed(marked, key)


def serial_zero(der: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """A certificate with serial number 0, which RFC 5280, section 4.1.2.2 forbids and cryptography warns of."""
    tbs = x509.load_der_x509_certificate(der).tbs_certificate_bytes
    at = tbs.index(_VERSION) + len(_VERSION) + 1
    end = at + 2 + tbs[at + 1]
    inner = tbs[:at] + b"\x02\x01\x00" + tbs[end:]
    return _signed(_sequence(inner[_header(inner) :]), key)


def not_signed_data() -> bytes:
    """A PKCS #7 that holds plain data (RFC 2315, section 8) where certificates are looked for."""
    return _sequence(bytes.fromhex("06092a864886f70d010701") + b"\xa0\x04\x04\x02hi")


def answer_with(kind: int, of_class: int, data: bytes) -> bytes:
    """A DNS answer for `svc.example.test` with one right address, and one record of any type and class beside it."""
    answer = dns.message.make_response(dns.message.make_query("svc.example.test", "A"))
    answer.answer.append(dns.rrset.from_text("svc.example.test.", 60, "IN", "A", "192.0.2.7"))
    wire = bytearray(answer.to_wire())
    wire += b"\xc0\x0c" + kind.to_bytes(2, "big") + of_class.to_bytes(2, "big") + bytes(4)
    wire += len(data).to_bytes(2, "big") + data
    wire[7] = 2
    return bytes(wire)


def mutations(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Versions of `content` with a few bytes changed, left out, doubled or swollen; the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        new = bytearray(content)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(new)) if new else 0
            match chance.randrange(5):
                case 0:
                    new[at : at + 1] = bytes([chance.randrange(256)])
                case 1:
                    del new[at : at + chance.randint(1, 8)]
                case 2:
                    new[at:at] = new[at : at + chance.randint(1, 64)]
                case 3:
                    new[at:at] = bytes([chance.choice((0, 0x30, 0x7F, 0x80, 0xFF))]) * chance.randint(1, 200)
                case _:
                    new[at : at + 1] = bytes([new[at] ^ (1 << chance.randrange(8))]) if new else b""
        yield bytes(new)


def _signed(tbs: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    signature = key.sign(tbs, ec.ECDSA(hashes.SHA256()))
    return _sequence(tbs + _ECDSA_SHA256 + b"\x03" + _length(len(signature) + 1) + b"\0" + signature)


def _sequence(content: bytes) -> bytes:
    return b"\x30" + _length(len(content)) + content


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    wide = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(wide)]) + wide


def _header(der: bytes) -> int:
    """The bytes of tag and length."""
    return 2 + (der[1] & 0x7F if der[1] & 0x80 else 0)
