"""Keys that bundles are encrypted to: as one word, as a file, as a pair.

A public key is one word: `hpke:` and what `diag.model.hpke_key` says, or an age recipient (`age1...`). A private key stands in a
file, alone on its line: `hpke-secret:` and 32 bytes in Base64, or an age identity (`AGE-SECRET-KEY-1...`). Lines that begin with
# are comments.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from diag.model.hpke_key import PLAIN, key_in, key_word
from diag.model.local_file import read_file
from diag.model.obstacle import Obstacle

HPKE_PUBLIC, HPKE_PRIVATE = PLAIN, "hpke-secret:"
AGE_PUBLIC, AGE_PRIVATE = "age1", "AGE-SECRET-KEY-1"
MOST_KEYS = 16
"""Recipients of one bundle."""
_LENGTH = 32
_LARGEST_FILE = 1 << 16


class UnusableKey(Obstacle):
    """A key cannot be used. The message is one sentence for the user, and holds nothing of a private key."""


@dataclass(frozen=True)
class Recipients:
    """Who shall be able to open a bundle: keys of one of both kinds."""

    hpke: tuple[bytes, ...] = ()
    """Public keys, 32 bytes each."""
    age: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Identities:
    """Private keys, to open bundles with. They have no text form."""

    hpke: tuple[bytes, ...] = ()
    age: tuple[str, ...] = ()


def read_recipients(words: Sequence[str]) -> Recipients:
    """Return the recipients that these words name: keys, or files of them.

    Raises UnusableKey, also where both kinds are named.
    """
    found = list(dict.fromkeys(key for word in words for key in _keys(word)))
    hpke = tuple(public_key(key) for key in found if key.startswith(HPKE_PUBLIC))
    age = tuple(key for key in found if key.startswith(AGE_PUBLIC))
    if hpke and age:
        raise UnusableKey("a bundle is encrypted to hpke keys or to age keys, not to both: name keys of one kind")
    if len(found) > MOST_KEYS:
        raise UnusableKey(
            "a bundle is encrypted to {most} keys at most, and {number} are named", most=MOST_KEYS, number=len(found)
        )
    return Recipients(hpke, age)


def preferred(words: Iterable[str]) -> tuple[str, ...]:
    """Return, of a list with keys of both kinds, those that diag can use by itself; all where there is one kind only."""
    listed = tuple(words)
    return tuple(word for word in listed if word.startswith(HPKE_PUBLIC)) or listed


def read_identities(path: Path) -> Identities:
    """Return the private keys in a file. Raises UnusableKey."""
    found = _lines(path)
    hpke = tuple(_decoded(line.removeprefix(HPKE_PRIVATE), path) for line in found if line.startswith(HPKE_PRIVATE))
    age = tuple(line for line in found if line.startswith(AGE_PRIVATE))
    if not hpke and not age:
        if any(line.startswith((HPKE_PUBLIC, AGE_PUBLIC)) for line in found):
            raise UnusableKey(
                "{path} holds the public key alone: name the file that diag keygen wrote, or an age identity file",
                path=path,
            )
        raise UnusableKey("{path} holds no private key: name the file that diag keygen wrote, or an age identity file", path=path)
    return Identities(hpke, age)


def new_pair() -> tuple[str, str]:
    """Return the content of a private key file, and the public key as a word."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from diag.bundle.hpke import raw

    private = X25519PrivateKey.generate()
    public = key_word(raw(private.public_key()))
    content = (
        "# A private key of diag. Whoever has this file can read every bundle that was encrypted to its public key.\n"
        f"# public key: {public}\n"
        f"# key id: {key_id(raw(private.public_key())).hex()}\n"
        f"{HPKE_PRIVATE}{base64.b64encode(private.private_bytes_raw()).decode()}\n"
    )
    return content, public


def key_id(public: bytes) -> bytes:
    """Return the first 8 bytes of a public key's SHA-256: enough to find the right key, and to name it."""
    return hashlib.sha256(public).digest()[:8]


def _keys(word: str) -> Iterable[str]:
    """The keys that one word names: itself, or those in the file of that name."""
    if word.startswith((HPKE_PRIVATE, AGE_PRIVATE)):
        raise UnusableKey(
            "that is a private key: bundles are encrypted to the public one, and the private one is shown to nobody"
        )
    if word.startswith((HPKE_PUBLIC, AGE_PUBLIC)):
        return (word,)
    path = Path(word)
    if not path.is_file():
        raise UnusableKey("'{word}' is neither a public key (hpke:..., age1...) nor a file that holds one", word=word[:80])
    found = [line for line in _lines(path) if line.startswith((HPKE_PUBLIC, AGE_PUBLIC))]
    if not found:
        raise UnusableKey("{path} holds no public key: each stands on a line of its own and begins with hpke: or age1", path=path)
    return found


def _lines(path: Path) -> list[str]:
    found = read_file(str(path), _LARGEST_FILE)
    if found.why:
        raise UnusableKey("{path} cannot be read ({why})", path=path, why=found.why)
    if not found.complete:
        raise UnusableKey("{path} is too large for a file of keys", path=path)
    lines = (line.strip() for line in found.data.decode("utf-8", "replace").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def public_key(key: str) -> bytes:
    """Return the 32 bytes of a public key's word. Raises UnusableKey."""
    found = key_in(key)
    if found is None:
        raise UnusableKey("the public key {key}... is cut or misspelt: copy it once more", key=key[:20])
    return found


def _decoded(text: str, path: Path) -> bytes:
    try:
        decoded = base64.b64decode(text, validate=True)
    except ValueError:
        raise UnusableKey("{path} holds a key that is cut or misspelt", path=path) from None
    if len(decoded) != _LENGTH:
        raise UnusableKey("{path} holds a key that is cut or misspelt", path=path)
    return decoded
