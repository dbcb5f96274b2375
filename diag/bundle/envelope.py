"""A bundle that only its recipients can open: our own envelope over HPKE (RFC 9180), or age's where its extra is installed.

Our file, all of it authenticated, numbers in network order:

    magic      9 bytes   `diag-hpke`
    version    1 byte    1
    suite      6 bytes   the numbers of KEM, KDF and AEAD (`diag.bundle.hpke`)
    count      1 byte    recipients, 1 to 16
    recipient  each 88   key id (8), encapsulated key (32), the content key sealed with HPKE (48); its info is all before
    content    the rest  ChaCha20-Poly1305 (RFC 8439) with the content key, which is used once, and a nonce of zeros;
                         associated data: all before

The zip inside is as large as a bundle may be, a few MiB, and is opened whole, so that nothing is read that was not
authenticated. An envelope says nothing of who made it.
"""

import importlib
import secrets
import struct
from typing import Any

from diag.bundle.archive import CannotRead, DamagedBundle, NewerBundle
from diag.bundle.closing import CannotEncrypt, Envelope
from diag.bundle.keys import MOST_KEYS, Identities, Recipients, UnusableKey, key_id

MAGIC = b"diag-hpke"
VERSION = 1
_AGE = (b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")
_HEAD = struct.Struct("!9sB3HB")
_RECIPIENT = 8 + 32 + 48
_NONCE = bytes(12)


class EncryptedBundle(CannotRead):
    """The file is encrypted, and no key that was given opens it."""


def envelope_for(recipients: Recipients) -> Envelope:
    """Return the envelope that these recipients can open. Raises UnusableKey where one of them cannot be encrypted to."""
    if recipients.age:
        age = _age()
        to = [_age_key(age.x25519.Recipient, word) for word in recipients.age]
        return Envelope(".age", lambda content: _age_closed(age, content, to))
    try:
        _closed(b"", recipients.hpke)
    except CannotEncrypt as error:
        raise UnusableKey(error.text, **error.gaps) from None
    return Envelope(".hpke", lambda content: _closed(content, recipients.hpke))


def is_encrypted(content: bytes) -> bool:
    """Return whether this is an envelope, of either kind."""
    return content.startswith((MAGIC, *_AGE))


def opened(content: bytes, identities: Identities | None) -> bytes:
    """Return what is in an envelope.

    Raises EncryptedBundle, DamagedBundle, NewerBundle, and UnusableKey where age is not installed.
    """
    if not content.startswith(MAGIC):
        return _age_opened(content, identities)
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    from diag.bundle.hpke import NotForThisKey, raw, unseal

    count = _look_over(content)
    head, end = content[: _HEAD.size], _HEAD.size + count * _RECIPIENT
    stanzas = {content[at : at + 8]: content[at + 8 : at + _RECIPIENT] for at in range(_HEAD.size, end, _RECIPIENT)}
    if identities is None or not identities.hpke:
        raise EncryptedBundle(
            "The bundle is encrypted to the key {key}: open it with --identity FILE, its private key.",
            key=_named(stanzas),
        )
    for secret in identities.hpke:
        private = X25519PrivateKey.from_private_bytes(secret)
        sealed = stanzas.get(key_id(raw(private.public_key())))
        if sealed is None:
            continue
        try:
            return ChaCha20Poly1305(unseal(private, sealed, head)).decrypt(_NONCE, content[end:], content[:end])
        except (NotForThisKey, InvalidTag, ValueError):
            raise _cut() from None
    raise EncryptedBundle(
        "The bundle is encrypted to the key {key}, and the file given with --identity holds another.", key=_named(stanzas)
    )


def _look_over(content: bytes) -> int:
    """How many recipients an envelope of ours has. Raises DamagedBundle and NewerBundle."""
    from diag.bundle.hpke import AEAD, KDF, KEM

    if len(content) < _HEAD.size:
        raise _cut()
    _, version, *suite, count = _HEAD.unpack_from(content)
    if version != VERSION or tuple(suite) != (KEM, KDF, AEAD):
        raise NewerBundle("The bundle is encrypted in a way that this diag does not know: the newest diag may.")
    if not 1 <= count <= MOST_KEYS or len(content) < _HEAD.size + count * _RECIPIENT + 16:
        raise _cut()
    return int(count)


def _cut() -> DamagedBundle:
    return DamagedBundle("The encrypted bundle is cut short or was changed: ask for it once more, as diag wrote it.")


def _named(stanzas: dict[bytes, bytes]) -> str:
    return " or ".join(key.hex() for key in stanzas)


def _closed(content: bytes, recipients: tuple[bytes, ...]) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    from diag.bundle.hpke import AEAD, KDF, KEM, seal

    head = _HEAD.pack(MAGIC, VERSION, KEM, KDF, AEAD, len(recipients))
    key = secrets.token_bytes(32)
    try:
        sealed = [key_id(public) + seal(X25519PublicKey.from_public_bytes(public), key, head) for public in recipients]
    except ValueError:
        raise CannotEncrypt("one of the public keys is not a point that can be encrypted to") from None
    before = head + b"".join(sealed)
    return before + ChaCha20Poly1305(key).encrypt(_NONCE, content, before)


def _age() -> Any:
    try:
        return importlib.import_module("pyrage")
    except ImportError:
        raise UnusableKey(
            "age keys need an extra package: pip install 'diag[age]'. Keys that begin with hpke: need none"
        ) from None


def _age_key(kind: Any, word: str) -> Any:
    age = _age()
    try:
        return kind.from_str(word)
    except (age.RecipientError, age.IdentityError):
        raise UnusableKey("an age key is cut or misspelt, or of a kind that diag does not know: copy it once more") from None


def _age_closed(age: Any, content: bytes, to: list[Any]) -> bytes:
    try:
        return bytes(age.encrypt(content, to))
    except age.EncryptError:
        raise CannotEncrypt("age could not encrypt it") from None


def _age_opened(content: bytes, identities: Identities | None) -> bytes:
    if identities is None or not identities.age:
        raise EncryptedBundle("The bundle is encrypted with age: open it with --identity FILE, the age identity that it is for.")
    age = _age()
    try:
        return bytes(age.decrypt(content, [_age_key(age.x25519.Identity, word) for word in identities.age]))
    except age.DecryptError:
        raise EncryptedBundle(
            "The bundle is encrypted with age, and no identity in the file given with --identity opens it, or it was changed."
        ) from None
