"""HPKE (RFC 9180): base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.

cryptography has it from version 47 on, which is used where it is there. Before, the few lines of the RFC below do the same
with its primitives; tests hold them against the vectors of the RFC (appendix A.2) and against the library, both ways.
"""

import hmac
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEM, KDF, AEAD = 0x0020, 0x0001, 0x0003
"""The numbers of the three algorithms (RFC 9180, section 7)."""
KEY = 32
"""Bytes of a private key, of a public key, and of the encapsulated key that stands before each ciphertext."""
LONGER = KEY + 16
"""By how much a ciphertext with its encapsulated key is longer than what is in it."""
_KEM = b"KEM" + struct.pack("!H", KEM)
_HPKE = b"HPKE" + struct.pack("!HHH", KEM, KDF, AEAD)


class NotForThisKey(Exception):
    """The key does not open it, or it was changed."""


def seal(public: X25519PublicKey, plain: bytes, info: bytes) -> bytes:
    """Return the encapsulated key and the ciphertext (section 6.1). `info` must be the same when it is opened."""
    try:
        from cryptography.hazmat.primitives import hpke
    except ImportError:
        return seal_with(X25519PrivateKey.generate(), public, plain, info)
    suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
    return bytes(suite.encrypt(plain, public, info=info))


def seal_with(ephemeral: X25519PrivateKey, public: X25519PublicKey, plain: bytes, info: bytes) -> bytes:
    """Return what `seal` does, with an ephemeral key that is given: it must be new and never be used again."""
    enc = raw(ephemeral.public_key())
    key, nonce = _scheduled(ephemeral.exchange(public), enc, raw(public), info)
    return enc + ChaCha20Poly1305(key).encrypt(nonce, plain, b"")


def unseal(private: X25519PrivateKey, sealed: bytes, info: bytes) -> bytes:
    """Return what `seal` was given. Raises NotForThisKey."""
    enc = sealed[:KEY]
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(enc))
        key, nonce = _scheduled(shared, enc, raw(private.public_key()), info)
        return ChaCha20Poly1305(key).decrypt(nonce, sealed[KEY:], b"")
    except (InvalidTag, ValueError):
        raise NotForThisKey from None


def raw(public: X25519PublicKey) -> bytes:
    """Return a public key as 32 bytes (RFC 7748)."""
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _scheduled(shared: bytes, enc: bytes, recipient: bytes, info: bytes) -> tuple[bytes, bytes]:
    """The key and the nonce: sections 4.1 (decapsulation) and 5.1 (key schedule, mode 0, no pre-shared key)."""
    secret = _expanded(_KEM, _extracted(_KEM, b"", b"eae_prk", shared), b"shared_secret", enc + recipient, 32)
    context = b"\0" + _extracted(_HPKE, b"", b"psk_id_hash", b"") + _extracted(_HPKE, b"", b"info_hash", info)
    schedule = _extracted(_HPKE, secret, b"secret", b"")
    return _expanded(_HPKE, schedule, b"key", context, 32), _expanded(_HPKE, schedule, b"base_nonce", context, 12)


def _extracted(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    """LabeledExtract (section 4)."""
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + material, "sha256")


def _expanded(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """LabeledExpand (section 4), for at most 32 bytes: one round of HKDF-Expand (RFC 5869) is enough."""
    assert length <= 32
    return hmac.digest(key, struct.pack("!H", length) + b"HPKE-v1" + suite + label + info + b"\x01", "sha256")[:length]
