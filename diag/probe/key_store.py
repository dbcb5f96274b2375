"""Java's list of authorities: a key store in one of its three formats, read as far as it holds certificates to trust.

JKS and JCEKS (Java before 9, and Debian's) keep those in the clear; PKCS #12 (RFC 7292) is opened without a password, and with
the one that every Java is delivered with. A store with a password of its own cannot be read, which is said.
"""

import struct
from collections.abc import Iterator

_MAGIC = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
_SEQUENCE = b"\x30"
_PASSWORDS = (None, b"changeit", b"")
_TRUSTED = 2
_SECOND_VERSION = 2


def is_key_store(beginning: bytes) -> bool:
    """Return whether a file that begins so may be a key store, and is no PEM."""
    return beginning.startswith((*_MAGIC, _SEQUENCE))


def read_key_store(content: bytes) -> tuple[bytes, ...] | None:
    """Return the certificates to trust, as DER; None where the store cannot be read."""
    if content.startswith(_MAGIC):
        try:
            return tuple(_entries(content))
        except (struct.error, ValueError):
            return None
    from cryptography.exceptions import UnsupportedAlgorithm  # of key stores alone
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

    for password in _PASSWORDS:
        try:
            kept = pkcs12.load_pkcs12(content, password).additional_certs
        except (ValueError, UnsupportedAlgorithm):
            continue
        return tuple(one.certificate.public_bytes(Encoding.DER) for one in kept)
    return None


def _entries(content: bytes) -> Iterator[bytes]:
    """The trusted entries of a JKS store, up to the first that is none: nothing but those are in a list of authorities."""
    version, number = struct.unpack_from(">II", content, 4)
    at = 12
    for _ in range(number):
        (kind,) = struct.unpack_from(">I", content, at)
        if kind != _TRUSTED:
            raise ValueError("a key store that holds keys is no list of authorities")
        at = _after_text(content, at + 4) + 8  # its name, and the day on which it was put in
        if version >= _SECOND_VERSION:
            at = _after_text(content, at)
        (size,) = struct.unpack_from(">I", content, at)
        der = content[at + 4 : at + 4 + size]
        if len(der) != size:
            raise ValueError("cut off")
        yield der
        at += 4 + size


def _after_text(content: bytes, at: int) -> int:
    (size,) = struct.unpack_from(">H", content, at)
    return int(at + 2 + size)
