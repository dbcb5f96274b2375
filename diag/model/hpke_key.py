"""The word that a public key for bundles is given as: `hpke:1:`, its 32 bytes and 4 that check them, in Base64.

The check bytes are the first of a SHA-256 over the key, so that a misspelt word is no key, and never one that nobody has. The
form of before, `hpke:` and 32 bytes alone (X25519, RFC 7748), is read as well.
"""

import base64
import hashlib
import hmac

PLAIN = "hpke:"
CHECKED = "hpke:1:"
LENGTH, CHECK = 32, 4
"""Bytes of the key, and of what checks it."""


def key_word(public: bytes) -> str:
    """Return a public key as the word that is given to others."""
    return CHECKED + base64.b64encode(public + _check(public)).decode()


def key_in(word: str) -> bytes | None:
    """Return the 32 bytes that a word stands for; None where it is cut, misspelt, or another word."""
    prefix = next((prefix for prefix in (CHECKED, PLAIN) if word.startswith(prefix)), None)
    if prefix is None:
        return None
    try:
        decoded = base64.b64decode(word.removeprefix(prefix), validate=True)
    except ValueError:
        return None
    public, check = decoded[:LENGTH], decoded[LENGTH:]
    expected = _check(public) if prefix == CHECKED else b""
    return public if len(public) == LENGTH and hmac.compare_digest(check, expected) else None


def _check(public: bytes) -> bytes:
    return hashlib.sha256(b"diag hpke public key" + public).digest()[:CHECK]
