"""How strong the key of a certificate is, and the signature on it, by its own content."""

from enum import StrEnum

from msgspec import Struct

from diag.model.wire.facts import Certificate

_SHORTEST = {"RSA": 2048, "DSA": 2048, "EC": 224}
"""Bits that a key must have (NIST SP 800-57, part 1: 112 bits of strength)."""
BROKEN_HASHES = frozenset({"md2", "md4", "md5", "sha1"})


class Weak(StrEnum):
    """Which part of a certificate is too weak."""

    KEY = "key"
    SIGNATURE = "signature"


class Weakness(Struct, frozen=True):
    """What is weak about a certificate."""

    part: Weak
    kind: str
    """The key's kind (`RSA`), or the hash of the signature (`sha1`)."""
    bits: int = 0
    """Of the key."""


def weakness(certificate: Certificate) -> Weakness | None:
    """Return what is weak about it; None: nothing. The signature of a root, which nobody checks, does not count."""
    if certificate.key_bits and certificate.key_bits < _SHORTEST.get(certificate.key, 0):
        return Weakness(Weak.KEY, certificate.key, certificate.key_bits)
    if certificate.signature_hash in BROKEN_HASHES and not certificate.self_signed:
        return Weakness(Weak.SIGNATURE, certificate.signature_hash)
    return None
